package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.Race;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The databases of the other tests do what those tests rely on. */
final class DatabasesTest {
  @Test
  void postgresNode_keepsWhatItAcknowledged_whenKilled() throws SQLException {
    try (DatabaseNode node = DatabaseNode.postgresql()) {
      keepsWhatItAcknowledged_whenKilled(node);

      try (HikariDataSource pool = node.pool(1)) {
        assertThat(ask(pool, "show fsync")).isEqualTo("on");
        assertThat(ask(pool, "show synchronous_commit")).isEqualTo("on");
        assertThat(ask(pool, "show full_page_writes")).isEqualTo("on");
      }
    }
  }

  @Test
  void mariaNode_keepsWhatItAcknowledged_whenKilled() throws SQLException {
    try (DatabaseNode node = DatabaseNode.mariadb()) {
      keepsWhatItAcknowledged_whenKilled(node);

      try (HikariDataSource pool = node.pool(1)) {
        assertThat(ask(pool, "select @@innodb_flush_log_at_trx_commit")).isEqualTo("1");
        assertThat(ask(pool, "select @@innodb_flush_method")).isEqualTo("O_DIRECT");
      }
    }
  }

  private static void keepsWhatItAcknowledged_whenKilled(DatabaseNode node) throws SQLException {
    List<ProcessHandle> processes =
        Stream.concat(Stream.of(node.root()), node.root().descendants()).toList();
    try (HikariDataSource pool = node.pool(1)) {
      execute(pool, "create table kept (what varchar(10))", "insert into kept values ('kept')");
      node.kill();
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    node.restart();

    try (HikariDataSource pool = node.pool(1)) {
      assertThat(ask(pool, "select what from kept")).isEqualTo("kept");
    }
  }

  @Test
  void node_leavesNothing_whenClosed() {
    DatabaseNode node = DatabaseNode.mariadb();
    ProcessHandle process = node.root();
    node.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(Files.exists(node.directory())).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void keyspaces_areApart_untilTheyAreClosed(TestDatabase database) throws SQLException {
    try (Keyspace one = database.freshKeyspace();
        Keyspace other = database.freshKeyspace()) {
      bar(one, "ada@example.org");

      assertThat(barred(one)).isEqualTo("1");
      assertThat(barred(other)).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keyspace_isWiped_beforeItIsUsedAgain(TestDatabase database) throws SQLException {
    Keyspace keyspace = Keyspace.create(database);
    bar(keyspace, "ada@example.org");
    execute(
        keyspace.dataSource(),
        "insert into %s (id, email, created_at) values ('u', 'ada@example.org', '2026-01-01 00:00:00')"
            .formatted(keyspace.qualified("users")),
        "insert into %s values ('u', 'admin')".formatted(keyspace.qualified("user_roles")));

    Keyspace again = keyspace.wiped();

    assertThat(again.qualified("users")).isEqualTo(keyspace.qualified("users"));
    for (String table : again.tables()) {
      assertThat(count(again, table)).as(table).isEqualTo("0");
    }
    assertThat(again.tables()).contains("users", "user_roles").hasSize(16);
  }

  @ParameterizedTest
  @EnumSource
  void nextKeyspace_isOfItsThreadAlone(TestDatabase database) throws Exception {
    Keyspace mine = database.nextKeyspace();
    bar(mine, "ada@example.org");

    assertThat(Race.of(3).run(number -> barred(database.nextKeyspace())).count("0")).isEqualTo(3);

    assertThat(barred(mine)).isEqualTo("1");
    assertThat(barred(database.nextKeyspace())).isEqualTo("0");
  }

  private static void bar(Keyspace keyspace, String address) throws SQLException {
    execute(
        keyspace.dataSource(),
        "insert into %s (email, barred_at) values ('%s', '2026-01-01 00:00:00')"
            .formatted(keyspace.qualified("barred_emails"), address));
  }

  private static String barred(Keyspace keyspace) {
    return count(keyspace, "barred_emails");
  }

  private static String count(Keyspace keyspace, String table) {
    return ask(keyspace.dataSource(), "select count(*) from " + keyspace.qualified(table));
  }

  private static void execute(DataSource dataSource, String... statements) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String ask(DataSource dataSource, String question) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      assertThat(rows.next()).isTrue();
      return Objects.requireNonNull(rows.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
