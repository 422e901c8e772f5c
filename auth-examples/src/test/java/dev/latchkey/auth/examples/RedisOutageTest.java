package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.memory.InMemoryAccounts;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.redis.RedisStores;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients meet while a Redis is gone: the one of the limits, or the one of all the rest. */
class RedisOutageTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";

  /** Longer than what is done within it takes, since real time counts too. */
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final MutableClock clock = MutableClock.create();
  private final TestRedis rest = TestRedis.create();
  private final TestRedis limits = TestRedis.create();
  private final FaultyProxy wayToRest = FaultyProxy.to("127.0.0.1", rest.port());

  @AfterEach
  void stop() {
    wayToRest.close();
    limits.close();
    rest.close();
  }

  /** The limits on a Redis of their own, the accounts in memory, all the rest on another Redis. */
  private TestServer server(UnaryOperator<Latchkey.Builder> change) {
    RedisStores kept = stores("redis://127.0.0.1:" + wayToRest.port());
    RedisStores counted = stores(limits.uri());
    InMemoryAccounts accounts = InMemoryStores.create(clock).accounts();
    AuthStores mixed =
        AuthStores.mix(kept).accounts(accounts).rateLimits(counted.rateLimits()).build();
    Runnable close =
        () -> {
          counted.close();
          kept.close();
        };
    return TestServer.over(clock, new Storage(mixed, accounts::bar, close), change);
  }

  private RedisStores stores(String uri) {
    return RedisStores.builder(uri).acceptAnyClock(clock).deadline(TestServer.PATIENCE).connect();
  }

  @Test
  void withoutItsLimits_aServerThatDenies_isUnavailable_andMailsNothing() {
    try (TestServer server = server(builder -> builder.limiterOutage(LimiterOutage.deny()))) {
      SignedIn in = server.signIn(ADA);
      limits.stop();

      server.visitor().ask(BOB).isUnavailable();
      server.visitor().refresh(in).isUnavailable();
      assertThat(server.mails(BOB)).isEmpty();
      server.visitor().me(in).isOk();

      limits.start();
      TestServer.onceBack(() -> server.visitor().ask(BOB)).isOk();
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
      lock(server, ADA);

      server.visitor().ask(ADA).isProblem(423, "account_locked");
    }
  }

  @Test
  void withoutItsSessions_aServerIsUnavailable_signsNobodyIn_andLosesNothing() {
    try (TestServer server = server(builder -> builder.revocation(Revocation.strict()))) {
      SignedIn in = server.signIn(ADA);
      String challenge = server.visitor().ask(BOB).isOk().text("challenge");
      String code = server.code(BOB);
      wayToRest.cut();

      server.visitor().verify(challenge, code).isUnavailable();
      server.visitor().refresh(in).isUnavailable();
      server.visitor().ask("eve@example.com").isUnavailable();
      server.visitor().postNothing("/auth/logout", in.headers()).isUnavailable();
      server.visitor().me(in).isUnavailable();

      wayToRest.heal();
      TestServer.onceBack(() -> server.visitor().me(in)).isOk();
      server.visitor().refresh(in).isOk();
      SignedIn.of(server.visitor().verify(challenge, code));
    }
  }

  @Test
  void withoutItsSessions_aReplicaGoesOnToItsBound_andIsUnavailablePastIt() {
    try (TestServer server = server(builder -> builder.revocation(Revocation.replica(BOUND)))) {
      SignedIn in = server.signIn(ADA);
      SignedIn ended = server.signIn(BOB);
      server.visitor().postNothing("/auth/logout", ended.headers());
      server.visitor().me(in).isOk();
      wayToRest.cut();

      clock.advance(BOUND);
      server.visitor().me(in).isOk();
      server.visitor().me(ended).isProblem(401, "token_revoked");
      server.visitor().refresh(in).isUnavailable();
      clock.advance(Duration.ofMillis(1));
      server.visitor().me(in).isUnavailable();
      server.visitor().me(ended).isProblem(401, "token_revoked");

      wayToRest.heal();
      TestServer.onceBack(
              () -> {
                clock.advance(Duration.ofSeconds(1)); // it tries the feed again after a while
                return server.visitor().me(in);
              })
          .isOk();
      server.visitor().me(ended).isProblem(401, "token_revoked");
      server.visitor().refresh(in).isOk();
    }
  }

  @Test
  void redisThatRestarts_keepsSessionsAndLocks_andEndsTheCodesThatWereOut() {
    try (TestServer server = server(UnaryOperator.identity())) {
      SignedIn in = server.signIn(ADA);
      lock(server, BOB);
      Visitor eve = server.visitor();
      String challenge = eve.ask("eve@example.com").isOk().text("challenge");
      rest.stop();
      server.visitor().refresh(in).isUnavailable();
      rest.start();

      SignedIn next = SignedIn.of(TestServer.onceBack(() -> server.visitor().refresh(in)));
      server.visitor().me(next).isOk();
      server.visitor().refresh(in).isProblem(401, "refresh_token_reused");
      server.visitor().ask(BOB).isProblem(423, "account_locked");
      // It may have been used in what that server wrote last and has lost.
      eve.verify(challenge, server.code("eve@example.com")).isProblem(401, "code_expired");
      server.signIn("eve@example.com", eve);
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
}
