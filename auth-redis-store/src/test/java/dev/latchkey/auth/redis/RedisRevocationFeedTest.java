package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RevocationFeed.Revocations;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.testkit.traffic.Eventually;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the contract can not do to a stream: take it away, or put another in its place. */
final class RedisRevocationFeedTest {
  /** Ahead of every real clock, so that the server drops nothing while a test runs. */
  private static final Instant START = Instant.parse("2036-01-01T00:00:00.123Z");

  private static final AccountId WHO = new AccountId("account");
  private static final String STREAM = Bucket.of(WHO).stream();

  private final TestStores redis = new TestStores();
  private final SessionStore sessions = redis.stores().sessions();
  private final RevocationFeed feed = redis.stores().revocations().orElseThrow();

  private void end(String token, Instant now) {
    sessions.end(WHO, new EndScope.Token(token, now.plusSeconds(60)), now);
  }

  private static Ended ended(String token, Instant now) {
    return new Ended.Token(token, now.plusSeconds(60));
  }

  @Test
  void read_fromAPositionThatIsTheNewest_tellsNothing() {
    end("first", START);
    Position read = feed.read(Position.START).next();

    assertThat(feed.read(read)).isEqualTo(new Revocations(List.of(), read, false));
  }

  @Test
  void read_whenTheStreamIsLost_restarts() {
    end("first", START);
    Position read = feed.read(Position.START).next();
    redis.ask(commands -> commands.del(redis.key(STREAM)));

    assertThat(feed.read(read).restarted()).isTrue();
  }

  @Test
  void read_inAnotherHistory_restartsWithAllOfIt() {
    end("first", START);
    Position read = feed.read(Position.START).next();
    redis.ask(commands -> commands.del(redis.key(STREAM)));
    end("other", START);
    end("another", START.plusSeconds(1));

    Revocations again = feed.read(read);

    assertThat(again.restarted()).isTrue();
    assertThat(again.ended())
        .containsExactly(ended("other", START), ended("another", START.plusSeconds(1)));
  }

  @Test
  void read_inAnotherHistoryThatIsBehind_restarts() {
    end("first", START);
    Position read = feed.read(Position.START).next();
    redis.ask(commands -> commands.del(redis.key(STREAM)));
    end("other", START.minusSeconds(1));

    assertThat(feed.read(read).restarted()).isTrue();
  }

  @Test
  void read_ofQuietStreamsAfterTheServerLostAll_restarts() {
    try (RedisNode node = RedisNode.inMemory();
        RedisStores stores = LiveStores.on(node.uri())) {
      RevocationFeed quiet = stores.revocations().orElseThrow();
      Position read = quiet.read(Position.START).next();
      assertThat(quiet.read(read)).isEqualTo(new Revocations(List.of(), read, false));
      loseEverything(node, stores);

      Revocations again = quiet.read(read);

      assertThat(again.restarted()).isTrue();
      assertThat(quiet.read(again.next()).restarted()).isFalse();
    }
  }

  private static void loseEverything(RedisNode node, RedisStores stores) {
    node.kill();
    node.restart();
    Eventually.within(
        LiveStores.RECOVERY,
        "a connection",
        () -> stores.sessions().list(WHO, stores.clock().instant()).isEmpty());
  }

