package dev.latchkey.auth.testkit;

import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.memory.InMemoryStores;

final class InMemoryKeyStoreTest extends KeyStoreContract {
  @Override
  protected KeyStore emptyStore() {
    return InMemoryStores.create().keys();
  }
}
