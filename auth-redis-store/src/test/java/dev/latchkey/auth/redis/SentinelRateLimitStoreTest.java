package dev.latchkey.auth.redis;

import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RateLimitStoreContract;

final class SentinelRateLimitStoreTest extends RateLimitStoreContract {
  @Override
  protected RateLimitStore emptyStore() {
    return LiveStores.timeless(TestServers.sentinel(), MutableClock.create()).rateLimits();
  }
}
