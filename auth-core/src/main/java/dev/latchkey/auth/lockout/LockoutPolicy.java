package dev.latchkey.auth.lockout;

import java.time.Duration;

/**
 * How long an identifier waits after consecutive wrong codes. Called by applications.
 *
 * <p>Guarantees: pure; the same count gives the same penalty, and a count above {@value
 * LockoutTable#MAX_STEPS} the same as that one. Does not guarantee fairness between devices: who
 * shares a count is the business of {@link Lane}. Units: penalties are {@link Duration}s, at most
 * 24 h by default. Safe for concurrent use.
 *
 * <p>Source: OWASP Authentication Cheat Sheet, "Account Lockout" (exponential lockout); NIST SP
 * 800-63B-4, section 3.2.2 (at most 100 consecutive failures).
 */
@FunctionalInterface
public interface LockoutPolicy {
  /** A person who mistypes twice is not locked; a third wrong code is worth a pause. */
  Penalty THIRD = Penalty.lock(Duration.ofMinutes(5));

  /** The fifth: longer than any live code, so that guessing needs a new mail each time. */
  Penalty FIFTH = Penalty.lock(Duration.ofMinutes(30));

  /** The tenth: hardly a person any more. */
  Penalty TENTH = Penalty.lock(Duration.ofHours(1));

  /** The fifteenth and each later one: one guess a day. */
  Penalty FIFTEENTH = Penalty.lock(Duration.ofHours(24));

  /** The longest delay between locks. */
  Duration MAX_DELAY = Duration.ofMinutes(5);

  /**
   * The penalty after so many consecutive wrong codes.
   *
   * @param failures 0 or more
   * @return the penalty; {@link Penalty#NONE} for 0
   */
  Penalty after(int failures);

  /**
   * The default: none after the first, then 2<sup>n−1</sup> seconds and at most {@link #MAX_DELAY};
   * a lock after the 3rd (5 minutes), the 5th (30 minutes), the 10th (1 hour), and the 15th and
   * each later one (24 hours).
   *
   * @return the policy
   */
  static LockoutPolicy standard() {
    return LockoutPolicy::standard;
  }

  private static Penalty standard(int failures) {
    if (failures < 0) {
      throw new IllegalArgumentException("failures must not be negative, got " + failures);
    }
    if (failures >= 15) {
      return FIFTEENTH;
    }
    return switch (failures) {
      case 0, 1 -> Penalty.NONE;
      case 3 -> THIRD;
      case 5 -> FIFTH;
      case 10 -> TENTH;
      default ->
          Penalty.delay(Duration.ofSeconds(Math.min(MAX_DELAY.toSeconds(), 1L << (failures - 1))));
    };
  }
}
