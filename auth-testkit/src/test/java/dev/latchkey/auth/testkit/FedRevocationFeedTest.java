package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;

class FedRevocationFeedTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return FedSessions.stores(MutableClock.create());
  }
}
