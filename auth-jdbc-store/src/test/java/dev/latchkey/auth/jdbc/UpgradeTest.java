package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables of the first release become those of the newest, with all that is in them. */
final class UpgradeTest {
  private static final List<String> NEW_COLUMNS = List.of("auth_provider", "phone");

  private static Schema firstRelease(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    new Migrations(
            database.patient(),
            database.dialect(),
            schema.name(),
            JdbcStores.DEFAULT_PREFIX,
            Migration.all(database.dialect()).subList(0, 1))
        .apply();
    return schema;
  }

  private static JdbcStores.Builder stores(TestDatabase database, Schema schema) {
    return JdbcStores.builder(database.patient()).schema(schema.name()).deadline(TestStores.LONG);
  }

  @ParameterizedTest
  @EnumSource
  void rowsOfTheFirstRelease_areIntact_andGoOn(TestDatabase database) {
    Schema schema = firstRelease(database);
    MutableClock clock = MutableClock.create();
    JdbcStores stores = stores(database, schema).acceptAnyClock(clock).build();
    Life life = Life.on(stores, clock);
    schema.execute(
        "update %s.latchkey_schema_history set description = 'as it was'".formatted(schema.name()));
    Map<String, List<Map<String, String>>> before = content(schema);
    assertThat(before.values()).as("every table has rows").noneMatch(List::isEmpty);

    stores.migrate();

    assertThat(schema.history()).hasSize(Migration.FILES.size());
    assertThat(content(schema)).isEqualTo(before);
    assertThat(schema.rows("latchkey_users"))
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(row)
                    .containsEntry("auth_provider", "email")
                    .containsEntry("phone", "null"));
    life.goesOn();
  }

  /** All rows but of the history's newer migrations, without columns that came later. */
  private static Map<String, List<Map<String, String>>> content(Schema schema) {
    Map<String, List<Map<String, String>>> all = new TreeMap<>();
    for (String table : schema.tables()) {
      List<Map<String, String>> rows =
          schema.rows(table).stream()
              .filter(row -> !table.endsWith("schema_history") || row.containsValue("as it was"))
              .peek(row -> row.keySet().removeAll(NEW_COLUMNS))
              .sorted((one, other) -> one.toString().compareTo(other.toString()))
              .collect(Collectors.toList());
      all.put(table, rows);
    }
    return all;
  }

  /**
   * The stores write no column that the second migration brings: so these are the first release's.
   */
  @ParameterizedTest
  @EnumSource
  void instanceOfTheFirstRelease_goesOnMeanwhile(TestDatabase database) throws Exception {
    Schema schema = firstRelease(database);
    JdbcStores older = stores(database, schema).build();
    try (Traffic traffic = Traffic.over(older)) {
      traffic.awaitRounds(20, DatabaseNode.PATIENCE);

      stores(database, schema).build().migrate();

      Duration recovery = traffic.awaitRounds(20, DatabaseNode.PATIENCE);
      Traffic.Report report = traffic.stop();
      report.print("migration 2 on " + database, recovery);
      assertThat(report.excess()).isEmpty();
      assertThat(report.unavailable()).isZero();
    }
    assertThat(schema.history()).hasSize(Migration.FILES.size());
  }
}
