package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * Admits a request by several layers at once, or refuses it without a trace. Called by
 * applications.
 *
 * <p>Guarantees: of all layers, every one records an admitted request and none a refused one; no
 * window ever holds more than its quota, on any number of nodes that share the store. Does not
 * guarantee fairness between callers. Safe for concurrent use.
 *
 * <p>Throws {@link StoreUnavailableException} if the store can not be reached and the host chose
 * {@link LimiterOutage#deny()}.
 */
public interface RateLimiter {
  /**
   * Asks the layers in order; the first that refuses answers.
   *
   * @param limits one or more layers, no subject twice
   * @return the verdict
   */
  Verdict tryAcquire(List<Limit> limits);

  /**
   * Gives back what a request was granted that then did not happen. Never throws: what can not be
   * given back stays counted, which is the safe side.
   *
   * @param granted the verdict on that request
   */
  void refund(Verdict.Granted granted);

  /**
   * A limiter over a store.
   *
   * @param store where the logs are kept
   * @param clock what time it is
   * @param outage what to do while the store can not be reached
   * @param onOutage told of each failure that {@code outage} or a refund answers; must not throw
   * @return the limiter
   */
  static RateLimiter over(
      RateLimitStore store,
      Clock clock,
      LimiterOutage outage,
      Consumer<StoreUnavailableException> onOutage) {
    return new StoreRateLimiter(store, clock, outage, onOutage);
  }
}
