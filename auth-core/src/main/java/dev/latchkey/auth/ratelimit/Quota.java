package dev.latchkey.auth.ratelimit;

import java.time.Duration;

/**
 * At most so many admissions in any window of this length. Called by applications.
 *
 * <p>Guarantees: {@code limit} is 1 to 1,000,000; {@code period} is 1 ms to 400 days, in whole
 * milliseconds. Immutable.
 *
 * @param limit the most admissions that any window may hold
 * @param period the length of the window
 */
public record Quota(int limit, Duration period) {
  /** Bounds the counters of a log; far above any sensible limit of sign-ins. */
  public static final int MAX_LIMIT = 1_000_000;

  /** The longest window; nothing of the product remembers a request for longer. */
  static final Duration MAX_PERIOD = Duration.ofDays(400);

  /**
   * Checks the bounds.
   *
   * @param limit the most admissions that any window may hold
   * @param period the length of the window
   */
  public Quota {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_LIMIT + ", got " + limit);
    }
    if (period.toMillis() < 1 || period.compareTo(MAX_PERIOD) > 0) {
      throw new IllegalArgumentException(
          "period must be 1 ms to " + MAX_PERIOD.toDays() + " days, got " + period);
    }
    if (period.toNanosPart() % 1_000_000 != 0) {
      throw new IllegalArgumentException("period must be whole milliseconds, got " + period);
    }
  }

  /**
   * At most {@code limit} in any {@code period}.
   *
   * @param limit the most admissions that any window may hold
   * @param period the length of the window
   * @return the quota
   */
  public static Quota of(int limit, Duration period) {
    return new Quota(limit, period);
  }

  /**
   * The same window with a limit so many times as large, for a subject that stands for many.
   *
   * @param factor 1 or more
   * @return the larger quota, capped at the largest limit
   */
  public Quota times(int factor) {
    return new Quota((int) Math.min(MAX_LIMIT, (long) limit * factor), period);
  }

  /**
   * The same window with a share of the limit, rounded down and never below one.
   *
   * @param divisor 1 or more
   * @return the smaller quota
   */
  public Quota share(int divisor) {
    return new Quota(Math.max(1, limit / divisor), period);
  }
}
