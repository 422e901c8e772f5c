package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;

/** What other dialects do at every call, and PostgreSQL where its one statement does not decide. */
final class PostgresqlTransactionsDifferentialTest extends DifferentialContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return TestStores.on(TestDatabase.POSTGRESQL.nextKeyspace())
        .deadline(TestStores.LONG)
        .acceptAnyClock(clock)
        .withoutOneStatementForms()
        .build();
  }

  @Override
  protected int calls() {
    return 20_000;
  }
}
