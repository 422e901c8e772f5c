package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import java.time.Duration;

/**
 * The numbers of one-time codes. Called by applications.
 *
 * @param codeLifetime how long a code is valid; 1 s to 10 minutes
 * @param resendAfter how long after a code its challenge takes another; 0 to 10 minutes
 * @param maxAttempts wrong guesses that close a challenge; 1 to 10
 * @param maxOpen open challenges of one identifier, the oldest goes; 1 to 64
 * @param lockout what follows wrong codes
 */
public record OtpPolicy(
    Duration codeLifetime,
    Duration resendAfter,
    int maxAttempts,
    int maxOpen,
    LockoutPolicy lockout) {
  /** Half of what NIST SP 800-63B-4, section 3.1.3.1, allows for a code sent out of band. */
  public static final Duration DEFAULT_CODE_LIFETIME = Duration.ofMinutes(5);

  /** Long enough for most mail to arrive before a person asks again. */
  public static final Duration DEFAULT_RESEND_AFTER = Duration.ofSeconds(30);

  /** A person who mistypes five times copies the wrong code. */
  public static final int DEFAULT_MAX_ATTEMPTS = 5;

  /** More than the send limits let anybody open within the life of a code. */
  public static final int DEFAULT_MAX_OPEN = 8;

  /** How long the unlock token of a lock is good at most; a longer lock mails another. */
  public static final Duration MAX_UNLOCK = Duration.ofDays(30);

  /**
   * How long an unlock token is good that was mailed for a used-up budget: as long as the budget.
   */
  public static final Duration BUDGET_UNLOCK = Duration.ofHours(24);

  private static final Duration MAX_LIFETIME = Duration.ofMinutes(10);

  /**
   * Checks the bounds.
   *
   * @param codeLifetime how long a code is valid
   * @param resendAfter how long after a code its challenge takes another
   * @param maxAttempts wrong guesses that close a challenge
   * @param maxOpen open challenges of one identifier
   * @param lockout what follows wrong codes
   */
  public OtpPolicy {
    requireWithin("codeLifetime", codeLifetime, Duration.ofSeconds(1));
    requireWithin("resendAfter", resendAfter, Duration.ZERO);
    OtpRules.requireBounds(maxAttempts, maxOpen);
  }

  private static void requireWithin(String name, Duration value, Duration min) {
    if (value.compareTo(min) < 0
        || value.compareTo(MAX_LIFETIME) > 0
        || value.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + MAX_LIFETIME + " in whole ms, got " + value);
    }
  }

  /**
   * The defaults.
   *
   * @return 5 minutes, 30 seconds, 5 guesses, 8 challenges, {@link LockoutPolicy#standard()}
   */
  public static OtpPolicy standard() {
    return new OtpPolicy(
        DEFAULT_CODE_LIFETIME,
        DEFAULT_RESEND_AFTER,
        DEFAULT_MAX_ATTEMPTS,
        DEFAULT_MAX_OPEN,
        LockoutPolicy.standard());
  }

  /**
   * The same with another life of a code.
   *
   * @param lifetime 1 s to 10 minutes
   * @return the policy
   */
  public OtpPolicy codeLifetime(Duration lifetime) {
    return new OtpPolicy(lifetime, resendAfter, maxAttempts, maxOpen, lockout);
  }

  /**
   * The same with another wait before a resend.
   *
   * @param wait 0 to 10 minutes
   * @return the policy
   */
  public OtpPolicy resendAfter(Duration wait) {
    return new OtpPolicy(codeLifetime, wait, maxAttempts, maxOpen, lockout);
  }

  /**
   * The same with another number of guesses.
   *
   * @param attempts 1 to 10
   * @return the policy
   */
  public OtpPolicy maxAttempts(int attempts) {
    return new OtpPolicy(codeLifetime, resendAfter, attempts, maxOpen, lockout);
  }

  /**
   * The same with another number of open challenges.
   *
   * @param challenges 1 to 64
   * @return the policy
   */
  public OtpPolicy maxOpen(int challenges) {
    return new OtpPolicy(codeLifetime, resendAfter, maxAttempts, challenges, lockout);
  }

  /**
   * The same with another lockout.
   *
   * @param policy what follows wrong codes
   * @return the policy
   */
  public OtpPolicy lockout(LockoutPolicy policy) {
    return new OtpPolicy(codeLifetime, resendAfter, maxAttempts, maxOpen, policy);
  }

  OtpRules rules() {
    return OtpRules.of(LockoutTable.of(lockout), maxAttempts, maxOpen, resendAfter);
  }
}
