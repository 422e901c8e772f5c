package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.redis.RedisStores;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients meet while a Redis is gone: the one of the limits, or the one of all the rest. */
class RedisOutageTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";

  /** The store promises five seconds; a machine that is busy with other tests may take longer. */
  private static final Duration BACK = Duration.ofSeconds(60);

  private final MutableClock clock = MutableClock.create();
  private final TestRedis rest = TestRedis.create();
  private final TestRedis limits = TestRedis.create();

  @AfterEach
  void stop() {
    limits.close();
    rest.close();
  }

  private TestServer server(UnaryOperator<Latchkey.Builder> change) {
    RedisStores kept =
        RedisStores.builder(rest.uri())
            .accounts(MasterSecret.ofText(TestServer.SECRET))
            .acceptAnyClock(clock)
            .connect();
    RedisStores counted = RedisStores.builder(limits.uri()).acceptAnyClock(clock).connect();
    AuthStores mixed = AuthStores.mix(kept).rateLimits(counted.rateLimits()).build();
    Runnable close =
        () -> {
          counted.close();
          kept.close();
        };
    return TestServer.over(
        clock, new Storage(mixed, address -> kept.accounts().bar(address), close), change);
  }

  private static void assertUnavailable(Answer answer) {
    answer.isProblem(503, "unavailable");
    assertThat(answer.header("retry-after")).singleElement().asString().matches("[1-9][0-9]*");
  }

  /** Asks until the server is back in service, which it gets by itself. */
  private static Answer onceBack(Supplier<Answer> call) {
    long end = System.nanoTime() + BACK.toNanos();
    Answer answer = call.get();
    while (answer.status() == 503 && System.nanoTime() - end < 0) {
      answer = call.get();
    }
    return answer;
  }

  @Test
  void withoutItsLimits_aServerThatDenies_isUnavailable_andMailsNothing() {
    try (TestServer server = server(builder -> builder.limiterOutage(LimiterOutage.deny()))) {
      SignedIn in = server.signIn(ADA);
      limits.stop();

      assertUnavailable(server.visitor().ask(BOB));
      assertUnavailable(server.visitor().refresh(in));
      assertThat(server.mails(BOB)).isEmpty();
      server.visitor().me(in).isOk();

      limits.start();
      onceBack(() -> server.visitor().ask(BOB)).isOk();
      server.visitor().refresh(in).isOk();
      assertThat(server.count(AuthEvent.StoreUnavailable.class)).isPositive();
    }
  }

  @Test
  void withoutItsLimits_aServerThatAllows_goesOnWithoutThem() {
    try (TestServer server =
        server(builder -> builder.limiterOutage(LimiterOutage.allowUnlimited()))) {
      limits.stop();
      for (int i = 0; i < 8; i++) {
        server.visitor().ask(ADA).isOk();
        clock.advance(Duration.ofSeconds(1));
      }

      assertThat(server.mails(ADA, "code")).isEqualTo(8);
    }
  }

  @Test
  void withoutItsLimits_aServerThatLimitsLocally_allowsAQuarter() {
    try (TestServer server =
        server(
            builder ->
                builder.limiterOutage(
                    LimiterOutage.limitLocally(InMemoryStores.create(clock).rateLimits())))) {
      limits.stop();
      server.visitor().ask(ADA).isOk();
      server.visitor().ask(ADA).isProblem(429, "rate_limited");
      for (int i = 1; i < 5; i++) {
        server.visitor().ask("p" + i + "@example.com").isOk();
      }
      server.visitor().ask(BOB).isProblem(429, "rate_limited");
      server.visitor().at("198.18.0.1").ask(BOB).isOk();
    }
  }

  @Test
  void withoutItsLimits_noServerLetsAnybodyGuessMore() {
    try (TestServer server =
        server(builder -> builder.limiterOutage(LimiterOutage.allowUnlimited()))) {
      limits.stop();
      String challenge = server.visitor().ask(ADA).isOk().text("challenge");
      String wrong = server.wrongCode(ADA);
      server.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
      server.visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
      clock.advance(Duration.ofSeconds(2));
      server.visitor().verify(challenge, wrong).isProblem(423, "account_locked");

      server.visitor().ask(ADA).isProblem(423, "account_locked");
    }
  }

  @Test
  void withoutItsSessions_aServerIsUnavailable_signsNobodyIn_andLosesNothing() {
    try (TestServer server = server(builder -> builder.revocation(Revocation.strict()))) {
      SignedIn in = server.signIn(ADA);
      String challenge = server.visitor().ask(BOB).isOk().text("challenge");
      String code = server.code(BOB);
      rest.stop();

      assertUnavailable(server.visitor().verify(challenge, code));
      assertUnavailable(server.visitor().refresh(in));
      assertUnavailable(server.visitor().ask("eve@example.com"));
      assertUnavailable(server.visitor().postNothing("/auth/logout", in.headers()));
      assertUnavailable(server.visitor().me(in));

      rest.start();
      onceBack(() -> server.visitor().me(in)).isOk();
      server.visitor().refresh(in).isOk();
      SignedIn.of(server.visitor().verify(challenge, code));
    }
  }

  @Test
  void withoutItsSessions_aReplicaGoesOnToItsBound_andIsUnavailablePastIt() {
    try (TestServer server = server(builder -> builder.revocation(Revocation.replica()))) {
      SignedIn in = server.signIn(ADA);
      SignedIn ended = server.signIn(BOB);
      server.visitor().postNothing("/auth/logout", ended.headers());
      server.visitor().me(in).isOk();
      rest.stop();

      clock.advance(Revocation.DEFAULT_MAX_AGE);
      server.visitor().me(in).isOk();
      server.visitor().me(ended).isProblem(401, "token_revoked");
      assertUnavailable(server.visitor().refresh(in));
      clock.advance(Duration.ofMillis(1));
      assertUnavailable(server.visitor().me(in));
      server.visitor().me(ended).isProblem(401, "token_revoked");

      rest.start();
      onceBack(() -> server.visitor().me(in)).isOk();
      server.visitor().me(ended).isProblem(401, "token_revoked");
      server.visitor().refresh(in).isOk();
    }
  }
}
