package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import java.time.Clock;

class FedFleetTest extends FleetContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return FedSessions.stores(clock);
  }
}
