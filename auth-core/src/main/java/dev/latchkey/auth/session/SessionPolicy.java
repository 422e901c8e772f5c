package dev.latchkey.auth.session;

import java.time.Duration;

/**
 * How long sessions last and how many there may be. Called by applications.
 *
 * @param idle how long a session lasts without a refresh; 1 minute to {@code absolute}
 * @param absolute how long it lasts at most, which no refresh extends; up to 400 days
 * @param maxSessions how many an account may have, the oldest goes; 1 to 1,000
 * @param retryWindow how long the direct parent of the newest refresh token gets the same
 *     successor; zero switches it off; at most 1 minute
 */
public record SessionPolicy(
    Duration idle, Duration absolute, int maxSessions, Duration retryWindow) {
  /** Two weeks away from a service is long enough to sign in again. */
  public static final Duration DEFAULT_IDLE = Duration.ofDays(14);

  /** NIST SP 800-63B-4, section 2.1.3: reauthentication at least every 30 days at AAL1. */
  public static final Duration DEFAULT_ABSOLUTE = Duration.ofDays(30);

  /** More devices than a person has; bounds the record. */
  public static final int DEFAULT_MAX_SESSIONS = 50;

  /**
   * Checks the bounds.
   *
   * @param idle how long a session lasts without a refresh
   * @param absolute how long it lasts at most
   * @param maxSessions how many an account may have
   * @param retryWindow how long the direct parent of the newest refresh token gets the same
   *     successor
   */
  public SessionPolicy {
    if (absolute.compareTo(Duration.ofMinutes(1)) < 0
        || absolute.compareTo(Duration.ofDays(400)) > 0) {
      throw new IllegalArgumentException("absolute must be 1 min to 400 days, got " + absolute);
    }
    if (idle.compareTo(Duration.ofMinutes(1)) < 0 || idle.compareTo(absolute) > 0) {
      throw new IllegalArgumentException("idle must be 1 min to absolute, got " + idle);
    }
    if (maxSessions < 1 || maxSessions > 1_000) {
      throw new IllegalArgumentException("maxSessions must be 1 to 1000, got " + maxSessions);
    }
    if (retryWindow.isNegative() || retryWindow.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("retryWindow must be 0 to 1 min, got " + retryWindow);
    }
  }

  /**
   * The defaults.
   *
   * @return 14 days, 30 days, 50 sessions, no retry window
   */
  public static SessionPolicy standard() {
    return new SessionPolicy(DEFAULT_IDLE, DEFAULT_ABSOLUTE, DEFAULT_MAX_SESSIONS, Duration.ZERO);
  }

  /**
   * The same with other ends.
   *
   * @param idle without a refresh
   * @param absolute at most
   * @return the policy
   */
  public SessionPolicy lasting(Duration idle, Duration absolute) {
    return new SessionPolicy(idle, absolute, maxSessions, retryWindow);
  }

  /**
   * The same with another number of sessions.
   *
   * @param max 1 to 1,000
   * @return the policy
   */
  public SessionPolicy maxSessions(int max) {
    return new SessionPolicy(idle, absolute, max, retryWindow);
  }

  /**
   * The same with a retry window: a lost answer or a second tab then signs nobody out, and a thief
   * who is as quick shares the session for as long.
   *
   * @param window 0 to 1 minute; 10 s is plenty
   * @return the policy
   */
  public SessionPolicy retryWindow(Duration window) {
    return new SessionPolicy(idle, absolute, maxSessions, window);
  }
}
