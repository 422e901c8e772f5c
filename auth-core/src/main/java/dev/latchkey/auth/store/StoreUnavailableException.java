package dev.latchkey.auth.store;

import java.io.Serial;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A store could not answer within its deadline. Thrown by store authors, caught by applications,
 * which answer it as "unavailable, try again" and never as a sign-in.
 *
 * <p>Guarantees: the message holds the name of the operation and nothing else, never a key, an
 * address or a value. Does not guarantee: that the operation had no effect; a write whose answer
 * was lost may have been done. The cause is the store author's, who must keep connection strings
 * with passwords out of it. Immutable apart from what every {@link Throwable} can change.
 */
public final class StoreUnavailableException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  /** Names such as {@code otp.guess}; anything else could be data. */
  private static final Pattern PLAIN_VERB = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

  private static final String UNNAMED = "unnamed";

  /** A plain verb. */
  private final String operation;

  /** Whether the same call may succeed a moment later. */
  private final boolean retryable;

  /**
   * Creates the exception. An operation that is not a plain verb is replaced by {@code unnamed}: to
   * fail here would hide the cause in the very moment when it is needed.
   *
   * @param operation a plain verb such as {@code otp.guess}: a letter, then at most 63 letters,
   *     digits, dots, hyphens or underscores; never data
   * @param retryable true if the same call may succeed a moment later
   * @param cause what the driver said, or null
   */
  public StoreUnavailableException(String operation, boolean retryable, @Nullable Throwable cause) {
    super("store unavailable during " + plain(operation), cause);
    this.operation = plain(operation);
    this.retryable = retryable;
  }

  /**
   * What the store was asked to do.
   *
   * @return a plain verb such as {@code otp.guess}
   */
  public String operation() {
    return operation;
  }

  /**
   * Whether trying again can help.
   *
   * @return true if the same call may succeed a moment later; false if somebody must act first
   */
  public boolean retryable() {
    return retryable;
  }

  private static String plain(String operation) {
    Objects.requireNonNull(operation, "operation");
    return PLAIN_VERB.matcher(operation).matches() ? operation : UNNAMED;
  }
}
