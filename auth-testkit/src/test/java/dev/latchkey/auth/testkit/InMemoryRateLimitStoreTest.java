package dev.latchkey.auth.testkit;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.RateLimitStore;

final class InMemoryRateLimitStoreTest extends RateLimitStoreContract {
  @Override
  protected RateLimitStore emptyStore() {
    return InMemoryStores.create().rateLimits();
  }
}
