package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.Race;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What servers on one database promise besides: to outlast it. */
abstract class DatabaseNodesContract extends NodesContract {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";
  private static final String EVE = "eve@example.com";

  /** Half of it is what each call waits for a connection that is not to be had. */
  private static final Duration DEADLINE = Duration.ofSeconds(6);

  /** What Hikari, Jdbi and the drivers have to tell, and what is ours. */
  private static final List<String> LOG_WHAT_KNOWS_THE_PASSWORD =
      List.of(
          "org.slf4j.simpleLogger.log.com.zaxxer.hikari=trace",
          "org.slf4j.simpleLogger.log.org.jdbi=trace",
          "org.slf4j.simpleLogger.log.org.mariadb=debug",
          "org.slf4j.simpleLogger.log.dev.latchkey=trace");

  /** The server; each test has a database of its own in it. */
  abstract TestDatabase database();

  @Override
  final List<String> emptyStores() {
    return List.of("LATCHKEY_STORE", database().newDatabase());
  }

  @Override
  final String keptIn() {
    return "kept in a database.";
  }

  @Test
  void driver_isGivenThePassword_apartFromTheUrlThatItRepeats() throws SQLException {
    try (Connection connection = Database.parse(database().newDatabase()).getConnection()) {
      assertThat(connection.getMetaData().getURL())
          .contains("user=")
          .doesNotContain(TestDatabase.PASSWORD);
    }
  }

  @Test
  void databaseThatIsKilled_isUnavailable_andBackByItself_andNothingIsLost() {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE", database().newDatabase(), "LATCHKEY_SECRET", TestServer.SECRET));
    Storage storage = Storage.of(settings, clock, DEADLINE);
    try (TestServer server = TestServer.over(clock, storage, UnaryOperator.identity())) {
      Visitor client = server.visitor();
      SignedIn in = server.signIn(ADA);
      lock(server, BOB);
      String challenge = client.ask(EVE).isOk().text("challenge");
      List<Supplier<Answer>> calls =
          List.of(
              () -> client.me(in),
              () -> client.refresh(in),
              () -> client.postNothing("/auth/logout", in.headers()),
              () -> client.verify(challenge, server.code(EVE)),
              () -> client.ask("new@example.com"));
      database().kill();
      List<Answer> answers;
      try {
        answers = Race.of(calls.size()).run(i -> calls.get(i).get()).outcomes();
      } finally {
        database().start();
      }

      assertThat(answers).hasSize(calls.size()).allSatisfy(Answer::isUnavailable);
      assertThat(server.mails("new@example.com")).isEmpty();
      assertThat(server.count(AuthEvent.StoreUnavailable.class)).isPositive();
      TestServer.onceBack(() -> client.me(in)).isOk();
      SignedIn next = SignedIn.of(client.refresh(in));
      client.me(next).isOk();
      client.refresh(in).isProblem(401, "refresh_token_reused");
      client.ask(BOB).isProblem(423, "account_locked");
      SignedIn.of(client.verify(challenge, server.code(EVE)));
    }
  }

  @Test
  void databaseThatVanishesWithoutAWord_isUnavailable_andBackByItself_andNothingIsLost() {
    String port = ":" + database().port() + "/";
    try (FaultyProxy way = FaultyProxy.to("127.0.0.1", database().port())) {
      Settings settings =
          Settings.of(
              Map.of(
                  "LATCHKEY_STORE",
                  database().newDatabase().replace(port, ":" + way.port() + "/"),
                  "LATCHKEY_SECRET",
                  TestServer.SECRET));
      Storage storage = Storage.of(settings, clock, DEADLINE);
      try (TestServer server = TestServer.over(clock, storage, UnaryOperator.identity())) {
        Visitor client = server.visitor();
        SignedIn in = server.signIn(ADA);
        String challenge = client.ask(EVE).isOk().text("challenge");
        List<Supplier<Answer>> calls =
            List.of(
                () -> client.me(in),
                () -> client.refresh(in),
                () -> client.verify(challenge, server.code(EVE)));
        way.halfOpen();
        List<Answer> answers = Race.of(calls.size()).run(i -> calls.get(i).get()).outcomes();
        way.heal();

        assertThat(answers).hasSize(calls.size()).allSatisfy(Answer::isUnavailable);
        TestServer.onceBack(() -> client.me(in)).isOk();
        client.me(SignedIn.of(client.refresh(in))).isOk();
        SignedIn.of(client.verify(challenge, server.code(EVE)));
      }
    }
  }

  private void lock(TestServer server, String email) {
    String challenge = server.visitor().ask(email).isOk().text("challenge");
    String wrong = server.wrongCode(email);
    server.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
    server.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
    clock.advance(Duration.ofSeconds(2));
    server.visitor().verify(challenge, wrong).isProblem(423, "account_locked");
  }

  @Test
  void process_onADatabaseThatIsKilledUnderIt_logsNoPassword_noCodeAndNoToken() {
    SignedIn in;
    String code;
    String output;
    try (ChildServer server =
        new ChildServer(
            LOG_WHAT_KNOWS_THE_PASSWORD,
            "LATCHKEY_STORE",
            database().newDatabase(),
            "LATCHKEY_SECRET",
            TestServer.SECRET)) {
      Visitor client = new Visitor(server.uri());
      String challenge = TestServer.onceBack(() -> client.ask(ADA)).isOk().text("challenge");
      code = newestCode(client);
      String known = code;
      in = SignedIn.of(TestServer.onceBack(() -> client.verify(challenge, known)));
      database().kill();
      try {
        client.me(in).isUnavailable();
        client.ask(BOB).isUnavailable();
      } finally {
        database().start();
      }
      SignedIn kept = in;
      TestServer.onceBack(() -> client.me(kept)).isOk();
      server.stop();
      output = server.output();
    }

    assertThat(output)
        .contains("Applying the migrations")
        .contains("latchkey - Closing connection")
        .contains("store.unavailable")
        .doesNotContain(TestDatabase.PASSWORD)
        .doesNotContain(TestServer.SECRET)
        .doesNotContain("\"" + code + "\"")
        .doesNotContain(in.refresh())
        .doesNotContain(in.access())
        .doesNotContain(in.device())
        .doesNotContain(ADA);
  }

  private static String newestCode(Visitor client) {
    List<?> mails = (List<?>) client.get("/dev/inbox").isOk().value("messages");
    return String.valueOf(Json.object(mails.get(0)).get("code"));
  }
}
