package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.jdbc.JdbcStores;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  private final MutableClock clock = MutableClock.create();
  private final HikariDataSource pool =
      Database.parse("jdbc:h2:mem:" + UUID.randomUUID()).pool(TestServer.PATIENCE);
  private final JdbcStores stores =
      JdbcStores.builder(pool).acceptAnyClock(clock).deadline(TestServer.PATIENCE).build();

  @AfterEach
  void close() {
    pool.close();
  }

  private long rows(String table) {
    return Jdbi.create(pool)
        .withHandle(
            h -> h.select("select count(*) from latchkey_" + table).mapTo(long.class).one());
  }

  @Test
  void purge_deletesSessionsAndLogsThatAreOver_andLeavesTheRest() {
    stores.migrate();
    Storage storage = new Storage(stores, stores.accounts()::bar, () -> {});
    try (Housekeeping housekeeping = Housekeeping.hourly(stores);
        TestServer server = TestServer.over(clock, storage, UnaryOperator.identity())) {
      server.signIn("ada@example.com");
      clock.advance(Duration.ofDays(60));
      SignedIn in = server.signIn("bob@example.com");
      assertThat(rows("sessions")).isEqualTo(2);
      long limits = rows("rate_limits");
      housekeeping.purge();

      assertThat(rows("sessions")).isEqualTo(1);
      assertThat(rows("rate_limits")).isPositive().isLessThan(limits);
      assertThat(rows("users")).isEqualTo(2);
      server.visitor().me(in).isOk();
    }
  }

  @Test
  void purge_ofADatabaseThatIsNotThere_isLeftForTheNextTime() {
    try (Housekeeping housekeeping = Housekeeping.hourly(stores)) {
      housekeeping.purge(); // there are no tables
      stores.migrate();
      housekeeping.purge();
    }
    assertThat(rows("sessions")).isZero();
  }
}
