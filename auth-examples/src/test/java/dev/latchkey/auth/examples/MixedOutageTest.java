package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What clients meet while one of two stores is gone: the database with accounts, sessions and keys,
 * or the Redis with limits, locks and codes.
 */
class MixedOutageTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";

  /** Half of it is what each call waits for a connection that is not to be had. */
  private static final Duration DEADLINE = Duration.ofSeconds(6);

  private static TestPostgres database;

  private final MutableClock clock = MutableClock.create();
  private final TestRedis redis = TestRedis.create();

  @BeforeAll
  static void startDatabase() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void stopDatabase() {
    database.close();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  private TestServer server(UnaryOperator<Latchkey.Builder> change) {
    Settings settings =
        Settings.of(
            Map.of(
                "LATCHKEY_STORE",
                database.newDatabase(),
                "LATCHKEY_LIMITS",
                redis.uri(),
                "LATCHKEY_SECRET",
                TestServer.SECRET));
    return TestServer.over(clock, Storage.of(settings, clock, DEADLINE), change);
  }

  @Test
  void withoutItsRedis_noCodeIsSentOrTaken_andWhoIsSignedInGoesOn() {
    try (TestServer server = server(UnaryOperator.identity())) {
      Visitor client = server.visitor();
      SignedIn in = server.signIn(ADA);
      SignedIn other = server.signIn(ADA);
      String challenge = client.ask(BOB).isOk().text("challenge");
      redis.stop();

      client.ask("new@example.com").isUnavailable();
      client.verify(challenge, server.code(BOB)).isUnavailable();
      assertThat(server.mails("new@example.com")).isEmpty();
      client.me(in).isOk();
      client.get("/auth/sessions", in.headers()).isOk();
      assertThat(client.delete("/auth/sessions/" + other.session(), in.headers()).status())
          .isEqualTo(204);
      client.me(other).isProblem(401, "token_revoked");
      // Refreshes are limited, and what limits them denies while it can not count.
      client.refresh(in).isUnavailable();

      redis.start();
      SignedIn next = SignedIn.of(TestServer.onceBack(() -> client.refresh(in)));
      client.me(next).isOk();
      server.signIn(BOB);
    }
  }

  @Test
  void withoutItsRedis_aServerThatAllows_refreshes_andStillSendsAndTakesNoCode() {
    try (TestServer server =
        server(builder -> builder.limiterOutage(LimiterOutage.allowUnlimited()))) {
      Visitor client = server.visitor();
      SignedIn in = server.signIn(ADA);
      String challenge = client.ask(BOB).isOk().text("challenge");
      redis.stop();

      SignedIn next = SignedIn.of(client.refresh(in));
      client.me(next).isOk();
      client.refresh(in).isProblem(401, "refresh_token_reused");
      client.verify(challenge, server.code(BOB)).isUnavailable();
      client.ask("new@example.com").isUnavailable();
    }
  }

  @Test
  void withoutItsDatabase_nobodyIsSignedIn_andNothingIsLost() {
    try (TestServer server = server(UnaryOperator.identity())) {
      Visitor client = server.visitor();
      SignedIn in = server.signIn(ADA);
      String challenge = client.ask(BOB).isOk().text("challenge");
      List<Supplier<Answer>> calls =
          List.of(
              () -> client.me(in),
              () -> client.refresh(in),
              () -> client.postNothing("/auth/logout", in.headers()),
              () -> client.verify(challenge, server.code(BOB)),
              () -> client.ask("new@example.com"));
      database.kill();
      List<Answer> answers;
      try {
        answers = Race.of(calls.size()).run(i -> calls.get(i).get()).outcomes();
      } finally {
        database.start();
      }

      assertThat(answers).hasSize(calls.size()).allSatisfy(Answer::isUnavailable);
      assertThat(server.mails("new@example.com")).isEmpty();
      TestServer.onceBack(() -> client.me(in)).isOk();
      client.refresh(in).isOk();
      // Whether a person is admitted is asked before their code is: it has not been used.
      SignedIn.of(client.verify(challenge, server.code(BOB)));
    }
  }
}
