package dev.latchkey.auth.testkit;

import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.key.KeyStore;
import java.time.Clock;

final class CasKeyStoreTest extends KeyStoreContract {
  @Override
  protected KeyStore emptyStore() {
    Clock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock), clock).keys();
  }
}
