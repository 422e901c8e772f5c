package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.io.Serial;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Why a call has no answer, in words of this package alone: what a driver or a server says can hold
 * values, and a pool's words can hold passwords, and neither goes further. Immutable apart from
 * what every {@link Throwable} can change.
 */
final class Trouble extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private static final Pattern STATE = Pattern.compile("[0-9A-Z]{5}");

  /** Data, a rule of the tables, a user, a catalog, a schema; a statement, a table or a right. */
  private static final Set<String> FOR_GOOD = Set.of("22", "23", "28", "3D", "3F", "42");

  private static final String NO_SCHEMA_IN_H2 = "90079";

  private enum Kind {
    /** Another transaction was in the way. */
    CONFLICT,
    /** The clocks differ. */
    TIME,
    OTHER
  }

  private final Kind kind;
  private final boolean retryable;

  private Trouble(String message, Kind kind, boolean retryable) {
    super(message);
    this.kind = kind;
    this.retryable = retryable;
  }

  /** A driver, or what lies above it, threw; the kind and the codes are all that is told of it. */
  static Trouble of(Throwable thrown, Dialect dialect) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof UnreadableException unreadable) {
        return new Trouble(
            "a row of " + unreadable.table() + " can not be read", Kind.OTHER, false);
      }
      if (at instanceof SQLException refusal) {
        boolean conflict = dialect.isConflict(refusal);
        return new Trouble(
            "the database refused with " + code(refusal),
            conflict ? Kind.CONFLICT : Kind.OTHER,
            conflict || !isForGood(refusal));
      }
    }
    return new Trouble("no answer: " + thrown.getClass().getSimpleName(), Kind.OTHER, true);
  }

  /** There is no connection to be had. */
  static Trouble unconnected(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof SQLException refusal) {
        return new Trouble("no connection: " + code(refusal), Kind.OTHER, !isForGood(refusal));
      }
    }
    return new Trouble("no connection: " + thrown.getClass().getSimpleName(), Kind.OTHER, true);
  }

  /** The deadline is over. */
  static Trouble late() {
    return new Trouble("the deadline is over", Kind.OTHER, true);
  }

  /** The caller's time is too far from the server's. */
  static Trouble clock() {
    return new Trouble("the caller's clock is off the server's", Kind.TIME, true);
  }

  /** A row was changed by somebody else between two statements, or purged. */
  static Trouble overtaken() {
    return new Trouble("a row was changed meanwhile", Kind.CONFLICT, true);
  }

  /** Whether nothing was changed, because of another transaction, and it can be tried again. */
  boolean isConflict() {
    return kind == Kind.CONFLICT;
  }

  boolean isAboutTime() {
    return kind == Kind.TIME;
  }

  StoreUnavailableException during(String verb) {
    return new StoreUnavailableException(verb, retryable, this);
  }

  private static String code(SQLException refusal) {
    String state = String.valueOf(refusal.getSQLState());
    return "%s %s %d"
        .formatted(
            refusal.getClass().getSimpleName(),
            STATE.matcher(state).matches() ? state : "",
            refusal.getErrorCode());
  }

  /** Whether it will be the same the next time. */
  private static boolean isForGood(SQLException refusal) {
    String state = String.valueOf(refusal.getSQLState());
    return state.equals(NO_SCHEMA_IN_H2)
        || FOR_GOOD.stream().anyMatch(kind -> state.startsWith(kind));
  }
}
