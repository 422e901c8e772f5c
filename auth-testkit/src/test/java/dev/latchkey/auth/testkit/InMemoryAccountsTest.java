package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.memory.InMemoryAccounts;
import dev.latchkey.auth.memory.InMemoryStores;

final class InMemoryAccountsTest extends AccountDirectoryContract<InMemoryAccounts> {
  @Override
  protected InMemoryAccounts emptyDirectory() {
    return InMemoryStores.create().accounts();
  }

  @Override
  protected void bar(InMemoryAccounts directory, EmailAddress address) {
    directory.bar(address);
  }
}
