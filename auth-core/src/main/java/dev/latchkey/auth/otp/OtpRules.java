package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.LockoutTable;
import java.time.Duration;

/**
 * The numbers that the transitions of {@link SignInState} reckon with: plain data that a store can
 * hand to a script or a statement. Called by store authors.
 *
 * @param lockout what follows wrong codes
 * @param maxAttempts wrong guesses that close a challenge
 * @param maxOpen open challenges of one identifier; the oldest goes
 * @param resendAfter how long after a code its challenge takes another
 */
public record OtpRules(LockoutTable lockout, int maxAttempts, int maxOpen, Duration resendAfter) {
  /**
   * Checks the bounds.
   *
   * @param lockout what follows wrong codes
   * @param maxAttempts wrong guesses that close a challenge
   * @param maxOpen open challenges of one identifier
   * @param resendAfter how long after a code its challenge takes another
   */
  public OtpRules {
    requireBounds(maxAttempts, maxOpen);
    if (resendAfter.isNegative()) {
      throw new IllegalArgumentException("resendAfter must not be negative, got " + resendAfter);
    }
  }

  static void requireBounds(int maxAttempts, int maxOpen) {
    if (maxAttempts < 1 || maxAttempts > 10) {
      throw new IllegalArgumentException("maxAttempts must be 1 to 10, got " + maxAttempts);
    }
    if (maxOpen < 1 || maxOpen > 64) {
      throw new IllegalArgumentException("maxOpen must be 1 to 64, got " + maxOpen);
    }
  }
}
