package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RevocationFeed.Revocations;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaLiveTokensTest {
  private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration MAX_AGE = Duration.ofSeconds(1);
  private static final Duration HALF = MAX_AGE.dividedBy(2);
  private static final Duration NANO = Duration.ofNanos(1);
  private static final int MAX_NAMES = 1_000;
  private static final AccountId ADA = new AccountId("ada");

  /** A feed that is as wide as the test opens it. */
  private static final class TestFeed implements RevocationFeed {
    final List<Ended> told = new ArrayList<>();
    final List<Position> asked = new ArrayList<>();
    boolean gone;
    boolean restarted;
    Runnable meanwhile = () -> {};

    @Override
    public Revocations read(Position from) {
      asked.add(from);
      List<Ended> answer = List.copyOf(told);
      boolean all = restarted || from.equals(Position.START);
      int known = all ? 0 : Integer.parseInt(from.value());
      meanwhile.run();
      if (gone) {
        throw new StoreUnavailableException("feed.read", true, null);
      }
      boolean gap = restarted;
      restarted = false;
      return new Revocations(
          answer.subList(known, answer.size()), new Position("" + answer.size()), gap);
    }

    @Override
    public Duration retention() {
      return Duration.ofMinutes(20);
    }
  }

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final AtomicInteger storeAsked = new AtomicInteger();
  private final List<String> outages = new ArrayList<>();
  private final TestFeed feed = new TestFeed();
  private Instant now = START;
  private Supplier<Boolean> store = () -> true;

  private final LiveTokens live =
      new ReplicaLiveTokens(
          new LiveTokens() {
            @Override
            public boolean isLive(Token token, Instant time) {
              storeAsked.incrementAndGet();
              return store.get();
            }

            @Override
            public void endedHere() {
              throw new AssertionError("the store knows what ended");
            }
          },
          feed,
          MAX_AGE,
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          },
          nanos::get,
          outage -> outages.add(outage.operation()),
          MAX_NAMES);

  private static SessionId session(int number) {
    return SessionId.of(ByteBuffer.allocate(SessionId.BYTES).putInt(number).array());
  }

  private static LiveTokens.Token token(int number, Instant issuedAt) {
    return new LiveTokens.Token(
        ADA, session(number), "token-" + number, issuedAt, issuedAt.plus(Duration.ofMinutes(15)));
  }

  private boolean isLive(int number) {
    return live.isLive(token(number, START), now);
  }

  private void end(int number) {
    feed.told.add(new Ended.Sessions(Set.of(session(number)), now.plus(feed.retention())));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    now = now.plus(time);
  }

  @Test
  void isLive_judgedByTheReplica_asksNoStore() {
    end(1);
    feed.told.add(new Ended.Token("token-2", START.plusSeconds(900)));

    assertThat(isLive(1)).isFalse();
    assertThat(isLive(2)).isFalse();
    assertThat(isLive(3)).isTrue();
    assertThat(storeAsked).hasValue(0);
    assertThat(feed.asked).containsExactly(Position.START);
  }

  @Test
  void isLive_untilHalfTheAge_readsNothing_andReadsOnFromThere() {
    isLive(1);
    pass(HALF);
    assertThat(isLive(1)).isTrue();
    assertThat(feed.asked).hasSize(1);

    end(1);
    pass(NANO);
    assertThat(isLive(1)).isFalse();
    assertThat(feed.asked).containsExactly(Position.START, new Position("0"));
  }

  @Test
  void isLive_whileTheFeedIsGone_isJudgedByTheReplicaToItsBound_andByTheStorePastIt() {
    isLive(1);
    feed.gone = true;
    pass(MAX_AGE);
    assertThat(isLive(1)).isTrue();
    assertThat(storeAsked).hasValue(0);
    assertThat(outages).containsExactly("feed.read");

    pass(NANO);
    store = () -> false;
    assertThat(isLive(1)).isFalse();
    assertThat(storeAsked).hasValue(1);
  }

  @Test
  void isLive_withNeitherFeedNorStore_saysThatNobodyKnows() {
    feed.gone = true;
    store =
        () -> {
          throw new StoreUnavailableException("session.isLive", true, null);
        };

    assertThatThrownBy(() -> isLive(1)).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void isLive_whileTheFeedIsGone_triesItAgainNoSoonerThanHalfTheAge() {
    feed.gone = true;
    isLive(1);
    pass(HALF.minus(NANO));
    isLive(1);
    assertThat(feed.asked).hasSize(1);

    pass(NANO);
    isLive(1);
    assertThat(feed.asked).hasSize(2);
    assertThat(outages).hasSize(2);
  }

  @Test
  void isLive_afterAReadThatTookLongerThanTheBound_asksTheStore() {
    feed.meanwhile = () -> pass(MAX_AGE.plus(NANO));
    assertThat(isLive(1)).isTrue();
    assertThat(storeAsked).hasValue(1);

    feed.meanwhile = () -> pass(MAX_AGE);
    assertThat(isLive(1)).isTrue();
    assertThat(storeAsked).hasValue(1);
  }

  @Test
  void isLive_onceThisNodeEndedSomething_knowsOfItAtOnce() {
    isLive(1);
    end(1);
    live.endedHere();

    assertThat(isLive(1)).isFalse();
    assertThat(storeAsked).hasValue(0);
  }

  @Test
  void isLive_whenTheFeedIsGoneAndThisNodeEndedSomething_asksTheStore() {
    isLive(1);
    feed.gone = true;
    live.endedHere();
    store = () -> false;

    assertThat(isLive(1)).isFalse();
  }

  @Test
  void isLive_whenThisNodeEndsSomethingDuringARead_trustsNotThatRead() {
    feed.meanwhile =
        () -> {
          end(1);
          live.endedHere();
        };
    store = () -> false;
    isLive(2);
    feed.meanwhile = () -> {};

    assertThat(isLive(1)).isFalse();
    assertThat(feed.asked).hasSize(2);
  }

  @Test
  void isLive_ofWhatIsKnownToHaveEnded_isFalseWhateverTheStoreSays() {
    end(1);
    isLive(1);
    feed.gone = true;
    pass(MAX_AGE.multipliedBy(10));

    assertThat(isLive(1)).isFalse();
    LiveTokens.Token token = token(1, START);
    assertThat(live.isLive(token, token.expiresAt())).isFalse();
    assertThat(storeAsked).hasValue(0);
  }

  @Test
  void isLive_ofATokenPastItsExp_isTheStoresToSay() {
    LiveTokens.Token token = token(1, START);
    isLive(1);

    assertThat(live.isLive(token, token.expiresAt().minusMillis(1))).isTrue();
    assertThat(storeAsked).hasValue(0);
    store = () -> false;
    assertThat(live.isLive(token, token.expiresAt())).isFalse();
  }

  @Test
  void isLive_ofATokenFromAheadOfTime_isTheStoresToSay() {
    isLive(1);
    assertThat(live.isLive(token(1, START), START)).isTrue();
    assertThat(storeAsked).hasValue(0);

    store = () -> false;
    assertThat(live.isLive(token(1, START.plusMillis(1)), START)).isFalse();
  }

  @Test
  void isLive_afterARestartOfTheFeed_asksTheStoreAboutTokensFromBeforeIt() {
    end(1);
    isLive(1);
    pass(MAX_AGE);
    feed.told.clear();
    feed.restarted = true;
    store = () -> false;
    Instant restart = now;

    assertThat(isLive(2)).isFalse();
    assertThat(storeAsked).hasValue(1);
    assertThat(isLive(1)).isFalse();
    assertThat(storeAsked).hasValue(1);
    pass(Duration.ofMinutes(1));
    Instant certain = restart.plus(Session.MAX_SKEW);
    assertThat(live.isLive(token(3, certain), now)).isFalse();
    assertThat(live.isLive(token(3, certain.plusMillis(1)), now)).isTrue();
  }

  @Test
  void isLive_afterARestart_takesEverythingThatIsRetained() {
    isLive(1);
    end(1);
    pass(MAX_AGE);
    isLive(1);
    end(2);
    feed.restarted = true;
    pass(MAX_AGE);

    assertThat(isLive(2)).isFalse();
    assertThat(storeAsked).hasValue(0);
  }

  @Test
  void read_ofTheSameTwice_isHarmless() {
    end(1);
    isLive(1);
    feed.told.clear();
    feed.told.add(new Ended.Sessions(Set.of(session(1)), now));
    feed.restarted = true;
    pass(MAX_AGE);
    isLive(2);

    assertThat(isLive(1)).isFalse();
  }

  @Test
  void isLive_ofWhatNeedNotBeRememberedAnyMore_isForgottenWithinAMinute() {
    end(1);
    isLive(1);
    pass(feed.retention());
    live.isLive(token(2, now), now);

    // No verifier asks about such a token; that it counts again shows that the name is gone.
    assertThat(live.isLive(token(1, now), now)).isTrue();
  }

  @Test
  void isLive_whenMoreEndsThanTheReplicaHolds_asksTheStore() {
    Set<SessionId> most =
        IntStream.range(0, MAX_NAMES)
            .mapToObj(ReplicaLiveTokensTest::session)
            .collect(Collectors.toSet());
    feed.told.add(new Ended.Sessions(most, now.plus(feed.retention())));
    assertThat(isLive(-1)).isTrue();
    assertThat(storeAsked).hasValue(0);
    end(-2);
    pass(MAX_AGE);
    assertThat(isLive(-1)).isTrue();
    assertThat(storeAsked).hasValue(0);

    pass(NANO);
    assertThat(isLive(-1)).isTrue();
    assertThat(storeAsked).hasValue(1);
    assertThat(outages).contains("feed.full");

    pass(feed.retention());
    end(-1);
    assertThat(live.isLive(token(-1, now), now)).isFalse();
    assertThat(storeAsked).hasValue(1);
  }

  @Test
  void isLive_whileAnotherThreadReads_isJudgedByTheReplicaWithinTheBoundAndWaitsForNobody()
      throws Exception {
    isLive(1);
    pass(HALF.plus(NANO));
    CountDownLatch inFeed = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    feed.meanwhile =
        () -> {
          inFeed.countDown();
          await(answers);
        };
    FutureTask<Boolean> reader = new FutureTask<>(() -> isLive(1));
    new Thread(reader).start();
    await(inFeed);

    assertThat(isLive(1)).isTrue();
    assertThat(storeAsked).hasValue(0);
    pass(HALF);
    assertThat(isLive(1)).isTrue();
    assertThat(storeAsked).hasValue(1);

    answers.countDown();
    assertThat(reader.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(feed.asked).hasSize(2);
  }

  @Test
  void isLive_whenTheTestsClockStepsBack_readsAnew() {
    pass(MAX_AGE);
    isLive(1);
    end(1);
    nanos.addAndGet(-1);

    assertThat(isLive(1)).isFalse();
  }

  @Test
  void isLive_whenTheClockWentForwardAndBack_knowsAgainWhatItForgot() {
    end(1);
    Instant honest = now;
    isLive(2);
    now = honest.plus(feed.retention());
    nanos.addAndGet(MAX_AGE.toNanos());
    live.isLive(token(2, now), now);
    storeAsked.set(0);

    now = honest;
    assertThat(isLive(1)).isFalse();
    assertThat(storeAsked).hasValue(0);
    assertThat(feed.asked.get(feed.asked.size() - 1)).isEqualTo(Position.START);
    store = () -> false;
    assertThat(isLive(2)).isFalse();
  }

  @Test
  void isLive_whenTheClockWentForwardAndBackAndTheFeedIsGone_asksTheStore() {
    end(1);
    Instant honest = now;
    isLive(2);
    now = honest.plus(feed.retention());
    nanos.addAndGet(MAX_AGE.toNanos());
    live.isLive(token(2, now), now);
    feed.gone = true;
    store = () -> false;
    now = honest;

    assertThat(isLive(1)).isFalse();
  }

  @Test
  void isLive_whenTheClockWentBackByNoMoreThanClocksDiffer_readsNothingAnew() {
    isLive(1);
    now = now.minus(Session.MAX_SKEW);
    assertThat(live.isLive(token(1, now), now)).isTrue();

    assertThat(feed.asked).hasSize(1);
    assertThat(storeAsked).hasValue(0);
  }

  @Test
  void isLive_isAsOldAsTheClockThatSaysMore() {
    isLive(1);
    feed.gone = true;
    nanos.addAndGet(MAX_AGE.toNanos() + 1);
    isLive(1);
    assertThat(storeAsked).hasValue(1);

    feed.gone = false;
    pass(MAX_AGE);
    isLive(1);
    feed.gone = true;
    now = now.plus(MAX_AGE).plus(NANO);
    isLive(1);
    assertThat(storeAsked).hasValue(2);
  }

  @Test
  void replica_isAMinuteOldAtMost() {
    assertThat(Revocation.replica()).isEqualTo(Revocation.replica(Duration.ofSeconds(1)));
    assertThat(Revocation.replica(Duration.ofMinutes(1))).isInstanceOf(Revocation.Replica.class);
    for (Duration bad : List.of(Duration.ZERO, NANO.negated(), Duration.ofMinutes(1).plus(NANO))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Revocation.replica(bad))
          .withMessageContaining("maxAge");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
