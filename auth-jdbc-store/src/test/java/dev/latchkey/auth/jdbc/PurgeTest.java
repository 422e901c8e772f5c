package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is over goes, what is not stays, and nobody waits for it. */
final class PurgeTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.500Z");

  /** More than one transaction deletes. */
  private static final int MANY = 1_100;

  private static JdbcStores stores(Keyspace keyspace) {
    return TestStores.on(keyspace)
        .deadline(TestStores.LONG)
        .acceptAnyClock(MutableClock.at(NOW))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void wholeLife_isGone_whenAllOfItIsOver_butForPeopleAndKeys(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      MutableClock clock = MutableClock.create();
      JdbcStores stores =
          TestStores.on(keyspace).deadline(TestStores.LONG).acceptAnyClock(clock).build();
      Life.on(stores, clock);
      Schema schema = new Schema(keyspace.dataSource(), keyspace.schema());
      assertThat(stores.purge(clock.instant().minus(Duration.ofDays(1)), 1_000)).isZero();

      assertThat(stores.purge(clock.instant().plus(Duration.ofDays(3_650)), 1_000)).isPositive();

      Set<String> stay =
          Set.of(
              "users",
              "user_roles",
              "barred_emails",
              "key_rings",
              "key_ring_secrets",
              "root_keys",
              "signing_keys");
      for (String table : keyspace.tables()) {
        List<?> rows = schema.rows(keyspace.prefix() + table);
        if (stay.contains(table)) {
          assertThat(rows).as(table).isNotEmpty();
        } else {
          // The newest entry tells readers of the feed that they have read it.
          assertThat(rows).as(table).hasSize(table.equals("revocations") ? 1 : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rowThatIsKeptUntilNow_goes_andOneOfAMillisecondMore_stays(TestDatabase database)
      throws SQLException {
    try (Keyspace keyspace = database.freshKeyspace()) {
      limits(keyspace, "before", 1, NOW.minusMillis(1));
      limits(keyspace, "now", 1, NOW);
      limits(keyspace, "after", 1, NOW.plusMillis(1));

      assertThat(stores(keyspace).purge(NOW, 10)).isEqualTo(2);

      assertThat(left(keyspace)).containsExactly("after0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void limit_isKept_andTheOldestGoFirst(TestDatabase database) throws SQLException {
    try (Keyspace keyspace = database.freshKeyspace()) {
      limits(keyspace, "older", MANY, NOW.minusSeconds(2));
      limits(keyspace, "old", 3, NOW.minusSeconds(1));
      JdbcStores stores = stores(keyspace);

      assertThat(stores.purge(NOW, MANY)).isEqualTo(MANY);

      assertThat(left(keyspace)).containsExactly("old0", "old1", "old2");
      assertThat(stores.purge(NOW, MANY)).isEqualTo(3);
      assertThat(stores.purge(NOW, MANY)).isZero();
      assertThatIllegalArgumentException().isThrownBy(() -> stores.purge(NOW, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void lockedRow_isPassedBy_untilTheNextTime(TestDatabase database) throws SQLException {
    try (Keyspace keyspace = database.freshKeyspace()) {
      limits(keyspace, "row", 3, NOW);
      JdbcStores stores = stores(keyspace);
      try (Connection other = keyspace.dataSource().getConnection();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute(
            "select subject from %s where subject = 'row1' for update"
                .formatted(keyspace.qualified("rate_limits")));

        assertThat(stores.purge(NOW, 10)).isEqualTo(2);

        assertThat(left(keyspace)).containsExactly("row1");
        other.rollback();
        other.setAutoCommit(true);
      }
      assertThat(stores.purge(NOW, 10)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void fourAtOnce_deleteEachRowOnce(TestDatabase database) throws SQLException {
    try (Keyspace keyspace = database.freshKeyspace()) {
      limits(keyspace, "row", MANY, NOW);
      limits(keyspace, "kept", 5, NOW.plusMillis(1));
      JdbcStores stores = stores(keyspace);

      int deleted =
          Race.of(4).run(number -> stores.purge(NOW, MANY)).outcomes().stream()
              .mapToInt(count -> count)
              .sum();
      deleted += stores.purge(NOW, MANY);

      assertThat(deleted).isEqualTo(MANY);
      assertThat(left(keyspace)).hasSize(5);
    }
  }

  private static void limits(Keyspace keyspace, String name, int rows, Instant keepUntil)
      throws SQLException {
    Object time = keyspace.database().dialect().times().toColumn(keepUntil);
    try (Connection connection = keyspace.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into %s (subject, admissions, keep_until) values (?, ?, ?)"
                    .formatted(keyspace.qualified("rate_limits")))) {
      for (int row = 0; row < rows; row++) {
        insert.setString(1, name + row);
        insert.setBytes(2, new byte[0]);
        insert.setObject(3, time);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<String> left(Keyspace keyspace) {
    return new Schema(keyspace.dataSource(), keyspace.schema())
        .rows(keyspace.prefix() + "rate_limits").stream()
            .map(row -> String.valueOf(row.get("subject")))
            .sorted()
            .toList();
  }
}
