package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RevocationFeedContract;

final class MariadbRevocationFeedContractTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return TestStores.timeless(TestDatabase.MARIADB, MutableClock.create());
  }
}
