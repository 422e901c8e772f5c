package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a URL, and what is told of it. */
class DatabaseTest {
  private static String inMemory() {
    return "jdbc:h2:mem:" + UUID.randomUUID();
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {";USER=ada;PASSWORD=hunter2", ";password=hunter2;user=ada"})
  void password_opensTheDatabase_andIsNotInItsUrl(String options) throws SQLException {
    Database database = Database.parse(inMemory() + ";MODE=MariaDB" + options);
    try (Connection connection = database.getConnection()) {
      assertThat(ask(connection, "select current_user")).isEqualTo("ADA");
      assertThat(
              ask(
                  connection,
                  "select setting_value from information_schema.settings"
                      + " where setting_name = 'MODE'"))
          .isEqualTo("MariaDB");
      // Whose URL is without its options.
      assertThatThrownBy(() -> Database.parse(connection.getMetaData().getURL()).getConnection())
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(Database.problem(e)).startsWith("refuses the user or the password"));
    }
  }

  /** Asks an H2 at the very end of its process, after H2 has done there what it does by itself. */
  static final class Last {
    private Last() {}

    public static void main(String[] arguments) throws SQLException {
      Connection connection = Database.parse("jdbc:h2:file:" + arguments[0]).getConnection();
      ask(connection, "select 1");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> askAfterOthers(connection)));
    }

    private static void askAfterOthers(Connection connection) {
      for (Thread other : Thread.getAllStackTraces().keySet()) {
        if (other.getName().contains("h2-close")) {
          join(other);
        }
      }
      try {
        System.out.print("It says " + ask(connection, "select 7"));
      } catch (SQLException e) {
        System.out.print(e.getMessage());
      }
    }

    private static void join(Thread other) {
      try {
        other.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Writes and is gone, as by a kill. */
  static final class Gone {
    private Gone() {}

    public static void main(String[] arguments) throws SQLException {
      Connection connection = Database.parse("jdbc:h2:file:" + arguments[0]).getConnection();
      try (Statement statement = connection.createStatement()) {
        statement.execute("create table kept (number int)");
        statement.execute("insert into kept values (7)");
      }
      Runtime.getRuntime().halt(0);
    }
  }

  /** Runs one of the classes above in a process of its own, on a file. */
  private static String outputOf(Class<?> main, Path file) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void h2_answersUntilTheServerClosesIt(@TempDir Path directory) throws IOException {
    assertThat(outputOf(Last.class, directory.resolve("x"))).isEqualTo("It says 7");
  }

  @Test
  void h2_keepsWhatItConfirmed_whenItsProcessIsKilled(@TempDir Path directory)
      throws IOException, SQLException {
    Path file = directory.resolve("x");
    assertThat(outputOf(Gone.class, file)).isEmpty();

    try (Connection connection = Database.parse("jdbc:h2:file:" + file).getConnection()) {
      assertThat(ask(connection, "select number from kept")).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {";AUTO_SERVER=TRUE", ";db_close_on_exit=true", ";Write_Delay=100"})
  void h2_ofWhichTheUrlSaysOtherwise_isOpenedSo(String options, @TempDir Path directory)
      throws SQLException {
    String url = "jdbc:h2:file:" + directory.resolve("x") + options;
    try (Connection connection = Database.parse(url).getConnection()) {
      assertThat(ask(connection, "select 7")).isEqualTo("7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:1/x?password=hunter2&sslpassword=hunter2",
        "jdbc:postgresql://127.0.0.1:1:hunter2/?password=hunter2",
        "jdbc:postgresql://a/b/c?password=hunter2&loginTimeout=hunter2",
        "jdbc:mariadb://127.0.0.1:1/x?password=hunter2&keyStorePassword=hunter2",
        "jdbc:mariadb://127.0.0.1:hunter2/x?socketTimeout=hunter2",
        "jdbc:h2:file:not-absolute;PASSWORD=hunter2",
        "jdbc:h2:mem:x;hunter2=1;PASSWORD=hunter2"
      })
  void problem_ofADatabaseThatIsNotThere_saysNoWordOfItsUrl(String url) {
    assertThatThrownBy(() -> Database.parse(url).getConnection())
        .isInstanceOfSatisfying(
            SQLException.class,
            e ->
                assertThat(Database.problem(e))
                    .matches("can not be (reached|used)( \\(SQLSTATE [0-9A-Z]{5}\\))?"));
  }

  @Test
  void waiting_forAPool_takesHalfTheDeadline_andNeverLessThanItCan() {
    try (HikariDataSource pool = Database.parse(inMemory()).pool(Duration.ofSeconds(1));
        HikariDataSource hasty = Database.parse(inMemory()).pool(Duration.ofMillis(1))) {
      assertThat(pool.getConnectionTimeout()).isEqualTo(500);
      assertThat(pool.getValidationTimeout()).isLessThanOrEqualTo(500);
      assertThat(hasty.getConnectionTimeout()).isEqualTo(250);
    }
  }

  @Test
  void toString_showsNothing() {
    assertThat(Database.parse("jdbc:h2:mem:hunter2;PASSWORD=hunter2").toString())
        .isEqualTo("Database");
  }
}
