package dev.latchkey.auth.redis;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RevocationFeedContract;

final class ClusterRevocationFeedContractTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return LiveStores.timeless(TestServers.cluster(), MutableClock.create());
  }
}
