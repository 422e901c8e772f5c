package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;

class PureDifferentialTest extends DifferentialContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return new PureStores().bundle(clock);
  }
}