  /** No stream shows this: nothing had ended, and what no record holds can not end. */
  @Test
  void authenticate_afterTheServerLostTheSession_isRefused_alsoOnceItIsSignedOut() {
    MutableClock clock = MutableClock.create();
    try (RedisNode node = RedisNode.inMemory();
        RedisStores stores = RedisStores.builder(node.uri()).acceptAnyClock(clock).connect()) {
      InMemoryStores rest = InMemoryStores.create(clock);
      AuthStores parts = AuthStores.mix(stores).keys(rest.keys()).accounts(rest.accounts()).build();
      TestLatchkey test = TestLatchkey.create(builder -> builder.stores(parts).clock(clock));
      IssuedTokens tokens = test.signIn("ada@example.com").tokens();
      ClientInfo client =
          ClientInfo.of("192.0.2.1").deviceToken(tokens.device().text().revealText());
      String access = tokens.accessToken().revealText();
      assertThat(test.latchkey().authenticate(access, client))
          .isInstanceOf(TokenCheck.Accepted.class);
      loseEverything(node, stores);
      clock.advance(Revocation.DEFAULT_MAX_AGE);

      assertThat(test.latchkey().authenticate(access, client))
          .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));
      test.latchkey()
          .signOut(Optional.of(access), Optional.empty(), SignOutResult.Scope.SESSION, client);
      assertThat(test.latchkey().authenticate(access, client))
          .isInstanceOf(TokenCheck.Refused.class);
    }
  }

  @Test
  void read_fromAPositionOfAnotherStore_restarts() {
    end("first", START);

    assertThat(feed.read(new Position("elsewhere")))
        .matches(Revocations::restarted)
        .extracting(Revocations::ended)
        .isEqualTo(List.of(ended("first", START)));
  }

  @Test
  void read_ofAnEntryThatNoReleaseWrites_isRefused() {
    List<List<String>> entries =
        List.of(
            List.of("account", "x"),
            List.of("sessions", ""),
            List.of("sessions", "no/session"),
            List.of("token", "x"),
            List.of("token", "x", "until", "noon"));
    for (List<String> entry : entries) {
      redis.ask(commands -> commands.del(redis.key(STREAM)));
      redis.ask(commands -> commands.xadd(redis.key(STREAM), entry.toArray()));

      assertThatThrownBy(() -> feed.read(Position.START))
          .as("%s", entry)
          .isInstanceOfSatisfying(
              StoreUnavailableException.class,
              e -> {
                assertThat(e.operation()).isEqualTo("feed.read");
                assertThat(e.retryable()).isFalse();
                assertThat(e).hasNoCause();
              });
    }
  }

  /** It is older than anything that could have been missed. */
  @Test
  void read_fromAPositionThatHasAged_isNoGap() {
    Instant old = Instant.parse("2016-01-01T00:00:00Z");
    end("first", old);
    Position read = feed.read(Position.START).next();
    Instant later = old.plus(RedisRevocationFeed.KEPT).plusMillis(1);
    redis.ask(commands -> commands.xtrim(redis.key(STREAM), 0));
    end("second", later);

    Revocations on = feed.read(read);

    assertThat(on.restarted()).isFalse();
    assertThat(on.ended()).containsExactly(ended("second", later));
  }

  /** The clock of the callers was ahead for a while, and the stream was trimmed by it. */
  @Test
  void read_fromAPositionThatHasNotAgedByTheServersClock_restarts() {
    end("first", START);
    Position read = feed.read(Position.START).next();
    redis.ask(commands -> commands.xtrim(redis.key(STREAM), 0));
    end("second", START.plus(RedisRevocationFeed.KEPT).plusMillis(1));

    assertThat(feed.read(read).restarted()).isTrue();
  }

  @Test
  void read_ofMoreThanAPage_isComplete_inOneStreamAndInSeveral() {
    AccountId other =
        IntStream.range(0, Bucket.COUNT)
            .mapToObj(i -> new AccountId("other-" + i))
            .filter(account -> !Bucket.of(account).stream().equals(STREAM))
            .findFirst()
            .orElseThrow();
    sessions.end(other, new EndScope.Token("early", START.plusSeconds(60)), START);
    Position before = feed.read(Position.START).next();
    String many =
        "for i = 1, tonumber(ARGV[1]) do"
            + " redis.call('XADD', KEYS[1], '*', 'token', 't' .. i, 'until', ARGV[2]) end";
    int inEach = RedisRevocationFeed.PAGE + 1;
    for (AccountId account : List.of(WHO, other)) {
      String stream = redis.key(Bucket.of(account).stream());
      redis.ask(commands -> commands.del(stream));
      redis.ask(
          commands ->
              commands.<String>eval(
                  many,
                  ScriptOutputType.VALUE,
                  new String[] {stream},
                  Integer.toString(inEach),
                  Long.toString(START.toEpochMilli())));
    }

    Revocations all = feed.read(Position.START);
    assertThat(all.ended()).hasSize(2 * inEach);
    assertThat(all.restarted()).isFalse();
    assertThat(feed.read(all.next())).isEqualTo(new Revocations(List.of(), all.next(), false));
    Revocations again = feed.read(before);
    assertThat(again.ended()).hasSize(2 * inEach);
    assertThat(again.restarted()).isTrue();
  }

  @Test
  void end_ofATokenThatIsRememberedAsLong_isNotToldAgain() {
    end("first", START.plusSeconds(1));
    Position read = feed.read(Position.START).next();
    end("first", START.plusSeconds(1));
    end("first", START);
    assertThat(feed.read(read).ended()).isEmpty();

    end("first", START.plusSeconds(2));
    assertThat(feed.read(read).ended()).containsExactly(ended("first", START.plusSeconds(2)));
  }

  @Test
  void end_thatCanNotBeTold_changesNothing() {
    end("first", START);
    redis.ask(commands -> commands.del(redis.key(STREAM)));
    redis.ask(commands -> commands.set(redis.key(STREAM), "no stream"));
    String record = redis.key(Bucket.of(WHO).sessions(WHO));
    String before = redis.ask(commands -> commands.get(record));

    assertThatThrownBy(() -> end("second", START)).isInstanceOf(StoreUnavailableException.class);
    assertThat(redis.<String>ask(commands -> commands.get(record))).isEqualTo(before);
  }

  @Test
  void read_fromAPositionThatMayNotHaveAged_restartsIfItIsNotThere() {
    end("first", START);
    Position read = feed.read(Position.START).next();
    redis.ask(commands -> commands.xtrim(redis.key(STREAM), 0));
    end("second", START.plus(RedisRevocationFeed.KEPT));

    assertThat(feed.read(read).restarted()).isTrue();
  }

  @Test
  void stream_isTrimmedByAge() {
    for (int i = 0; i < 500; i++) {
      end("old-" + i, START);
    }
    end("new", START.plus(RedisRevocationFeed.KEPT).plus(Duration.ofMinutes(1)));

    // Whole nodes of the stream go, which hold 100 entries each.
    assertThat(redis.<Long>ask(commands -> commands.xlen(redis.key(STREAM)))).isLessThan(102);
  }

  @Test
  void stream_goesWhenNobodyNeedsItAnyMore() {
    end("first", START);

    assertThat(redis.<Long>ask(commands -> commands.pttl(redis.key(STREAM))))
        .isBetween(RedisRevocationFeed.RETENTION.toMillis(), RedisRevocationFeed.KEPT.toMillis());
  }

  @Test
  void retention_isEnoughForEveryPolicy() {
    assertThat(feed.retention()).isGreaterThan(Duration.ofHours(1).plusMinutes(2).plusSeconds(2));
  }

  @Test
  void buckets_areFilledEvenly() {
    long[] count = new long[Bucket.COUNT];
    SplittableRandom random = new SplittableRandom(1);
    byte[] id = new byte[16];
    for (int i = 0; i < 64_000; i++) {
      random.nextBytes(id);
      count[Bucket.of(new AccountId(Base64Url.encode(id))).number()]++;
    }

    assertThat(LongStream.of(count)).allMatch(accounts -> accounts > 800 && accounts < 1_200);
  }
}
