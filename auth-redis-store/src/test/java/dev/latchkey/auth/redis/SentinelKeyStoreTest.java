package dev.latchkey.auth.redis;

import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.testkit.KeyStoreContract;
import dev.latchkey.auth.testkit.MutableClock;

final class SentinelKeyStoreTest extends KeyStoreContract {
  @Override
  protected KeyStore emptyStore() {
    return LiveStores.timeless(TestServers.sentinel(), MutableClock.create()).keys();
  }
}
