package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.memory.InMemoryStores;
import java.time.Clock;

class InMemoryBundleTest extends StoresAndAccountsContract<InMemoryStores> {
  @Override
  protected InMemoryStores stores(Clock clock) {
    return InMemoryStores.create(clock);
  }

  @Override
  protected void bar(InMemoryStores stores, EmailAddress address) {
    stores.accounts().bar(address);
  }
}
