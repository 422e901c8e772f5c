package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever holds the lock of a record and says nothing more keeps the others out for a while only.
 */
final class HeldLockTest {
  private static final Records ADA = new Records(1);

  /**
   * @param fault what becomes of the network before the commit: nothing arrives, or late
   */
  @ParameterizedTest
  @CsvSource({"POSTGRESQL, HALF_OPEN", "POSTGRESQL, STALL", "MARIADB, HALF_OPEN", "MARIADB, STALL"})
  void aNodeThatVanishedInATransaction_keepsItsLock_forAFewDeadlinesAtMost(
      TestDatabase database, Fault fault) {
    Keyspace keyspace = database.freshKeyspace();
    try (FaultyProxy network = LiveStores.network(database);
        HikariDataSource farPool = LiveStores.pool(LiveStores.through(network, database), 1);
        HikariDataSource nearPool = LiveStores.pool(database.url(), 2)) {
      JdbcStores far = LiveStores.on(failing(farPool, network, fault), keyspace);
      JdbcStores near = LiveStores.on(nearPool, keyspace);

      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> ADA.open(far.otp(), far.clock().instant()));

      // Nothing is healed: the server must have done it by itself.
      Eventually.within(
          LiveStores.DEADLINE.multipliedBy(4),
          "the record is free",
          () -> {
            ADA.open(near.otp(), near.clock().instant());
            return true;
          });
      assertThat(ADA.guess(near.otp(), Records.RIGHT, near.clock().instant()))
          .isInstanceOf(GuessAnswer.Right.class);
      // A pool waits for a connection that it is making before it closes.
      network.heal();
    }
  }

  private enum Fault {
    HALF_OPEN,
    STALL
  }

  private static DataSource failing(DataSource pool, FaultyProxy network, Fault fault) {
    return Watched.over(
        pool,
        what -> {
          if (what.equals(Watched.COMMIT)) {
            if (fault == Fault.STALL) {
              network.stall();
            } else {
              network.halfOpen();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRecordThatIsLockedForEver_isUnavailable_inTime(TestDatabase database) throws SQLException {
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = LiveStores.pool(database.url(), 2)) {
      JdbcStores stores = LiveStores.on(pool, keyspace);
      ADA.open(stores.otp(), stores.clock().instant());
      try (Connection holder = keyspace.dataSource().getConnection();
          Statement statement = holder.createStatement()) {
        holder.setAutoCommit(false);
        statement.execute("select * from " + keyspace.qualified("lockouts") + " for update");

        long began = System.nanoTime();
        assertThatExceptionOfType(StoreUnavailableException.class)
            .isThrownBy(() -> ADA.guess(stores.otp(), Records.RIGHT, stores.clock().instant()))
            .satisfies(e -> assertThat(e.retryable()).isTrue());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LiveStores.IN_TIME);
        holder.rollback();
      }

      assertThat(ADA.guess(stores.otp(), Records.RIGHT, stores.clock().instant()))
          .isInstanceOf(GuessAnswer.Right.class);
    }
  }
}
