package dev.latchkey.auth.redis;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RevocationFeedContract;

final class RedisRevocationFeedContractTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return LiveStores.timeless(TestServers.single(), MutableClock.create());
  }
}
