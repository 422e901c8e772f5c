package dev.latchkey.auth.testkit;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.SessionStore;

final class InMemorySessionStoreTest extends SessionStoreContract {
  @Override
  protected SessionStore emptyStore() {
    return InMemoryStores.create().sessions();
  }
}
