package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import java.time.Clock;

class FedSimulationTest extends SimulationContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return FedSessions.stores(clock);
  }
}
