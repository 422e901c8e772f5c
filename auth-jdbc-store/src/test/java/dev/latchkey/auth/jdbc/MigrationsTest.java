package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The tables are made once, and brought further, whoever tries it and whatever comes between. */
final class MigrationsTest {
  private static final String PREFIX = JdbcStores.DEFAULT_PREFIX;

  private static Migrations of(TestDatabase database, Schema schema, List<Migration> known) {
    return new Migrations(database.patient(), database.dialect(), schema.name(), PREFIX, known);
  }

  private static Migrations of(TestDatabase database, Schema schema) {
    return of(database, schema, Migration.all(database.dialect()));
  }

  private static List<Migration> first(TestDatabase database) {
    return Migration.all(database.dialect()).subList(0, 1);
  }

  /** The first, and another second one. */
  private static List<Migration> with(TestDatabase database, String sql) {
    return Stream.concat(
            first(database).stream(), Stream.of(new Migration(2, "planted by a test", sql)))
        .toList();
  }

  private static List<String> allDone() {
    return IntStream.rangeClosed(1, Migration.FILES.size()).mapToObj(it -> it + " done").toList();
  }

  @ParameterizedTest
  @EnumSource
  void apply_makesAllTables(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();

    assertThat(schema.tables())
        .containsExactlyInAnyOrder(
            "latchkey_barred_emails",
            "latchkey_key_ring_secrets",
            "latchkey_key_rings",
            "latchkey_known_devices",
            "latchkey_lockouts",
            "latchkey_one_time_codes",
            "latchkey_rate_limits",
            "latchkey_revocations",
            "latchkey_revoked_tokens",
            "latchkey_root_keys",
            "latchkey_schema_history",
            "latchkey_session_accounts",
            "latchkey_sessions",
            "latchkey_signing_keys",
            "latchkey_surges",
            "latchkey_user_roles",
            "latchkey_users");
    assertThat(schema.columns()).contains("latchkey_users.auth_provider", "latchkey_users.phone");
    assertThat(schema.history()).isEqualTo(allDone());
    assertThat(schema.rows("latchkey_schema_history"))
        .anySatisfy(
            row ->
                assertThat(row)
                    .containsEntry("version", "1")
                    .containsEntry("description", "create tables")
                    .containsEntry("checksum", first(database).get(0).checksum()));
  }

  /** What is written for one dialect and forgotten for another. */
  @ParameterizedTest
  @EnumSource(names = "POSTGRESQL", mode = EnumSource.Mode.EXCLUDE)
  void columnsAndWhatMayBeMissing_areAsOnPostgresql(TestDatabase database) {
    String question =
        "select concat(lower(table_name), '.', lower(column_name), ' ', lower(is_nullable))"
            + " from information_schema.columns where lower(table_schema) = ?";
    Schema postgresql = Schema.fresh(TestDatabase.POSTGRESQL);
    of(TestDatabase.POSTGRESQL, postgresql).apply();
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();

    assertThat(schema.firstColumn(question))
        .containsExactlyInAnyOrderElementsOf(postgresql.firstColumn(question));
  }

  @ParameterizedTest
  @EnumSource
  void apply_changesNothing_theSecondTime(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();
    var before = schema.rows("latchkey_schema_history");
    of(database, schema).apply();

    assertThat(schema.rows("latchkey_schema_history")).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void apply_goesOnFromTheReleaseBefore(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema, first(database)).apply();
    assertThat(schema.history()).containsExactly("1 done");
    assertThat(schema.columns()).doesNotContain("latchkey_users.phone");

    of(database, schema).apply();

    assertThat(schema.history()).isEqualTo(allDone());
    assertThat(schema.columns()).contains("latchkey_users.phone");
  }

  @ParameterizedTest
  @EnumSource
  void eightNodesAtOnce_allSucceed_andEachMigrationIsThereOnce(TestDatabase database) {
    for (int round = 0; round < 3; round++) {
      Schema schema = Schema.fresh(database);
      Race.of(8)
          .run(
              number -> {
                of(database, schema).apply();
                return number;
              });

      assertThat(schema.history()).isEqualTo(allDone());
      assertThat(schema.tables()).hasSize(17);
    }
  }

