package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;

final class PostgresqlDifferentialTest extends DifferentialContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return TestStores.timeless(TestDatabase.POSTGRESQL, clock);
  }

  @Override
  protected int calls() {
    return 20_000;
  }
}
