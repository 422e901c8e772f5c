package dev.latchkey.auth.lockout;

import java.time.Duration;

/**
 * What follows a wrong code. Called by applications.
 *
 * @param kind whether the next guess waits, and under which name
 * @param duration for how long; zero exactly for {@link Kind#NONE}; whole milliseconds, at most 400
 *     days
 */
public record Penalty(Kind kind, Duration duration) {
  /**
   * The longest; of what lasts longer, nothing is remembered. Stands first: each penalty asks it.
   */
  private static final Duration MAX = Duration.ofDays(400);

  /** No wait. */
  public static final Penalty NONE = new Penalty(Kind.NONE, Duration.ZERO);

  /** What a penalty is called towards people. */
  public enum Kind {
    /** The next guess may come at once. */
    NONE,
    /** The next guess waits; codes may still be asked for. */
    DELAY,
    /** Neither a guess nor a new code before the lock is over; the owner hears of it. */
    LOCK
  }

  /**
   * Checks that a wait and its kind fit.
   *
   * @param kind whether the next guess waits
   * @param duration for how long
   */
  public Penalty {
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("duration must be 0 to 400 days, got " + duration);
    }
    if ((kind == Kind.NONE) != duration.isZero()) {
      throw new IllegalArgumentException("duration must be zero exactly for NONE, got " + duration);
    }
    if (duration.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException("duration must be whole milliseconds, got " + duration);
    }
  }

  /**
   * A wait before the next guess.
   *
   * @param duration for how long
   * @return the penalty
   */
  public static Penalty delay(Duration duration) {
    return new Penalty(Kind.DELAY, duration);
  }

  /**
   * A lock.
   *
   * @param duration for how long
   * @return the penalty
   */
  public static Penalty lock(Duration duration) {
    return new Penalty(Kind.LOCK, duration);
  }
}