  /** Of another process, which does not share the lock that nodes of one process have as well. */
  @Test
  void nodeThatMigrates_isWaitedFor_onH2() throws Exception {
    TestDatabase database = TestDatabase.H2;
    Schema schema = Schema.fresh(database);
    of(database, schema, first(database)).apply();
    try (Connection other = database.patient().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "select * from %s.latchkey_schema_history where version = 0 for update"
              .formatted(schema.name()));
      FutureTask<@Nullable Void> waiting =
          new FutureTask<>(
              () -> {
                of(database, schema).apply();
                return null;
              });
      new Thread(waiting).start();
      String waiters =
          "select 1 from information_schema.sessions"
              + " where blocker_id = %s and ? is not null".formatted(session(statement));
      Eventually.within(
          DatabaseNode.PATIENCE, "it waits", () -> !schema.firstColumn(waiters).isEmpty());
      assertThat(schema.history()).containsExactly("1 done");

      other.commit();
      other.setAutoCommit(true);
      waiting.get(DatabaseNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(schema.history()).isEqualTo(allDone());
  }

  /** Whoever asks for the table meanwhile waits behind the migration, and so not for long. */
  @ParameterizedTest
  @EnumSource(names = "H2", mode = EnumSource.Mode.EXCLUDE)
  void tableInUse_isLeftToOthers_andComeBackTo(TestDatabase database) throws Exception {
    Schema schema = Schema.fresh(database);
    of(database, schema, first(database)).apply();
    AtomicInteger attempts = new AtomicInteger();
    TappedSource counted =
        new TappedSource(
            database.patient(),
            new TappedSource.Tap() {
              @Override
              public void asked() {
                attempts.incrementAndGet();
              }
            });
    try (Connection other = database.patient().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select * from %s.latchkey_users".formatted(schema.name()));
      FutureTask<@Nullable Void> waiting =
          new FutureTask<>(
              () -> {
                new Migrations(counted, database.dialect(), schema.name(), PREFIX).apply();
                return null;
              });
      new Thread(waiting).start();
      Eventually.within(
          DatabaseNode.PATIENCE, "it let go and came back", () -> attempts.get() >= 2);
      assertThat(schema.columns()).doesNotContain("latchkey_users.phone");

      other.commit();
      other.setAutoCommit(true);
      waiting.get(DatabaseNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(schema.history()).isEqualTo(allDone());
    assertThat(schema.columns()).contains("latchkey_users.phone");
  }

  private static String session(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("select session_id()")) {
      assertThat(rows.next()).isTrue();
      return Objects.requireNonNull(rows.getString(1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void schemasAndPrefixes_areApart(TestDatabase database) throws SQLException {
    Schema schema = Schema.fresh(database);
    try (HikariDataSource inside = connectedTo(database, schema)) {
      new Migrations(inside, database.dialect(), "", "one_").apply();
      new Migrations(inside, database.dialect(), schema.name(), "other_").apply();

      assertThat(schema.tables())
          .hasSize(34)
          .contains("one_users", "one_schema_history", "other_users", "other_schema_history");
      new Migrations(inside, database.dialect(), schema.name(), "one_").apply();
      new Migrations(inside, database.dialect(), "", "other_").apply();
      assertThat(schema.tables()).hasSize(34);
    }
  }

  private static HikariDataSource connectedTo(TestDatabase database, Schema schema) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setMaximumPoolSize(database == TestDatabase.H2 ? 2 : 1);
    if (database == TestDatabase.MARIADB) {
      config.setCatalog(schema.name());
    } else {
      config.setConnectionInitSql(
          (database == TestDatabase.H2 ? "set schema " : "set search_path to ") + schema.name());
    }
    return new HikariDataSource(config);
  }

  @ParameterizedTest
  @EnumSource
  void refusedStatement_isNamed_andAppliedOnceMended(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    String good = "create table ${tables}extra (id integer);";
    Migrations broken = of(database, schema, with(database, good + "create nonsense;"));

    assertThatIllegalStateException()
        .isThrownBy(broken::apply)
        .withMessageStartingWith(
            "migration 2 (planted by a test) was not applied at its statement 2: the database"
                + " refused with ")
        .withMessageNotContaining("nonsense");
    if (database == TestDatabase.POSTGRESQL) {
      assertThat(schema.tables()).isEmpty();
    } else {
      assertThat(schema.history()).containsExactly("1 done", "2 begun");
    }

    String mended = "create table if not exists ${tables}extra (id integer);";
    of(database, schema, with(database, mended)).apply();

    assertThat(schema.history()).containsExactly("1 done", "2 done");
    assertThat(schema.tables()).contains("latchkey_extra");
  }

  /**
   * As long as anything but its own connection lives, the database does not know that it crashed.
   */
  @ParameterizedTest
  @EnumSource
  void crashHalfWay_isRepairedByTheNextRun(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    String crash =
        switch (database) {
          case POSTGRESQL -> "select pg_terminate_backend(pg_backend_pid());";
          case MARIADB -> "kill connection_id();";
          case H2 -> "call abort_session(session_id());";
        };
    String sql = first(database).get(0).sql();
    int half = sql.indexOf("create table", sql.length() / 2);
    String crashing = sql.substring(0, half) + crash + sql.substring(half);
    List<Migration> dying = List.of(new Migration(1, "create tables", crashing));

    try (HikariDataSource pool = database.pool(2)) {
      Migrations migrations =
          new Migrations(pool, database.dialect(), schema.name(), PREFIX, dying);
      StoreUnavailableException e =
          assertThrows(StoreUnavailableException.class, migrations::apply);
      assertThat(e.operation()).isEqualTo("jdbc.migrate");
    }

    assertThat(schema.tables()).hasSizeLessThan(17);
    of(database, schema).apply();
    assertThat(schema.tables()).hasSize(17);
    assertThat(schema.history()).isEqualTo(allDone());
  }

  @ParameterizedTest
  @EnumSource
  void crashBeforeTheHistoryHasAnything_isRepairedByTheNextRun(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema, List.of()).apply();
    assertThat(schema.tables()).containsExactly("latchkey_schema_history");

    of(database, schema).apply();

    assertThat(schema.history()).isEqualTo(allDone());
  }

  @ParameterizedTest
  @EnumSource
  void editedMigration_isRefused_andNothingIsChanged(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema, first(database)).apply();
    List<Migration> edited = new ArrayList<>(Migration.all(database.dialect()));
    Migration one = edited.get(0);
    edited.set(0, new Migration(1, one.description(), one.sql() + "\n-- better so\n"));

    assertThatIllegalStateException()
        .isThrownBy(of(database, schema, edited)::apply)
        .withMessageStartingWith("migration 1 (create tables) is not the one that ")
        .withMessageContaining(one.checksum());
    assertThat(schema.history()).containsExactly("1 done");
    assertThat(schema.columns()).doesNotContain("latchkey_users.phone");
  }

  @ParameterizedTest
  @EnumSource
  void migrationOfALaterRelease_isRefused(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();

    assertThatIllegalStateException()
        .isThrownBy(of(database, schema, first(database))::apply)
        .withMessageContaining("schema_history has migration 2, and this release knows 1");
  }

  @ParameterizedTest
  @EnumSource
  void gapInTheHistory_isRefused_andNothingIsChanged(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();
    schema.execute(
        "delete from %s.latchkey_schema_history where version = 1".formatted(schema.name()));

    assertThatIllegalStateException()
        .isThrownBy(of(database, schema)::apply)
        .withMessageStartingWith("migration 1 (create tables) is missing in ");
    assertThat(schema.history()).containsExactly("2 done");
  }

  @ParameterizedTest
  @EnumSource
  void tablesWithoutHistory_areRefused_andNothingIsChanged(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();
    schema.execute("drop table %s.latchkey_schema_history".formatted(schema.name()));

    assertThatIllegalStateException()
        .isThrownBy(of(database, schema)::apply)
        .withMessageContaining("are there, but no ")
        .withMessageContaining("Flyway");
    assertThat(schema.tables()).hasSize(16).doesNotContain("latchkey_schema_history");
  }

  @ParameterizedTest
  @EnumSource
  void missingSchema_isToldClearly(TestDatabase database) {
    Migrations nowhere =
        new Migrations(database.patient(), database.dialect(), "not_there", PREFIX);

    assertThatIllegalStateException()
        .isThrownBy(nowhere::apply)
        .withMessageStartingWith("the table schema_history was not applied at its statement 1: ")
        .withMessageContaining("a schema that is not there");
  }

  @Test
  void databaseThatIsAway_isUnavailable_andNoPasswordIsTold() {
    PGSimpleDataSource away = new PGSimpleDataSource();
    away.setUrl("jdbc:postgresql://127.0.0.1:1/postgres?user=hugo&password=hunter2");
    Migrations migrations = new Migrations(away, Dialect.POSTGRESQL, "", PREFIX);

    assertThatThrownBy(migrations::apply)
        .isInstanceOfSatisfying(
            StoreUnavailableException.class,
            e -> {
              assertThat(e.operation()).isEqualTo("jdbc.migrate");
              assertThat(e.retryable()).isTrue();
              StringWriter trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace, true));
              assertThat(trace.toString()).doesNotContain("hunter2", "hugo", "127.0.0.1");
            });
  }

  /** Of a pool that commits nothing by itself, and has no more connections than are needed. */
  @ParameterizedTest
  @EnumSource
  void connection_goesBackAsItCame(TestDatabase database) throws SQLException {
    Schema schema = Schema.fresh(database);
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setMaximumPoolSize(database == TestDatabase.H2 ? 2 : 1);
    config.setAutoCommit(false);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      List<String> before = settings(database, pool);
      new Migrations(pool, database.dialect(), schema.name(), PREFIX).apply();
      assertThat(settings(database, pool)).isEqualTo(before);

      Migrations broken =
          new Migrations(
              pool, database.dialect(), schema.name(), "b_", with(database, "create nonsense;"));
      assertThatIllegalStateException().isThrownBy(broken::apply);
      assertThat(settings(database, pool)).isEqualTo(before);
    }
    assertThat(schema.history()).isEqualTo(allDone());
  }

