package dev.latchkey.auth.ratelimit;

import java.time.Duration;

/**
 * When a breaker switches on and off: plain data that a store can hand to a script or a statement.
 * Called by store authors.
 *
 * @param period the window in which failures are counted
 * @param on more failures than this within {@code period} switch it on
 * @param off as long as there are so many within {@code period}, it stays on
 * @param calm for how long there must be fewer before it switches off
 */
public record Thresholds(Duration period, int on, int off, Duration calm) {
  /** NIST SP 800-63B-4 limits one account; this is the sign of a spray over many. */
  public static final Thresholds DEFAULT =
      new Thresholds(Duration.ofMinutes(1), 300, 100, Duration.ofMinutes(10));

  /**
   * Checks the bounds.
   *
   * @param period the window in which failures are counted
   * @param on more failures than this switch it on
   * @param off as long as there are so many, it stays on
   * @param calm for how long there must be fewer
   */
  public Thresholds {
    if (off < 1 || off > on || on >= Quota.MAX_LIMIT) {
      throw new IllegalArgumentException(
          "off must be 1 to on, and on below " + Quota.MAX_LIMIT + ", got " + off + " and " + on);
    }
    if (calm.isNegative() || period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "period must be positive and calm not negative, got " + period + " and " + calm);
    }
  }
}
