package dev.latchkey.auth.testkit;

import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;

final class CasSessionStoreTest extends SessionStoreContract {
  @Override
  protected SessionStore emptyStore() {
    Clock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock), clock).sessions();
  }
}
