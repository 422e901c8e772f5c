package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.Serial;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a call has no answer, in words of this package alone: what a driver or a server says can hold
 * keys, values and passwords, and never goes further. Immutable apart from what every {@link
 * Throwable} can change.
 */
final class Trouble extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /** What scripts refuse with, and what servers do to a command within one. */
  private static final Pattern IN_SCRIPTS =
      Pattern.compile("\\b(LATE|CLOCK|FORMAT|HISTORY|READONLY|NOREPLICAS|MISCONF|OOM)\\b");

  /**
   * What passes by itself, such as a fail-over, a server that is loading its data, or another time
   * than the one that was known.
   */
  private static final Set<String> PASSES =
      Set.of(
          "ASK",
          "BUSY",
          "CLOCK",
          "CLUSTERDOWN",
          "LATE",
          "LOADING",
          "MASTERDOWN",
          "MOVED",
          "NOREPLICAS",
          "READONLY",
          "TRYAGAIN",
          "UNBLOCKED");

  /** What a server says that does not, or no longer, write a key. */
  private static final Set<String> ELSEWHERE =
      Set.of("ASK", "CLUSTERDOWN", "MASTERDOWN", "MOVED", "READONLY");

  private static final Pattern CODE = Pattern.compile("([A-Z]+)( .*)?", Pattern.DOTALL);

  /** What the server said, in one word; empty if it was not the server that said something. */
  private final String code;

  private final boolean retryable;

  private Trouble(String message, String code, boolean retryable) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }

  /** The server said no. */
  static Trouble refused(RedisCommandExecutionException refusal) {
    String code = codeOf(String.valueOf(refusal.getMessage()));
    return new Trouble("the server refused with " + code, code, PASSES.contains(code));
  }

  /** There was no answer; the kinds of the causes are all that is told of it. */
  static Trouble of(Throwable cause) {
    StringBuilder kinds = new StringBuilder();
    for (Throwable at = cause; at != null; at = at.getCause()) {
      boolean says = !(at instanceof ExecutionException || at instanceof CompletionException);
      if (says && kinds.length() < 200) {
        kinds.append(kinds.isEmpty() ? "" : " by ").append(at.getClass().getSimpleName());
      }
    }
    return new Trouble("no answer: " + kinds, "", true);
  }

  /** The server's time could not be had, for which a call that needs it fails likewise. */
  static Trouble withTime(StoreUnavailableException asked) {
    return asked.getCause() instanceof Trouble told
        ? told
        : new Trouble("the server tells no time", "ERR", asked.retryable());
  }

  /** It is done, and may be undone by the next fail-over. */
  static Trouble tooFewReplicas() {
    return new Trouble("too few replicas have what was written", "", true);
  }

  boolean isUnknownScript() {
    return code.equals("NOSCRIPT");
  }

  /** A server is not there, or is not the one that has the key. */
  boolean isAboutServers() {
    return code.isEmpty() || ELSEWHERE.contains(code);
  }

  /** A replica answered in place of its primary. */
  boolean isOfReplica() {
    return code.equals("READONLY");
  }

  boolean isAboutTime() {
    return code.equals("LATE") || code.equals("CLOCK");
  }

  StoreUnavailableException during(String verb) {
    return new StoreUnavailableException(verb, retryable, this);
  }

  /** What is said within a script stands somewhere behind the server's own word, mostly ERR. */
  private static String codeOf(String message) {
    Matcher within = IN_SCRIPTS.matcher(message);
    if (within.find()) {
      return within.group(1);
    }
    Matcher matcher = CODE.matcher(message);
    return matcher.matches() ? matcher.group(1) : "ERR";
  }
}
