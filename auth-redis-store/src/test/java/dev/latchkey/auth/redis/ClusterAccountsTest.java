package dev.latchkey.auth.redis;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.cas.CasAccounts;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.testkit.AccountDirectoryContract;

final class ClusterAccountsTest extends AccountDirectoryContract<CasAccounts> {
  @Override
  protected CasAccounts emptyDirectory() {
    MasterSecret secret = MasterSecret.generate();
    return LiveStores.timeless(TestServers.cluster()).accounts(secret).connect().accounts();
  }

  @Override
  protected void bar(CasAccounts directory, EmailAddress address) {
    directory.bar(address);
  }
}
