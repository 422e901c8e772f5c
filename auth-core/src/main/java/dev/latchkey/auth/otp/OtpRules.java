package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.LockoutTable;
import java.time.Duration;

/**
 * The numbers that the transitions of {@link SignInState} reckon with: plain data that a store can
 * hand to a script or a statement. Called by store authors.
 *
 * @param lockout what follows wrong codes
 * @param maxAttempts wrong guesses that close a challenge
 * @param shortCodeAttempts the same for guesses of six digits: fewer while an attack is on
 * @param maxOpen open challenges of one identifier; the oldest goes
 * @param resendAfter how long after a code its challenge takes another
 * @param maxDevices known devices of one identifier; the oldest goes
 * @param deviceLifetime how long a device stays known
 */
public record OtpRules(
    LockoutTable lockout,
    int maxAttempts,
    int shortCodeAttempts,
    int maxOpen,
    Duration resendAfter,
    int maxDevices,
    Duration deviceLifetime) {
  /** More devices than most people sign in from; bounds the record. */
  public static final int DEFAULT_MAX_DEVICES = 8;

  /** The longest that browsers keep a cookie. */
  public static final Duration DEFAULT_DEVICE_LIFETIME = Duration.ofDays(400);

  /**
   * Checks the bounds.
   *
   * @param lockout what follows wrong codes
   * @param maxAttempts wrong guesses that close a challenge
   * @param shortCodeAttempts the same for guesses of six digits
   * @param maxOpen open challenges of one identifier
   * @param resendAfter how long after a code its challenge takes another
   * @param maxDevices known devices of one identifier
   * @param deviceLifetime how long a device stays known
   */
  public OtpRules {
    requireBounds(maxAttempts, maxOpen);
    if (shortCodeAttempts < 1 || shortCodeAttempts > maxAttempts) {
      throw new IllegalArgumentException(
          "shortCodeAttempts must be 1 to maxAttempts, got " + shortCodeAttempts);
    }
    if (resendAfter.isNegative()) {
      throw new IllegalArgumentException("resendAfter must not be negative, got " + resendAfter);
    }
    if (maxDevices < 1 || maxDevices > 64) {
      throw new IllegalArgumentException("maxDevices must be 1 to 64, got " + maxDevices);
    }
    if (deviceLifetime.isNegative() || deviceLifetime.isZero()) {
      throw new IllegalArgumentException("deviceLifetime must be positive, got " + deviceLifetime);
    }
  }

  /**
   * Rules with the defaults for devices, in quiet times.
   *
   * @param lockout what follows wrong codes
   * @param maxAttempts wrong guesses that close a challenge
   * @param maxOpen open challenges of one identifier
   * @param resendAfter how long after a code its challenge takes another
   * @return the rules
   */
  public static OtpRules of(
      LockoutTable lockout, int maxAttempts, int maxOpen, Duration resendAfter) {
    return new OtpRules(
        lockout,
        maxAttempts,
        maxAttempts,
        maxOpen,
        resendAfter,
        DEFAULT_MAX_DEVICES,
        DEFAULT_DEVICE_LIFETIME);
  }

  /**
   * The same with so many guesses for a code of six digits.
   *
   * @param attempts 1 to {@code maxAttempts}
   * @return the rules
   */
  public OtpRules shortCodeAttempts(int attempts) {
    return new OtpRules(
        lockout, maxAttempts, attempts, maxOpen, resendAfter, maxDevices, deviceLifetime);
  }

  /**
   * How many wrong guesses close a challenge for guesses of this form.
   *
   * @param form the form of the code that was guessed
   * @return {@code shortCodeAttempts} or {@code maxAttempts}
   */
  public int attempts(CodeForm form) {
    return form == CodeForm.SIX_DIGITS ? shortCodeAttempts : maxAttempts;
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
