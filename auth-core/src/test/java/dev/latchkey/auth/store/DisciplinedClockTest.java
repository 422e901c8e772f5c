package dev.latchkey.auth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DisciplinedClockTest {
  private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration RESAMPLE = DisciplinedClock.RESAMPLE_AFTER;
  private static final Duration RETRY = DisciplinedClock.RETRY_AFTER;
  private static final Duration NANO = Duration.ofNanos(1);

  /** Near the end of its range, so that it wraps in every test that goes on. */
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

  private final AtomicInteger asked = new AtomicInteger();
  private Instant storeTime = START;
  private Duration there = Duration.ZERO;
  private Duration back = Duration.ZERO;
  private boolean gone;

  private final DisciplinedClock clock = DisciplinedClock.over(this::ask, nanos::get);

  private Instant ask() {
    asked.incrementAndGet();
    pass(there);
    if (gone) {
      throw new StoreUnavailableException("clock.now", true, null);
    }
    Instant answer = storeTime;
    pass(back);
    return answer;
  }

  /** Time goes by, for the store and for this machine. */
  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    storeTime = storeTime.plus(time);
  }

  @Test
  void instant_whateverTheMachineSays_isTheStoresTime() {
    assertThat(clock.instant()).isEqualTo(START);

    pass(Duration.ofSeconds(29));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(29));
    assertThat(asked).hasValue(1);
  }

  @Test
  void over_asksNothingBeforeItIsAsked() {
    assertThat(asked).hasValue(0);
  }

  @Test
  void instant_afterARoundTrip_reckonsWithHalfOfIt() {
    there = Duration.ofMillis(10);
    back = Duration.ofMillis(10);

    assertThat(clock.instant()).isEqualTo(START.plusMillis(20)).isEqualTo(storeTime);
  }

  @Test
  void instant_afterALopsidedRoundTrip_isOffByHalfOfItAtMost() {
    there = Duration.ofMillis(20);

    Instant told = clock.instant();

    assertThat(told).isEqualTo(storeTime.plusMillis(10));
  }

  @Test
  void instant_afterAskAgain_asksAtOnce_once_andStillNeverRunsBackwards() {
    clock.askAgain();
    clock.instant();
    storeTime = START.minusSeconds(1);
    clock.askAgain();

    assertThat(clock.instant()).isEqualTo(START);
    assertThat(asked).hasValue(2);
    clock.instant();
    assertThat(asked).hasValue(2);
    storeTime = START.plusSeconds(3);
    clock.askAgain();
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
  }

  @Test
  void instant_justBefore30Seconds_asksNobody() {
    clock.instant();

    pass(RESAMPLE.minus(NANO));
    clock.instant();
    assertThat(asked).hasValue(1);

    pass(NANO);
    clock.instant();
    assertThat(asked).hasValue(2);
  }

  @Test
  void instant_afterDrift_isSetRight() {
    clock.instant();
    pass(RESAMPLE);
    storeTime = storeTime.plusMillis(7);

    assertThat(clock.instant()).isEqualTo(storeTime);
  }

  @Test
  void instant_whenTheStoreIsBehind_standsStillUntilItHasCaughtUp() {
    clock.instant();
    pass(RESAMPLE.minus(NANO));
    Instant told = clock.instant();
    pass(NANO);
    storeTime = told.minus(DisciplinedClock.TOLERANCE);

    assertThat(clock.instant()).isEqualTo(told);
    pass(DisciplinedClock.TOLERANCE);
    assertThat(clock.instant()).isEqualTo(told);
    pass(NANO);
    assertThat(clock.instant()).isEqualTo(storeTime).isAfter(told);
  }

  @Test
  void instant_whenTheStoreWentBackFurtherThanItTolerates_follows() {
    clock.instant();
    pass(RESAMPLE.minus(NANO));
    Instant told = clock.instant();
    pass(NANO);
    storeTime = told.minus(DisciplinedClock.TOLERANCE).minus(NANO);

    assertThat(clock.instant()).isEqualTo(storeTime);
  }

  @Test
  void instant_beforeTheFirstAnswer_throwsWhatTheStoreThrows() {
    gone = true;
    assertThatThrownBy(clock::instant).isInstanceOf(StoreUnavailableException.class);

    gone = false;
    assertThat(clock.instant()).isEqualTo(storeTime);
  }

  @Test
  void instant_whenTheStoreIsGone_keepsItsOffsetAndTriesEachSecond() {
    clock.instant();
    gone = true;
    pass(RESAMPLE);
    assertThat(clock.instant()).isEqualTo(storeTime);
    assertThat(asked).hasValue(2);

    pass(RETRY.minus(NANO));
    assertThat(clock.instant()).isEqualTo(storeTime);
    assertThat(asked).hasValue(2);
    pass(NANO);
    assertThat(clock.instant()).isEqualTo(storeTime);
    assertThat(asked).hasValue(3);

    gone = false;
    pass(RETRY);
    clock.instant();
    pass(RESAMPLE.minus(NANO));
    clock.instant();
    assertThat(asked).hasValue(4);
  }

  @Test
  void instant_afterAnAnswerThatTookTooLong_keepsItsOffset() {
    clock.instant();
    pass(RESAMPLE);
    back = DisciplinedClock.MAX_ERROR.multipliedBy(2).plus(NANO.multipliedBy(2));
    assertThat(clock.instant()).isEqualTo(storeTime);

    back = Duration.ZERO;
    pass(RETRY);
    assertThat(clock.instant()).isEqualTo(storeTime);
    assertThat(asked).hasValue(3);
  }

  @Test
  void instant_afterAnAnswerThatTookAsLongAsItMay_isThatAnswer() {
    clock.instant();
    pass(RESAMPLE);
    storeTime = storeTime.plusSeconds(10);
    there = DisciplinedClock.MAX_ERROR;
    back = DisciplinedClock.MAX_ERROR;

    assertThat(clock.instant()).isEqualTo(storeTime);
  }

  @Test
  void instant_whoseFirstAnswerTookTooLong_asksAgainSoon() {
    back = DisciplinedClock.MAX_ERROR.multipliedBy(4);
    assertThat(clock.instant())
        .isEqualTo(storeTime.minus(DisciplinedClock.MAX_ERROR.multipliedBy(2)));

    back = Duration.ZERO;
    pass(RETRY);
    assertThat(clock.instant()).isEqualTo(storeTime);
  }

  @Test
  void instant_whileAnotherThreadAsks_waitsForNobody() throws Exception {
    CountDownLatch inStore = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    DisciplinedClock shared =
        DisciplinedClock.over(
            () -> {
              if (calls.incrementAndGet() == 2) {
                inStore.countDown();
                await(answers);
              }
              return storeTime;
            },
            nanos::get);
    shared.instant();
    pass(RESAMPLE);
    FutureTask<Instant> slow = new FutureTask<>(shared::instant);
    new Thread(slow).start();
    await(inStore);

    assertThat(shared.instant()).isEqualTo(storeTime);
    assertThat(calls).hasValue(2);

    answers.countDown();
    assertThat(slow.get(30, TimeUnit.SECONDS)).isEqualTo(storeTime);
  }

  @Test
  void instant_onManyThreads_neverRunsBackwards() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    nanos.set(0);
    // Every answer jumps: a second ahead, a second behind.
    DisciplinedClock shared =
        DisciplinedClock.over(
            () -> START.plusNanos(nanos.get()).plusSeconds(calls.incrementAndGet() % 2),
            () -> nanos.addAndGet(1_000_000));
    AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
    List<FutureTask<Integer>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          new FutureTask<>(
              () -> {
                int backwards = 0;
                for (int call = 0; call < 20_000; call++) {
                  long before = latest.get();
                  Instant told = shared.instant();
                  long mine = told.getEpochSecond() * 1_000_000_000 + told.getNano();
                  backwards += mine < before ? 1 : 0;
                  latest.accumulateAndGet(mine, Math::max);
                }
                return backwards;
              }));
    }
    threads.forEach(task -> new Thread(task).start());

    for (FutureTask<Integer> thread : threads) {
      assertThat(thread.get(60, TimeUnit.SECONDS)).isZero();
    }
    assertThat(calls).hasValueGreaterThan(1);
  }

  @Test
  void withZone_sharesTheTime() {
    ZoneId rome = ZoneId.of("Europe/Rome");
    assertThat(clock.withZone(rome).instant()).isEqualTo(START);
    assertThat(clock.withZone(rome).getZone()).isEqualTo(rome);
    assertThat(clock.instant()).isEqualTo(START);
    assertThat(asked).hasValue(1);
    assertThat(clock.getZone().getId()).isEqualTo("Z");
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
