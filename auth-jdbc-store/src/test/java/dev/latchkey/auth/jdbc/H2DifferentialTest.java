package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;

final class H2DifferentialTest extends DifferentialContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return TestStores.timeless(TestDatabase.H2, clock);
  }

  @Override
  protected int calls() {
    return 20_000;
  }
}
