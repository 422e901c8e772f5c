package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RateLogTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A log and what a plain list of times says of the same history. */
  private static final class Twin {
    final List<Quota> quotas;
    RateLog log = RateLog.EMPTY;
    final List<Long> times = new ArrayList<>();
    final List<Long> stamps = new ArrayList<>();
    long latest = Long.MIN_VALUE;

    Twin(List<Quota> quotas) {
      this.quotas = quotas;
    }

    long reckoned(Instant now) {
      return Math.max(now.toEpochMilli(), latest);
    }

    /** How many admissions are younger than this at a time. */
    long younger(long millis, long age) {
      return times.stream().filter(time -> millis - time < age).count();
    }

    boolean fits(long millis) {
      return quotas.stream().allMatch(q -> younger(millis, q.period().toMillis()) < q.limit());
    }

    /** The wait until the request fits, if nobody else asks. */
    Duration wait(Instant now) {
      long millis = reckoned(now);
      while (!fits(millis)) {
        millis++;
      }
      return Duration.ofMillis(millis - now.toEpochMilli());
    }

    RateDecision ask(Instant now) {
      Transition<RateLog, RateDecision> done = log.admit(quotas, now);
      if (done.answer() instanceof Admitted admitted) {
        latest = reckoned(now);
        times.add(latest);
        stamps.add(admitted.stamp());
      } else {
        assertThat(done.record()).as("a refusal leaves no trace").isSameAs(log);
      }
      log = done.record();
      return done.answer();
    }

    boolean takeBack(int index) {
      RateLog before = log;
      log = log.refund(stamps.get(index));
      if (log == before) {
        return false;
      }
      assertThat(log.refund(stamps.get(index))).as("taken back once").isSameAs(log);
      stamps.remove(index);
      times.remove(index);
      return true;
    }
  }

  private static Instant step(SplittableRandom random, Instant now, Quota quota) {
    long period = quota.period().toMillis();
    return switch (random.nextInt(12)) {
      case 0 -> now.minusMillis(random.nextLong(2 * period));
      case 1 -> now.plusMillis(period);
      case 2 -> now.plusMillis(period - 1);
      case 3, 4, 5 -> now.plusMillis(random.nextLong(1 + period / 4));
      default -> now.plusMillis(random.nextInt(3));
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void admit_ofSmallQuotas_agreesWithAPlainList_overRandomHistories(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < 60; history++) {
      List<Quota> quotas = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        quotas.add(Quota.of(1 + random.nextInt(6), Duration.ofMillis(1 + random.nextInt(200))));
      }
      Twin twin = new Twin(quotas);
      Instant now = NOW;
      for (int i = 0; i < 120; i++) {
        now = step(random, now, quotas.get(random.nextInt(quotas.size())));
        boolean fits = twin.fits(twin.reckoned(now));
        Duration wait = twin.wait(now);
        RateDecision decision = twin.ask(now);
        assertThat(decision instanceof Admitted).as("%s %s", quotas, twin.times).isEqualTo(fits);
        if (decision instanceof Refused refused) {
          assertThat(refused.retryAfter()).isEqualTo(wait);
        } else {
          long at = twin.reckoned(now);
          long left =
              quotas.stream()
                  .mapToLong(q -> q.limit() - twin.younger(at, q.period().toMillis()))
                  .min()
                  .orElseThrow();
          assertThat(decision.standing().remaining()).isEqualTo((int) left);
        }
        if (!twin.stamps.isEmpty() && random.nextInt(10) == 0) {
          twin.takeBack(twin.stamps.size() - 1 - random.nextInt(Math.min(2, twin.stamps.size())));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void admit_ofLargeQuotas_isNeverTooLax_andAtMostA64thTooStrict(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int admitted = 0;
    int refused = 0;
    for (int history = 0; history < 10; history++) {
      Quota quota =
          Quota.of(129 + random.nextInt(200), Duration.ofMillis(1 + random.nextInt(5_000)));
      long period = quota.period().toMillis();
      long slot = (period * 1_000 + RateLog.SLOTS - 1) / RateLog.SLOTS;
      long strict = period + (slot + 999) / 1_000;
      Twin twin = new Twin(List.of(quota));
      Instant now = NOW.plusMillis(random.nextInt(10_000));
      for (int i = 0; i < 1_500; i++) {
        if (random.nextInt(10) == 0) {
          now = step(random, now, quota);
        }
        long at = twin.reckoned(now);
        if (twin.ask(now) instanceof Admitted) {
          admitted++;
          assertThat(twin.younger(at, period)).isLessThanOrEqualTo(quota.limit());
        } else {
          refused++;
          assertThat(twin.younger(at, strict)).isGreaterThanOrEqualTo(quota.limit());
        }
        if (!twin.stamps.isEmpty() && random.nextInt(20) == 0) {
          twin.takeBack(twin.stamps.size() - 1);
        }
      }
    }
    assertThat(admitted).isGreaterThan(1_000);
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void admit_ofALargeQuota_saysWhenItAdmitsAgain_toTheMillisecond() {
    SplittableRandom random = new SplittableRandom(9);
    for (int history = 0; history < 20; history++) {
      Quota quota = Quota.of(150, Duration.ofMillis(100 + random.nextInt(2_000)));
      Twin twin = new Twin(List.of(quota));
      Instant now = NOW;
      RateDecision decision = twin.ask(now);
      while (!(decision instanceof Refused)) {
        now = now.plusMillis(random.nextInt(3));
        decision = twin.ask(now);
        if (twin.times.size() > 5_000) {
          break;
        }
      }
      if (decision instanceof Refused refused) {
        Instant again = now.plus(refused.retryAfter());
        assertThat(twin.ask(again.minusMillis(1))).isInstanceOf(Refused.class);
        assertThat(twin.ask(again)).isInstanceOf(Admitted.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 128, 129, 1_000})
  void expiresAt_isWhenTheLogSaysNoMoreThanAnEmptyOne(int limit) {
    List<Quota> quotas = List.of(Quota.of(limit, Duration.ofSeconds(61)));
    RateLog log = RateLog.EMPTY;
    for (int i = 0; i < limit; i++) {
      log = log.admit(quotas, NOW.plusMillis(i % 7)).record();
    }
    Instant end = log.expiresAt();

    assertThat(log.admit(quotas, end).answer())
        .isEqualTo(RateLog.EMPTY.admit(quotas, end).answer());
    assertThat(log.admit(quotas, end.minusMillis(1)).answer().standing())
        .isNotEqualTo(RateLog.EMPTY.admit(quotas, end.minusMillis(1)).answer().standing());
    assertThat(RateLog.EMPTY.expiresAt()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void expiresAt_neverMovesBack() {
    RateLog log = RateLog.EMPTY.admit(List.of(Quota.of(5, Duration.ofHours(1))), NOW).record();
    Instant end = log.expiresAt();

    RateLog later = log.admit(List.of(Quota.of(5, MINUTE)), NOW.minusSeconds(7_200)).record();

    assertThat(end).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(later.expiresAt()).isEqualTo(end);
  }

  @Test
  void stamps_ofOneMillisecond_areDifferent_andInOrder() {
    List<Quota> quotas = List.of(Quota.of(500, MINUTE));
    RateLog log = RateLog.EMPTY;
    long last = Long.MIN_VALUE;
    for (int i = 0; i < 500; i++) {
      Transition<RateLog, RateDecision> done = log.admit(quotas, NOW);
      long stamp = ((Admitted) done.answer()).stamp();
      assertThat(stamp).isGreaterThan(last);
      last = stamp;
      log = done.record();
    }
    assertThat(last).isEqualTo(NOW.toEpochMilli() * 1_000 + 499);
  }

  @Test
  void refund_ofALargeQuota_reachesTheLatest128_andLeavesOlderOnesCounted() {
    Twin twin = new Twin(List.of(Quota.of(300, MINUTE)));
    for (int i = 0; i < 300; i++) {
      twin.ask(NOW);
    }
    assertThat(twin.takeBack(171)).isFalse();
    assertThat(twin.takeBack(172)).isTrue();

    assertThat(twin.ask(NOW)).isInstanceOf(Admitted.class);
    assertThat(twin.ask(NOW)).isInstanceOf(Refused.class);
  }

  @Test
  void admit_underALargerQuotaThanBefore_countsWhatIsKnown() {
    Twin small = new Twin(List.of(Quota.of(3, MINUTE)));
    for (int i = 0; i < 3; i++) {
      small.ask(NOW);
    }
    List<Quota> large = List.of(Quota.of(129, MINUTE));
    RateLog log = small.log;
    int admitted = 0;
    while (log.admit(large, NOW).answer() instanceof Admitted) {
      log = log.admit(large, NOW).record();
      admitted++;
    }

    assertThat(admitted).isEqualTo(126);
  }

  @Test
  void admit_tellsTheFirstOfTheQuotasThatStandAlike() {
    Quota minute = Quota.of(3, MINUTE);
    Quota hour = Quota.of(3, Duration.ofHours(1));

    assertThat(RateLog.EMPTY.admit(List.of(minute, hour), NOW).answer().standing().quota())
        .isEqualTo(minute);
    assertThat(RateLog.EMPTY.admit(List.of(hour, minute), NOW).answer().standing().quota())
        .isEqualTo(hour);
  }

  @Test
  void admit_underASmallerLargeQuotaThanBefore_saysWhenItAdmitsAgain() {
    RateLog log = RateLog.EMPTY;
    for (int i = 0; i < 250; i++) {
      Instant at = i < 100 ? NOW : NOW.plusSeconds(10);
      log = log.admit(List.of(Quota.of(300, MINUTE)), at).record();
    }
    List<Quota> smaller = List.of(Quota.of(150, MINUTE));
    Instant now = NOW.plusSeconds(10);

    Refused refused = (Refused) log.admit(smaller, now).answer();

    Instant again = now.plus(refused.retryAfter());
    assertThat(log.admit(smaller, again.minusMillis(1)).answer()).isInstanceOf(Refused.class);
    assertThat(log.admit(smaller, again).answer()).isInstanceOf(Admitted.class);
  }

  @Test
  void refund_ofAnAdmissionThatNoWindowHoldsAnyMore_changesNoCount() {
    Twin twin = new Twin(List.of(Quota.of(129, MINUTE)));
    twin.ask(NOW);
    twin.ask(NOW.plusSeconds(600));

    assertThat(twin.takeBack(0)).isTrue();

    assertThat(twin.ask(NOW.plusSeconds(600)).standing().remaining()).isEqualTo(127);
  }

  @Test
  void admit_withoutQuotas_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RateLog.EMPTY.admit(List.of(), NOW))
        .withMessage("quotas must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limit("ip", new Subject("send", "x"), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RateLimitStore.Request(new Subject("send", "x"), List.of()));
  }

  @Test
  void toString_tellsTheSizeAlone() {
    assertThat(RateLog.EMPTY.admit(List.of(Quota.of(3, MINUTE)), NOW).record())
        .hasToString("RateLog[1 stamps, until 2026-01-15T12:01:00Z]");
  }
}
