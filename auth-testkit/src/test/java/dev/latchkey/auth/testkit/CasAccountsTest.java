package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.cas.CasAccounts;
import dev.latchkey.auth.cas.CasStores;
import java.time.Clock;

final class CasAccountsTest extends AccountDirectoryContract<CasAccounts> {
  @Override
  protected CasAccounts emptyDirectory() {
    Clock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock), clock).accounts();
  }

  @Override
  protected void bar(CasAccounts directory, EmailAddress address) {
    directory.bar(address);
  }
}
