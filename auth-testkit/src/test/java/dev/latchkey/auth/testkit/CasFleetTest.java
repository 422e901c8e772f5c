package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.cas.CasStores;
import java.time.Clock;

class CasFleetTest extends FleetContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return CasStores.over(new CasNetwork(clock), clock);
  }
}
