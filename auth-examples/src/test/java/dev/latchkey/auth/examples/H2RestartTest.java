package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.testkit.MutableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An H2 in a file needs no server, and what is in it outlives the server that wrote it. */
class H2RestartTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";

  @TempDir Path directory;

  private final MutableClock clock = MutableClock.create();

  private String url() {
    return "jdbc:h2:file:" + directory.resolve("latchkey") + ";PASSWORD=hunter2";
  }

  private TestServer server(String... more) {
    String[] settings = new String[more.length + 2];
    settings[0] = "LATCHKEY_STORE";
    settings[1] = url();
    System.arraycopy(more, 0, settings, 2, more.length);
    return TestServer.over(clock, settings);
  }

  @Test
  void session_goesOnAfterARestart() {
    SignedIn in;
    String id;
    try (TestServer first = server()) {
      in = first.signIn(ADA);
      id = first.visitor().me(in).text("id");
    }
    try (TestServer second = server()) {
      Visitor client = second.visitor();
      assertThat(client.me(in).isOk().text("id")).isEqualTo(id);
      SignedIn next = SignedIn.of(client.refresh(in));
      client.me(next).isOk();
      client.refresh(in).isProblem(401, "refresh_token_reused");
    }
    try (TestServer third = server()) {
      third.visitor().me(in).isProblem(401, "token_revoked");
      third.visitor().refresh(in).isProblem(401, "invalid_refresh_token");
    }
  }

  @Test
  void wrongCodes_areCountedOnAfterARestart() {
    String challenge;
    String code;
    String wrong;
    try (TestServer first = server()) {
      challenge = first.visitor().ask(BOB).isOk().text("challenge");
      code = first.code(BOB);
      wrong = first.wrongCode(BOB);
      first.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
      first.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
    }
    clock.advance(Duration.ofSeconds(2));
    try (TestServer second = server()) {
      second.visitor().verify(challenge, wrong).isProblem(423, "account_locked");
    }
    try (TestServer third = server()) {
      third.visitor().verify(challenge, code).isProblem(423, "account_locked");
      third.visitor().ask(BOB).isProblem(423, "account_locked");
      clock.advance(Duration.ofMinutes(5));
      third.signIn(BOB);
    }
  }

  @Test
  void code_thatWasMailedBeforeARestart_signsInAfterIt_once() {
    String challenge;
    String code;
    try (TestServer first = server()) {
      challenge = first.visitor().ask(ADA).isOk().text("challenge");
      code = first.code(ADA);
    }
    try (TestServer second = server()) {
      SignedIn.of(second.visitor().verify(challenge, code));
    }
    try (TestServer third = server()) {
      third.visitor().verify(challenge, code).isProblem(401, "code_expired");
    }
  }

  @Test
  void barredAddress_isBarredAfterARestartThatDoesNotNameIt() {
    try (TestServer first = server("LATCHKEY_BARRED", ADA)) {
      first.visitor().ask(ADA).isOk();
    }
    try (TestServer second = server()) {
      second.visitor().at("198.18.0.1").ask(ADA).isOk();
      assertThat(second.mails(ADA)).isEmpty();
    }
  }

  private static long connections(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("select count(*) from information_schema.sessions")) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  @Test
  void serverThatStops_leavesNoConnection() throws SQLException {
    try (Connection mine = Database.parse(url()).getConnection()) {
      try (TestServer server = server()) {
        server.signIn(ADA);
        assertThat(connections(mine)).isGreaterThan(1);
      }
      assertThat(connections(mine)).isEqualTo(1);
    }
  }

  @Test
  void serverThatDoesNotStart_leavesNoConnection() throws SQLException {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE",
                url(),
                "LATCHKEY_LIMITS",
                "redis://127.0.0.1:" + TestRedis.freePort(),
                "LATCHKEY_SECRET",
                TestServer.SECRET));
    try (Connection mine = Database.parse(url()).getConnection()) {
      assertThatThrownBy(() -> Storage.of(settings))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("LATCHKEY_LIMITS");
      assertThat(connections(mine)).isEqualTo(1);
    }
  }
}