  private static List<String> settings(TestDatabase database, DataSource pool) throws SQLException {
    String question =
        switch (database) {
          case POSTGRESQL ->
              "select concat(pg_backend_pid(), current_setting('lock_timeout'),"
                  + " current_setting('statement_timeout'),"
                  + " (select count(*) from pg_locks"
                  + " where locktype = 'advisory' and pid = pg_backend_pid()))";
          case MARIADB ->
              "select concat(connection_id(), ' ', @@lock_wait_timeout, ' ',"
                  + " (select count(*) from information_schema.processlist where state like 'User%'))";
          case H2 ->
              "select count(*) from information_schema.sessions where blocker_id is not null";
        };
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      assertThat(rows.next()).isTrue();
      return List.of(
          Objects.requireNonNull(rows.getString(1)), String.valueOf(connection.getAutoCommit()));
    }
  }

  /** As an application has it that runs without the right to change tables. */
  @Test
  void apply_needsNoRights_whenThereIsNothingToDo() {
    TestDatabase database = TestDatabase.POSTGRESQL;
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();
    String user = schema.name() + "_user";
    schema.execute(
        "create role %s login".formatted(user),
        "grant usage on schema %s to %s".formatted(schema.name(), user),
        "grant select, insert, update, delete on all tables in schema %s to %s"
            .formatted(schema.name(), user));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setConnectionInitSql("set role " + user);
    config.setMaximumPoolSize(1);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      new Migrations(pool, database.dialect(), schema.name(), PREFIX).apply();

      Migrations elsewhere = new Migrations(pool, database.dialect(), schema.name(), "other_");
      assertThatIllegalStateException().isThrownBy(elsewhere::apply).withMessageContaining("42501");
    } finally {
      schema.execute("drop owned by " + user, "drop role " + user);
    }
    assertThat(schema.history()).isEqualTo(allDone());
  }

  /** Its driver is not to be had, but MariaDB understands this much of its dialect. */
  @Test
  void migrationsOfMysql_canBeRead() {
    TestDatabase database = TestDatabase.MARIADB;
    Schema schema = Schema.fresh(database);
    new Migrations(database.patient(), Dialect.MYSQL, schema.name(), PREFIX).apply();
    List<String> columns = schema.columns();
    assertThat(schema.tables()).hasSize(17);

    schema.execute(
        "update %s.latchkey_schema_history set success = false".formatted(schema.name()));
    new Migrations(database.patient(), Dialect.MYSQL, schema.name(), PREFIX).apply();

    assertThat(schema.history()).isEqualTo(allDone());
    assertThat(schema.columns()).isEqualTo(columns);
  }

  static List<Dialect> dialects() {
    return List.of(Dialect.POSTGRESQL, Dialect.MARIADB, Dialect.MYSQL, Dialect.H2);
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void migrations_areAllFilesOfTheirFolder_numberedFromOne(Dialect dialect) throws Exception {
    Path folder =
        Path.of(
            Objects.requireNonNull(Migration.class.getResource("migration/" + dialect.folder()))
                .toURI());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Migration.FILES);
    }
    assertThat(Migration.all(dialect))
        .extracting(Migration::version)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, Migration.FILES.size()).boxed().toList());
  }

  @Test
  void checksum_isTheSame_whateverTheLineEnds() {
    Migration unix = new Migration(1, "a", "create;\n-- b\n");
    Migration dos = new Migration(1, "a", "create;\r\n-- b\r\n");
    Migration other = new Migration(1, "a", "create;\n-- c\n");

    assertThat(dos.checksum()).isEqualTo(unix.checksum()).isNotEqualTo(other.checksum());
  }

  @ParameterizedTest
  @EnumSource
  void tables_tellWhatTheyAre(TestDatabase database) {
    Schema schema = Schema.fresh(database);
    of(database, schema).apply();
    String question =
        switch (database) {
          case POSTGRESQL ->
              "select relname from pg_class where relkind = 'r'"
                  + " and relnamespace = cast(? as regnamespace)"
                  + " and obj_description(oid, 'pg_class') is null";
          case MARIADB ->
              "select table_name from information_schema.tables"
                  + " where table_schema = ? and table_comment = ''";
          case H2 ->
              "select table_name from information_schema.tables"
                  + " where lower(table_schema) = ? and remarks is null";
        };
    assertThat(schema.firstColumn(question)).isEmpty();
  }
}
