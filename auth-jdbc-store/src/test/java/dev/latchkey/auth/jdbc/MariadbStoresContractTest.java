package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.testkit.StoresAndAccountsContract;
import java.time.Clock;

final class MariadbStoresContractTest extends StoresAndAccountsContract<JdbcStores> {
  @Override
  protected JdbcStores stores(Clock clock) {
    return TestStores.timeless(TestDatabase.MARIADB, clock);
  }

  @Override
  protected void bar(JdbcStores stores, EmailAddress address) {
    stores.accounts().bar(address);
  }

  @Override
  protected int seeds() {
    return 2;
  }
}
