package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.traffic.Traffic;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server in trouble under traffic. It keeps what it acknowledged: so nothing is won twice, not
 * even across a crash, nothing fails otherwise than as unavailable within the deadline, and service
 * is back by itself soon after the server.
 */
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL", "MARIADB"})
final class DatabaseOutageTest {
  private final TestDatabase database;

  private DatabaseNode node;
  private HikariDataSource pool;
  private Traffic traffic;

  DatabaseOutageTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    node = DatabaseNode.durable(database);
    pool = LiveStores.pool(node.url(), LiveStores.CONNECTIONS);
    JdbcStores stores = JdbcStores.builder(pool).deadline(LiveStores.DEADLINE).build();
    stores.migrate();
    traffic = Traffic.over(stores);
    traffic.awaitRounds(20, LiveStores.LONG);
  }

  @AfterEach
  void stop() {
    traffic.close();
    pool.close();
    node.close();
  }

  /** Service is back in time and for all, and nothing was won twice. */
  private Traffic.Report recovered(String what) throws InterruptedException {
    Duration back = traffic.awaitRounds(1, LiveStores.RECOVERY);
    traffic.awaitCalm(20, LiveStores.LONG);
    Traffic.Report report = traffic.stop();
    report.print(database + ": " + what, back);
    assertThat(report.excess()).isEmpty();
    assertThat(report.longest()).isLessThan(LiveStores.IN_TIME);
    return report;
  }

  /** Ends the sessions of the traffic, in the middle of what they do. */
  private void killConnections() throws SQLException {
    boolean postgresql = database == TestDatabase.POSTGRESQL;
    String which =
        postgresql
            ? "select pid from pg_stat_activity where pid <> pg_backend_pid()"
                + " and backend_type = 'client backend'"
            : "select id from information_schema.processlist where id <> connection_id()"
                + " and user = 'root'";
    String kill = postgresql ? "select pg_terminate_backend(%s)" : "kill %s";
    try (Connection connection = DriverManager.getConnection(node.url());
        Statement statement = connection.createStatement()) {
      List<String> ids = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(which)) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      for (String id : ids) {
        kill(statement, kill.formatted(id));
      }
    }
  }

  private static void kill(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      // It has ended by itself.
    }
  }

  @Test
  void killedConnections_areMadeAgain() throws Exception {
    for (int i = 0; i < 5; i++) {
      killConnections();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
      traffic.awaitRounds(10, LiveStores.LONG);
    }

    assertThat(recovered("connections killed").unavailable()).isPositive();
  }

  @Test
  void aCrash_isSurvived_moreThanOnce() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      node.kill();
      traffic.awaitUnavailable(8, LiveStores.LONG);
      node.restart();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
      traffic.awaitRounds(20, LiveStores.LONG);
    }

    recovered("crashes");
  }
}
