package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import java.time.Clock;

/** All that the façade promises holds where it judges by a replica, too. */
class FedLatchkeyTest extends LatchkeyContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return FedSessions.stores(clock);
  }
}
