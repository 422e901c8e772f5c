package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RevocationFeedContract;

final class PostgresqlRevocationFeedContractTest extends RevocationFeedContract {
  @Override
  protected AuthStores emptyStores() {
    return TestStores.timeless(TestDatabase.POSTGRESQL, MutableClock.create());
  }
}
