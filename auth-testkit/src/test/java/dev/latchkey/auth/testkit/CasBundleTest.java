package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.cas.CasStores;
import java.time.Clock;

class CasBundleTest extends StoresAndAccountsContract<CasStores> {
  @Override
  protected CasStores stores(Clock clock) {
    return CasStores.over(new CasNetwork(clock), clock);
  }

  @Override
  protected void bar(CasStores stores, EmailAddress address) {
    stores.accounts().bar(address);
  }
}
