package dev.latchkey.auth.ratelimit;

/**
 * What a limiter does while its store can not be reached: the host's choice. Called by
 * applications.
 *
 * <p>The choice touches request limits alone. Lockout, challenges and sessions live in other stores
 * and always deny, so that no choice here lets a guess go uncounted.
 */
public sealed interface LimiterOutage {
  /**
   * The share of each quota that {@link LimitLocally} allows: a quarter, for fleets of several
   * nodes.
   */
  int LOCAL_SHARE = 4;

  /**
   * Refuses with the store's own exception. The default.
   *
   * @return the choice
   */
  static LimiterOutage deny() {
    return new Deny();
  }

  /**
   * Admits everything. Unsafe for a service that sends mail: whoever can bring the limiter's store
   * down can then send without limit.
   *
   * @return the choice
   */
  static LimiterOutage allowUnlimited() {
    return new AllowUnlimited();
  }

  /**
   * Limits on this node alone, at a quarter of each quota, never below one.
   *
   * @param local where this node counts; in-memory stores fit
   * @return the choice
   */
  static LimiterOutage limitLocally(RateLimitStore local) {
    return new LimitLocally(local);
  }

  /** See {@link #deny()}. */
  record Deny() implements LimiterOutage {}

  /** See {@link #allowUnlimited()}. */
  record AllowUnlimited() implements LimiterOutage {}

  /**
   * See {@link #limitLocally}.
   *
   * @param local where this node counts
   */
  record LimitLocally(RateLimitStore local) implements LimiterOutage {}
}
