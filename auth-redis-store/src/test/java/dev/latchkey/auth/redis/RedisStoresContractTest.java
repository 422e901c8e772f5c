package dev.latchkey.auth.redis;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.testkit.StoresAndAccountsContract;
import java.time.Clock;

final class RedisStoresContractTest extends StoresAndAccountsContract<RedisStores> {
  @Override
  protected RedisStores stores(Clock clock) {
    return LiveStores.timeless(TestServers.single(), clock);
  }

  @Override
  protected void bar(RedisStores stores, EmailAddress address) {
    stores.accounts().bar(address);
  }

  @Override
  protected int seeds() {
    return 20;
  }
}
