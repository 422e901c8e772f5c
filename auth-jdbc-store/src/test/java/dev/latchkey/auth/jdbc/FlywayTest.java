package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.testkit.MutableClock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that has Flyway points it at the same files. Flyway's part for MariaDB is not here. */
final class FlywayTest {
  @ParameterizedTest
  @EnumSource(names = "MARIADB", mode = EnumSource.Mode.EXCLUDE)
  void flyway_makesTables_thatTheStoresWorkOn_andThatMigrateLeavesAlone(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    flyway(database, schema, "1").migrate();
    assertThat(flyway(database, schema, "latest").migrate().migrationsExecuted)
        .isEqualTo(Migration.FILES.size() - 1);

    Schema ours = Schema.fresh(database);
    new Migrations(database.patient(), database.dialect(), ours.name(), JdbcStores.DEFAULT_PREFIX)
        .apply();
    assertThat(latchkeys(schema.columns())).isEqualTo(latchkeys(ours.columns()));
    MutableClock clock = MutableClock.create();
    JdbcStores stores =
        JdbcStores.builder(database.patient())
            .schema(schema.name())
            .deadline(TestStores.LONG)
            .acceptAnyClock(clock)
            .build();
    Life.on(stores, clock).goesOn();

    List<String> tables = schema.tables();
    assertThatIllegalStateException()
        .isThrownBy(stores::migrate)
        .withMessageContaining("such as Flyway");
    assertThat(schema.tables()).isEqualTo(tables);
  }

  private static List<String> latchkeys(List<String> columns) {
    return columns.stream()
        .filter(column -> !column.startsWith("latchkey_flyway_history."))
        .filter(column -> !column.startsWith("latchkey_schema_history."))
        .toList();
  }

  /** As docs/jdbc.md has it. */
  private static Flyway flyway(TestDatabase database, Schema schema, String target) {
    String tables = schema.name() + "." + JdbcStores.DEFAULT_PREFIX;
    return Flyway.configure()
        .dataSource(database.patient())
        .locations("classpath:dev/latchkey/auth/jdbc/migration/" + database.dialect().folder())
        .table("latchkey_flyway_history")
        .defaultSchema(
            database == TestDatabase.H2 ? schema.name().toUpperCase(Locale.ROOT) : schema.name())
        .placeholders(Map.of("tables", tables, "prefix", JdbcStores.DEFAULT_PREFIX))
        .target(target)
        .load();
  }
}
