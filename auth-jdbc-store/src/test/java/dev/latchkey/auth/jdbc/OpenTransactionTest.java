package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Connections of a pool that does not commit, whose question whether they live has begun a
 * transaction: what that one sees is not what is there once a lock was waited for.
 */
@ParameterizedClass
@CsvSource({
  "POSTGRESQL, TRANSACTION_READ_COMMITTED",
  "POSTGRESQL, TRANSACTION_REPEATABLE_READ",
  "POSTGRESQL, TRANSACTION_SERIALIZABLE",
  "MARIADB, TRANSACTION_READ_COMMITTED",
  "MARIADB, TRANSACTION_REPEATABLE_READ",
  "MARIADB, TRANSACTION_SERIALIZABLE",
  "H2, TRANSACTION_READ_COMMITTED",
  "H2, TRANSACTION_REPEATABLE_READ"
})
final class OpenTransactionTest {
  private final TestDatabase database;
  private final String isolation;
  private Keyspace keyspace;
  private HikariDataSource pool;

  OpenTransactionTest(TestDatabase database, String isolation) {
    this.database = database;
    this.isolation = isolation;
  }

  @BeforeEach
  void start() {
    keyspace = database.freshKeyspace();
    pool =
        OwnPool.of(
            database,
            config -> {
              config.setAutoCommit(false);
              config.setTransactionIsolation(isolation);
              config.setMaximumPoolSize(8);
            });
  }

  @AfterEach
  void stop() {
    pool.close();
    keyspace.close();
  }

  /** Reads on each connection before it is lent, and lends the next two together. */
  private final class Reading implements TappedSource.Tap {
    private volatile CountDownLatch together = new CountDownLatch(0);

    @Override
    public void lent(Connection connection) throws SQLException {
      assertThat(connection.getAutoCommit()).isFalse();
      try (Statement statement = connection.createStatement()) {
        statement.executeQuery("select 1 from " + keyspace.qualified("one_time_codes")).close();
      }
      together.countDown();
      try {
        assertThat(together.await(LiveStores.LONG.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted", e);
      }
    }
  }

  @Test
  void calls_work() {
    JdbcStores stores =
        TestStores.on(keyspace, new TappedSource(pool, new Reading()))
            .deadline(TestStores.LONG)
            .build();
    for (Verb verb : Verb.ALL) {
      assertThat(verb.call(stores, stores.clock().instant())).as("%s", verb).isNotNull();
    }
  }

  @Test
  void twoRightCodes_signInOnce() {
    Reading reading = new Reading();
    JdbcStores stores = LiveStores.patient(new TappedSource(pool, reading), keyspace.schema());
    for (int round = 1; round <= Thorough.rounds(5, 500); round++) {
      int number = round;
      Instant now = stores.clock().instant();
      stores
          .otp()
          .open(
              Sample.identity(number),
              Sample.challenge(number),
              Sample.live(number, now),
              Optional.empty(),
              Sample.RULES,
              now);
      reading.together = new CountDownLatch(2);

      var answers =
          Race.of(2)
              .run(
                  racer ->
                      stores
                          .otp()
                          .guess(
                              Sample.identity(number),
                              Sample.guess(number, number, racer),
                              Sample.RULES,
                              now)
                          .getClass()
                          .getSimpleName());

      assertThat(answers.count("Right")).as("round %d: %s", number, answers).isEqualTo(1);
      assertThat(answers.count("Expired")).as("round %d: %s", number, answers).isEqualTo(1);
    }
  }
}
