package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A call that was given up while its statement was under way, and the statement afterwards: it has
 * no effect, or is as if it had come before all that came after it.
 */
final class DatabaseLateCallTest {
  private static final Records ADA = new Records(1);
  private static final Duration NONE = Duration.ZERO;

  /** The server still works on a statement, or has a transaction open, in this schema. */
  private static boolean isUnderWay(Connection connection, String schema) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select 1 from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid()"
                    + " and query like '%"
                    + schema
                    + ".%'")) {
      return rows.next();
    }
  }

  /**
   * Has a call wait for a lock until it is given up, then frees the lock and waits until the server
   * has done with it.
   */
  private static void giveUp(Keyspace keyspace, String locking, Runnable call) throws SQLException {
    try (Connection blocker = DriverManager.getConnection(keyspace.database().url());
        Connection watch = DriverManager.getConnection(keyspace.database().url());
        Statement statement = blocker.createStatement()) {
      blocker.setAutoCommit(false);
      statement.execute(locking);

      assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(call::run);
      assertThat(isUnderWay(watch, keyspace.schema())).as("the late call waits").isTrue();
      blocker.rollback();
      Eventually.within(
          LiveStores.LONG,
          "the late call has ended",
          () -> {
            try {
              return !isUnderWay(watch, keyspace.schema());
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  /** Connections whose network stalls as they are about to do something. */
  private static DataSource stalling(DataSource pool, FaultyProxy network, String where) {
    return Watched.over(
        pool,
        what -> {
          if (what.contains(where)) {
            network.stall();
          }
        });
  }

  /** Stores that do not compare clocks, which alone would refuse a call that is so late. */
  private static JdbcStores timeless(DataSource pool, Keyspace keyspace) {
    return JdbcStores.builder(pool)
        .schema(keyspace.schema())
        .prefix(keyspace.prefix())
        .deadline(LiveStores.DEADLINE)
        .acceptAnyClock(Clock.systemUTC())
        .build();
  }

  @Test
  void aSignInOfOneStatement_thatWasGivenUpWaiting_spendsNoCode() throws SQLException {
    Keyspace keyspace = TestDatabase.POSTGRESQL.freshKeyspace();
    try (HikariDataSource pool = LiveStores.pool(TestDatabase.POSTGRESQL.url(), 2)) {
      JdbcStores stores = timeless(pool, keyspace);
      ADA.open(stores.otp(), stores.clock().instant());
      Instant now = stores.clock().instant();

      giveUp(
          keyspace,
          "select * from " + keyspace.qualified("lockouts") + " for update",
          () -> ADA.guess(stores.otp(), Records.RIGHT, now));

      assertThat(ADA.guess(stores.otp(), Records.RIGHT, stores.clock().instant()))
          .isInstanceOf(GuessAnswer.Right.class);
    }
  }

  /**
   * @param change what the transaction before it has done to the session, and takes back
   */
  @ParameterizedTest
  @CsvSource({"select * from SESSIONS for update", "update SESSIONS set generation = 7"})
  void aRefreshOfOneStatement_thatWasGivenUpWaiting_usesNoTokenUp(String change)
      throws SQLException {
    Keyspace keyspace = TestDatabase.POSTGRESQL.freshKeyspace();
    try (HikariDataSource pool = LiveStores.pool(TestDatabase.POSTGRESQL.url(), 2)) {
      JdbcStores stores = timeless(pool, keyspace);
      ADA.start(stores.sessions(), stores.clock().instant());
      Instant now = stores.clock().instant();

      giveUp(
          keyspace,
          change.replace("SESSIONS", keyspace.qualified("sessions")),
          () -> ADA.rotate(stores.sessions(), "late", NONE, now));

      assertThat(ADA.rotate(stores.sessions(), "next", NONE, stores.clock().instant()))
          .isInstanceOf(RotateAnswer.Rotated.class);
    }
  }

  /**
   * @param where what the call is about to do when the network goes away
   */
  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, session_accounts",
    "POSTGRESQL, commit",
    "MARIADB, session_accounts",
    "MARIADB, commit"
  })
  void aTransactionThatWasGivenUp_beginsNothing_whenTheNetworkDeliversItAfterAll(
      TestDatabase database, String where) {
    Keyspace keyspace = database.freshKeyspace();
    try (FaultyProxy network = LiveStores.network(database);
        HikariDataSource farPool = LiveStores.pool(LiveStores.through(network, database), 1);
        HikariDataSource nearPool = LiveStores.pool(database.url(), 2)) {
      JdbcStores far = LiveStores.on(stalling(farPool, network, where), keyspace);
      JdbcStores near = LiveStores.on(nearPool, keyspace);
      Instant now = near.clock().instant();

      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> ADA.start(far.sessions(), now));
      Eventually.within(
          LiveStores.DEADLINE.multipliedBy(5),
          "what the late call has locked is free",
          () -> {
            near.sessions().end(ADA.account(), new EndScope.All(), near.clock().instant());
            return true;
          });
      network.heal();
      // Its pool has one connection, so that what went before has arrived once this is answered.
      Eventually.within(
          LiveStores.LONG, "the network is back", () -> far.clock().instant().isAfter(now));

      assertThat(ADA.isLive(near.sessions(), near.clock().instant())).isFalse();
    }
  }
}
