package dev.latchkey.auth.testkit;

import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import java.time.Clock;

final class CasRateLimitStoreTest extends RateLimitStoreContract {
  @Override
  protected RateLimitStore emptyStore() {
    Clock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock), clock).rateLimits();
  }
}
