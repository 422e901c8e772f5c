package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RevocationFeedContract;

final class H2RevocationFeedContractTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return TestStores.timeless(TestDatabase.H2, MutableClock.create());
  }
}
