package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.memory.InMemoryStores;
import java.time.Clock;

class InMemorySimulationTest extends SimulationContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return InMemoryStores.create(clock);
  }
}
