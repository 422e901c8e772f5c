package dev.latchkey.auth.redis;

import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RateLimitStoreContract;

final class ClusterRateLimitStoreTest extends RateLimitStoreContract {
  @Override
  protected RateLimitStore emptyStore() {
    return LiveStores.timeless(TestServers.cluster(), MutableClock.create()).rateLimits();
  }
}
