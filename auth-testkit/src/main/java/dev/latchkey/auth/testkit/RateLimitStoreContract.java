package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RateLimitStore} promises. Extended by store authors: answer {@link #emptyStore}
 * with an empty store, and every test must pass.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("A store of rate limits")
public abstract class RateLimitStoreContract {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Quota THREE = Quota.of(3, FIVE_MINUTES);
  private static final Quota FIVE_AN_HOUR = Quota.of(5, HOUR);
  private static final Quota TEN_A_DAY = Quota.of(10, Duration.ofHours(24));
  private static final List<Quota> LAYERS = List.of(THREE, FIVE_AN_HOUR, TEN_A_DAY);

  /** Too large to be kept stamp by stamp. */
  private static final Quota THOUSAND = Quota.of(1_000, Duration.ofMinutes(1));

  private static final Subject ADA = new Subject("send", "ada");
  private static final Subject BOB = new Subject("send", "bob");
  private static final Subject ALL = new Subject("send.global", "all");
  private static final int RACERS = 64;

  private RateLimitStore store;

  /** Called by test frameworks, through a subclass. */
  protected RateLimitStoreContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract RateLimitStore emptyStore();

  @BeforeEach
  final void openStore() {
    store = emptyStore();
  }

  private RateDecision acquire(Subject subject, Quota quota, Instant now) {
    return store.acquire(subject, List.of(quota), now);
  }

  private boolean admits(Subject subject, Quota quota, Instant now) {
    return acquire(subject, quota, now) instanceof Admitted;
  }

  /** How many of so many requests at one moment are admitted. */
  private int admitted(int requests, Subject subject, Quota quota, Instant now) {
    int admitted = 0;
    for (int i = 0; i < requests; i++) {
      admitted += admits(subject, quota, now) ? 1 : 0;
    }
    return admitted;
  }

  /** Others come, so that a store which clears away what is over on such an occasion does so. */
  private void othersCome(Instant now) {
    for (int i = 0; i < 20; i++) {
      acquire(new Subject("crowd", "other" + i), THREE, now);
    }
  }

  private Reservation reserve(Subject subject, Quota quota, Instant now) {
    RateDecision decision = acquire(subject, quota, now);
    assertThat(decision).isInstanceOf(Admitted.class);
    return new Reservation(subject, ((Admitted) decision).stamp());
  }

  private static Refused refused(Quota quota, Duration wait) {
    return new Refused(new Standing(quota, 0, wait), wait);
  }

  private static Request request(Subject subject, Quota... quotas) {
    return new Request(subject, List.of(quotas));
  }

  private static boolean allAdmitted(List<RateDecision> decisions) {
    return decisions.stream().allMatch(Admitted.class::isInstance);
  }

  @Nested
  @DisplayName("admits as many as the quota in any window")
  class Windows {
    @Test
    @DisplayName("the limit and not one more")
    void acquire_pastTheLimit_isRefused() {
      assertThat(admitted(5, ADA, THREE, START)).isEqualTo(3);
    }

    @Test
    @DisplayName("again when the oldest is as old as the window, not a millisecond sooner")
    void acquire_atTheEndOfTheWindow_isAdmitted() {
      admitted(3, ADA, THREE, START);
      Instant end = START.plus(FIVE_MINUTES);

      assertThat(acquire(ADA, THREE, START)).isEqualTo(refused(THREE, FIVE_MINUTES));
      othersCome(end.minus(MILLI));
      assertThat(acquire(ADA, THREE, end.minus(MILLI))).isEqualTo(refused(THREE, MILLI));
      assertThat(admitted(4, ADA, THREE, end)).isEqualTo(3);
    }

    @Test
    @DisplayName("wherever the window begins: there is no moment at which two meet")
    void acquire_slidesWithEachAdmission() {
      Duration minute = Duration.ofMinutes(1);
      for (int i = 0; i < 3; i++) {
        assertThat(admits(ADA, THREE, START.plus(minute.multipliedBy(i)))).isTrue();
      }
      for (int i = 0; i < 3; i++) {
        Instant again = START.plus(FIVE_MINUTES).plus(minute.multipliedBy(i));
        assertThat(acquire(ADA, THREE, again.minus(MILLI))).isEqualTo(refused(THREE, MILLI));
        assertThat(admitted(2, ADA, THREE, again)).isOne();
      }
    }

    @Test
    @DisplayName("of every window of a subject, from one log")
    void acquire_withSeveralWindows_fitsAllOfThem() {
      List<Duration> admittedAt = new ArrayList<>();
      for (int minute = 0; minute <= 24 * 60; minute++) {
        Instant now = START.plus(Duration.ofMinutes(minute));
        while (store.acquire(ADA, LAYERS, now) instanceof Admitted) {
          admittedAt.add(Duration.ofMinutes(minute));
        }
      }

      assertThat(admittedAt.stream().map(Duration::toMinutes))
          .containsExactly(
              0L, 0L, 0L, 5L, 5L, 60L, 60L, 60L, 65L, 65L, 24 * 60L, 24 * 60L, 24 * 60L);
    }

    @Test
    @DisplayName("of one subject and of one action, whatever others do")
    void acquire_byAnotherSubject_isCountedApart() {
      admitted(3, ADA, THREE, START);

      assertThat(admitted(4, BOB, THREE, START)).isEqualTo(3);
      assertThat(admitted(4, new Subject("verify", "ada"), THREE, START)).isEqualTo(3);
      assertThat(admitted(4, new Subject("send", "Ada"), THREE, START)).isEqualTo(3);
      assertThat(admitted(1, ADA, THREE, START)).isZero();
    }

    @Test
    @DisplayName("of two subjects whose parts look alike when they are put together")
    void acquire_bySubjectsThatReadAlike_isCountedApart() {
      admitted(3, new Subject("a", "b/c:d"), THREE, START);

      assertThat(admitted(3, new Subject("a", "b/c"), THREE, START)).isEqualTo(3);
      assertThat(admitted(3, new Subject("a.b", "c:d"), THREE, START)).isEqualTo(3);
      assertThat(admitted(3, new Subject("a", "b:c/d"), THREE, START)).isEqualTo(3);
    }

    @Test
    @DisplayName("not counting what was refused")
    void acquire_refused_leavesNoTrace() {
      admitted(3, ADA, THREE, START);
      for (int i = 0; i < 100; i++) {
        acquire(ADA, THREE, START.plusSeconds(i));
      }

      assertThat(admitted(4, ADA, THREE, START.plus(FIVE_MINUTES))).isEqualTo(3);
    }

    @Test
    @DisplayName("and tells limit, remaining, reset and wait of the tightest window")
    void acquire_tellsTheTightestWindow() {
      RateDecision first = store.acquire(ADA, LAYERS, START);
      RateDecision second = store.acquire(ADA, LAYERS, START.plusSeconds(10));
      store.acquire(ADA, LAYERS, START.plusSeconds(20));
      RateDecision fourth = store.acquire(ADA, LAYERS, START.plus(FIVE_MINUTES));

      assertThat(first.standing()).isEqualTo(new Standing(THREE, 2, FIVE_MINUTES));
      assertThat(second.standing())
          .isEqualTo(new Standing(THREE, 1, FIVE_MINUTES.minusSeconds(10)));
      assertThat(fourth.standing()).isEqualTo(new Standing(THREE, 0, Duration.ofSeconds(10)));
    }

    @Test
    @DisplayName("and of a refusal the window that refuses longest")
    void acquire_refusedByTwoWindows_tellsTheLongerWait() {
      for (int i = 0; i < 3; i++) {
        store.acquire(ADA, LAYERS, START);
      }
      Instant later = START.plus(FIVE_MINUTES);
      for (int i = 0; i < 2; i++) {
        store.acquire(ADA, LAYERS, later);
      }

      assertThat(store.acquire(ADA, LAYERS, later))
          .isEqualTo(refused(FIVE_AN_HOUR, HOUR.minus(FIVE_MINUTES)));
    }

    @Test
    @DisplayName("by the quotas of each call, when the configuration changes")
    void acquire_underAnotherQuota_isJudgedByThat() {
      admitted(3, ADA, THREE, START);
      Quota four = Quota.of(4, FIVE_MINUTES);

      assertThat(admitted(2, ADA, four, START)).isOne();
      assertThat(admitted(2, ADA, THREE, START)).isZero();
    }
  }

  @Nested
  @DisplayName("keeps large quotas in sub-windows")
  class LargeQuotas {
    private static final Duration SLOT =
        Duration.ofMinutes(1).dividedBy(RateLog.SLOTS).plusMillis(1);

    @Test
    @DisplayName("never too lax")
    void acquire_withinTheWindow_isRefusedPastTheLimit() {
      assertThat(admitted(1_001, ADA, THOUSAND, START)).isEqualTo(1_000);

      Instant end = START.plus(THOUSAND.period());
      assertThat(admits(ADA, THOUSAND, START.plusSeconds(30))).isFalse();
      assertThat(admits(ADA, THOUSAND, end.minus(MILLI))).isFalse();
    }

    @Test
    @DisplayName("too strict by one sub-window at most")
    void acquire_aSubWindowAfterTheEnd_isAdmitted() {
      admitted(1_000, ADA, THOUSAND, START);

      Instant end = START.plus(THOUSAND.period()).plus(SLOT);
      assertThat(admitted(1_001, ADA, THOUSAND, end)).isEqualTo(1_000);
    }

    @Test
    @DisplayName("and tells a wait after which the request is admitted, not a millisecond sooner")
    void acquire_afterTheToldWait_isAdmitted() {
      admitted(600, ADA, THOUSAND, START);
      admitted(400, ADA, THOUSAND, START.plusSeconds(20));
      RateDecision refused = acquire(ADA, THOUSAND, START.plusSeconds(30));

      assertThat(refused).isInstanceOf(Refused.class);
      Instant again = START.plusSeconds(30).plus(((Refused) refused).retryAfter());
      assertThat(admits(ADA, THOUSAND, again.minus(MILLI))).isFalse();
      assertThat(admitted(601, ADA, THOUSAND, again)).isEqualTo(600);
    }

    @Test
    @DisplayName("beside small ones in one log")
    void acquire_withASmallQuotaBeside_fitsBoth() {
      List<Quota> both = List.of(Quota.of(2, Duration.ofMillis(1)), Quota.of(130, HOUR));
      int admitted = 0;
      for (int millis = 0; millis < 100; millis++) {
        for (int i = 0; i < 3; i++) {
          boolean passed = store.acquire(ADA, both, START.plusMillis(millis)) instanceof Admitted;
          admitted += passed ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(Math.min(130, 2 * (millis + 1)));
      }
    }
  }

  @Nested
  @DisplayName("takes an admission back")
  class Refunds {
    @Test
    @DisplayName("so that another fits")
    void refund_givesOneBack() {
      Reservation first = reserve(ADA, THREE, START);
      admitted(2, ADA, THREE, START);

      store.refund(first);

      assertThat(admitted(3, ADA, THREE, START)).isOne();
    }

    @Test
    @DisplayName("once, however often it is told")
    void refund_twice_givesOneBack() {
      Reservation first = reserve(ADA, THREE, START);
      admitted(2, ADA, THREE, START);

      store.refund(first);
      store.refund(first);
      store.refund(first);

      assertThat(admitted(3, ADA, THREE, START)).isOne();
    }

    @Test
    @DisplayName("the one that is named, though others came at the same moment")
    void refund_ofOneOfTheSameMoment_takesThatOne() {
      Reservation early = reserve(ADA, THREE, START);
      Reservation first = reserve(ADA, THREE, START.plusSeconds(60));
      Reservation second = reserve(ADA, THREE, START.plusSeconds(60));

      store.refund(early);
      store.refund(first);
      assertThat(first.stamp()).isLessThan(second.stamp());
      assertThat(admitted(3, ADA, THREE, START.plusSeconds(60))).isEqualTo(2);
      store.refund(early);
      store.refund(first);
      assertThat(admitted(1, ADA, THREE, START.plusSeconds(60))).isZero();
    }

    @Test
    @DisplayName("and gives its stamp to no other admission")
    void acquire_afterARefund_hasAnotherStamp() {
      Reservation first = reserve(ADA, THREE, START);
      store.refund(first);
      Reservation second = reserve(ADA, THREE, START);
      store.refund(first);

      assertThat(second.stamp()).isGreaterThan(first.stamp());
      assertThat(admitted(3, ADA, THREE, START)).isEqualTo(2);
    }

    @Test
    @DisplayName("of every window")
    void refund_withSeveralWindows_givesBackInAll() {
      RateDecision decision = store.acquire(ADA, LAYERS, START);
      assertThat(decision).isInstanceOf(Admitted.class);
      store.refund(new Reservation(ADA, ((Admitted) decision).stamp()));

      for (int i = 0; i < 2; i++) {
        store.acquire(ADA, LAYERS, START);
      }
      assertThat(store.acquire(ADA, LAYERS, START).standing())
          .isEqualTo(new Standing(THREE, 0, FIVE_MINUTES));
    }

    @Test
    @DisplayName("of a large quota")
    void refund_ofALargeQuota_givesOneBack() {
      admitted(999, ADA, THOUSAND, START);
      Reservation last = reserve(ADA, THOUSAND, START);

      store.refund(last);
      store.refund(last);

      assertThat(admitted(3, ADA, THOUSAND, START)).isOne();
    }

    @Test
    @DisplayName("and does nothing where there is none")
    void refund_ofAnUnknownReservation_changesNothing() {
      Reservation first = reserve(ADA, THREE, START);

      store.refund(new Reservation(ADA, first.stamp() + 1));
      store.refund(new Reservation(ADA, first.stamp() - 1));
      store.refund(new Reservation(BOB, first.stamp()));

      assertThat(admitted(3, ADA, THREE, START)).isEqualTo(2);
      assertThat(admitted(4, BOB, THREE, START)).isEqualTo(3);
    }
  }

  @Nested
  @DisplayName("asks several subjects at once")
  class Several {
    @Test
    @DisplayName("and records an admission with each")
    void acquireAll_admitted_isRecordedWithEach() {
      List<RateDecision> decisions =
          store.acquireAll(List.of(request(ADA, THREE), request(ALL, FIVE_AN_HOUR)), START);

      assertThat(allAdmitted(decisions)).isTrue();
      assertThat(decisions.stream().map(RateDecision::standing))
          .containsExactly(
              new Standing(THREE, 2, FIVE_MINUTES), new Standing(FIVE_AN_HOUR, 4, HOUR));
      assertThat(admitted(9, ADA, THREE, START)).isEqualTo(2);
      assertThat(admitted(9, ALL, FIVE_AN_HOUR, START)).isEqualTo(4);
    }

    @Test
    @DisplayName("and a refusal is recorded with none, whichever refuses")
    void acquireAll_refused_isRecordedWithNone() {
      admitted(3, BOB, THREE, START);
      for (int at = 0; at < 3; at++) {
        Subject before = new Subject("before", "at" + at);
        Subject after = new Subject("after", "at" + at);
        List<Request> requests =
            new ArrayList<>(List.of(request(before, THREE), request(after, THREE)));
        requests.add(at, request(BOB, THREE));

        List<RateDecision> decisions = store.acquireAll(requests, START.plusSeconds(1));

        assertThat(decisions).hasSizeBetween(1, 3);
        assertThat(decisions.get(decisions.size() - 1))
            .isEqualTo(refused(THREE, FIVE_MINUTES.minusSeconds(1)));
        assertThat(admitted(4, before, THREE, START.plusSeconds(1))).isEqualTo(3);
        assertThat(admitted(4, after, THREE, START.plusSeconds(1))).isEqualTo(3);
      }
    }

    @Test
    @DisplayName("no subject twice, and records nothing of such a request")
    void acquireAll_ofASubjectTwice_isRefusedAndRecordedWithNone() {
      List<Request> twice =
          List.of(request(ADA, THREE), request(ALL, FIVE_AN_HOUR), request(ADA, THREE));

      assertThatIllegalArgumentException().isThrownBy(() -> store.acquireAll(twice, START));

      assertThat(admitted(9, ADA, THREE, START)).isEqualTo(3);
      assertThat(admitted(9, ALL, FIVE_AN_HOUR, START)).isEqualTo(5);
    }

    @Test
    @DisplayName("and each admission can be given back by itself")
    void acquireAll_admitted_canBeGivenBack() {
      List<Request> requests = List.of(request(ADA, THREE), request(ALL, FIVE_AN_HOUR));
      List<RateDecision> decisions = store.acquireAll(requests, START);
      assertThat(allAdmitted(decisions)).isTrue();

      store.refund(new Reservation(ALL, ((Admitted) decisions.get(1)).stamp()));

      assertThat(admitted(9, ADA, THREE, START)).isEqualTo(2);
      assertThat(admitted(9, ALL, FIVE_AN_HOUR, START)).isEqualTo(5);
    }
  }

  @Nested
  @DisplayName("admits nothing more for a clock that steps")
  class ClockSteps {
    @Test
    @DisplayName("back an hour")
    void acquire_withTheClockBehind_isRefused() {
      admitted(3, ADA, THREE, START);

      assertThat(acquire(ADA, THREE, START.minus(HOUR)))
          .isEqualTo(refused(THREE, HOUR.plus(FIVE_MINUTES)));
      assertThat(acquire(ADA, THREE, START.plus(FIVE_MINUTES).minus(MILLI)))
          .isEqualTo(refused(THREE, MILLI));
      assertThat(admitted(4, ADA, THREE, START.plus(FIVE_MINUTES))).isEqualTo(3);
    }

    @Test
    @DisplayName("back an hour and forth again")
    void acquire_partlyBehind_isCountedAtTheLatestTime() {
      admitted(2, ADA, THREE, START);
      assertThat(admitted(3, ADA, THREE, START.minus(HOUR))).isOne();

      assertThat(admits(ADA, THREE, START)).isFalse();
      assertThat(admits(ADA, THREE, START.plus(FIVE_MINUTES).minus(MILLI))).isFalse();
      assertThat(admitted(4, ADA, THREE, START.plus(FIVE_MINUTES))).isEqualTo(3);
    }

    @Test
    @DisplayName("forth an hour and back again")
    void acquire_afterAStepForthAndBack_isRefused() {
      admitted(3, ADA, THREE, START);
      assertThat(admitted(3, ADA, THREE, START.plus(HOUR))).isEqualTo(3);

      assertThat(admits(ADA, THREE, START.plusSeconds(1))).isFalse();
      assertThat(admits(ADA, THREE, START.plus(FIVE_MINUTES))).isFalse();
      assertThat(admits(ADA, THREE, START.plus(HOUR).plus(FIVE_MINUTES).minus(MILLI))).isFalse();
      assertThat(admitted(4, ADA, THREE, START.plus(HOUR).plus(FIVE_MINUTES))).isEqualTo(3);
    }

    @Test
    @DisplayName("back after an admission was given back")
    void acquire_behindAfterARefund_isCountedAtTheLatestTime() {
      admitted(2, ADA, THREE, START);
      store.refund(reserve(ADA, THREE, START));
      assertThat(admitted(2, ADA, THREE, START.minus(HOUR))).isOne();

      assertThat(admits(ADA, THREE, START.plus(FIVE_MINUTES).minus(MILLI))).isFalse();
    }

    @Test
    @DisplayName("back with a large quota")
    void acquire_ofALargeQuotaWithTheClockBehind_isRefused() {
      admitted(600, ADA, THOUSAND, START);
      assertThat(admitted(500, ADA, THOUSAND, START.minus(HOUR))).isEqualTo(400);

      Instant end = START.plus(THOUSAND.period());
      assertThat(admits(ADA, THOUSAND, START)).isFalse();
      assertThat(admits(ADA, THOUSAND, end.minus(MILLI))).isFalse();
    }
  }

  @Nested
  @DisplayName("notices a surge of failures")
  class Surges {
    private static final Thresholds THRESHOLDS = Thresholds.DEFAULT;

    /** How long after the last failure of a surge it is on: ten calm minutes after its minute. */
    private static final Duration ON_FOR = THRESHOLDS.period().plus(THRESHOLDS.calm());

    /** Whether the surge is on after one more failure. */
    private boolean observe(Instant now) {
      return now.isBefore(store.observe(ALL, THRESHOLDS, now));
    }

    /** So many failures at one moment; says after each whether the surge is on. */
    private List<Boolean> observe(int failures, Instant now) {
      List<Boolean> answers = new ArrayList<>();
      for (int i = 0; i < failures; i++) {
        answers.add(observe(now));
      }
      return answers;
    }

    private boolean isOn(Instant now) {
      return now.isBefore(store.surgeUntil(ALL));
    }

    @Test
    @DisplayName("past 300 in a minute, which the 301st is told and how long it stays on")
    void observe_the301stFailure_trips() {
      assertThat(observe(300, START)).containsOnly(false);
      assertThat(isOn(START)).isFalse();

      assertThat(observe(START.plusSeconds(59))).isTrue();
      assertThat(store.surgeUntil(ALL)).isEqualTo(START.plusSeconds(59).plus(ON_FOR));
      assertThat(observe(50, START.plusSeconds(59))).containsOnly(true);
      assertThat(isOn(START.plusSeconds(59))).isTrue();
    }

    @Test
    @DisplayName("and not from 300 in each of many minutes")
    void observe_300AMinute_doNotTrip() {
      for (int minute = 0; minute < 5; minute++) {
        assertThat(observe(300, START.plusSeconds(90L * minute))).containsOnly(false);
      }
    }

    @Test
    @DisplayName("until ten minutes after its last minute, to the millisecond")
    void surgeUntil_isTenMinutesAfterItsLastMinute() {
      observe(301, START);
      Instant end = START.plus(ON_FOR);

      othersCome(end.minus(MILLI));
      assertThat(isOn(end.minus(MILLI))).isTrue();
      assertThat(isOn(end)).isFalse();
    }

    @Test
    @DisplayName("and not sooner for 100 in a minute, which begin the ten minutes anew")
    void observe_100InAMinuteWhileOn_keepItOn() {
      observe(301, START);
      Instant later = START.plus(Duration.ofMinutes(8));

      assertThat(observe(100, later)).containsOnly(true);

      assertThat(isOn(START.plus(ON_FOR))).isTrue();
      assertThat(isOn(later.plus(ON_FOR).minus(MILLI))).isTrue();
      assertThat(isOn(later.plus(ON_FOR))).isFalse();
    }

    @Test
    @DisplayName("while 99 in a minute are calm")
    void observe_99InAMinuteWhileOn_areCalm() {
      observe(301, START);
      for (int minute = 2; minute <= 10; minute += 2) {
        assertThat(observe(99, START.plus(Duration.ofMinutes(minute)))).containsOnly(true);
      }

      assertThat(isOn(START.plus(ON_FOR).minus(MILLI))).isTrue();
      assertThat(isOn(START.plus(ON_FOR))).isFalse();
    }

    @Test
    @DisplayName("and once it is off, 300 in a minute are quiet again")
    void observe_afterTheSurge_tripsAnewPast300() {
      observe(301, START);
      Instant off = START.plus(ON_FOR);

      assertThat(observe(300, off)).containsOnly(false);
      assertThat(observe(off)).isTrue();
    }

    @Test
    @DisplayName("of one subject, which has nothing to do with its limits")
    void observe_touchesNoOtherSubjectAndNoLimit() {
      admitted(3, ALL, THREE, START);
      observe(301, START);

      assertThat(store.surgeUntil(ADA)).isBeforeOrEqualTo(START);
      assertThat(store.observe(ADA, THRESHOLDS, START)).isBeforeOrEqualTo(START);
      assertThat(admits(ALL, THREE, START)).isFalse();
      assertThat(admitted(4, ADA, THREE, START)).isEqualTo(3);
    }

    @Test
    @DisplayName("and asking changes nothing")
    void surgeUntil_changesNothing() {
      observe(300, START);
      for (int i = 0; i < 10; i++) {
        assertThat(isOn(START)).isFalse();
      }

      assertThat(observe(START)).isTrue();
    }

    @Test
    @DisplayName("also when the clock steps back in the middle, and ends none sooner")
    void observe_withTheClockBehind_countsAndEndsNothingSooner() {
      observe(200, START);
      List<Boolean> behind = observe(101, START.minusSeconds(1));
      assertThat(behind.subList(0, 100)).containsOnly(false);
      assertThat(behind.get(100)).isTrue();
      observe(START);
      Instant end = START.plus(ON_FOR);

      assertThat(store.observe(ALL, THRESHOLDS, START.minus(HOUR))).isEqualTo(end);
      assertThat(isOn(START.minus(HOUR))).isTrue();
      assertThat(isOn(end.minus(MILLI))).isTrue();
      assertThat(isOn(end)).isFalse();
    }

    @Test
    @DisplayName("as each call's own thresholds say")
    void observe_underOtherThresholds_isJudgedByThose() {
      Thresholds two = new Thresholds(Duration.ofSeconds(10), 2, 1, Duration.ofSeconds(30));
      store.observe(ALL, two, START);
      store.observe(ALL, two, START);

      assertThat(store.observe(ALL, two, START)).isEqualTo(START.plusSeconds(40));

      assertThat(isOn(START.plusSeconds(40).minus(MILLI))).isTrue();
      assertThat(isOn(START.plusSeconds(40))).isFalse();
    }

    @Test
    @DisplayName("of many that fail at once each is counted")
    void observe_inParallel_countsEach() {
      int rounds = Thorough.rounds(5, 1_000);
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);

        List<Instant> answers =
            Race.of(RACERS)
                .run(
                    racer -> {
                      List<Instant> mine = new ArrayList<>();
                      for (int i = 0; i < 5; i++) {
                        mine.add(store.observe(subject, THRESHOLDS, START));
                      }
                      return mine;
                    })
                .outcomes()
                .stream()
                .flatMap(List::stream)
                .toList();

        assertThat(answers).filteredOn(START::isBefore).hasSize(RACERS * 5 - 300);
      }
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(5, 1_000);

    @Test
    @DisplayName("64 threads against a limit of 3: exactly 3 pass")
    void acquire_inParallel_admitsTheLimit() {
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);

        Tally<RateDecision> tally = Race.of(RACERS).run(i -> acquire(subject, THREE, START));

        assertThat(tally.countOf(Admitted.class)).isEqualTo(3);
        assertThat(tally.count(refused(THREE, FIVE_MINUTES))).isEqualTo(RACERS - 3);
        assertThat(tally.all(Admitted.class).stream().map(Admitted::stamp).distinct()).hasSize(3);
      }
    }

    @Test
    @DisplayName("through several windows, at times that are not in order")
    void acquire_inParallelAtDifferentTimes_admitsTheLimit() {
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);

        Tally<RateDecision> tally =
            Race.of(RACERS).run(i -> store.acquire(subject, LAYERS, START.plusMillis(RACERS - i)));

        assertThat(tally.countOf(Admitted.class)).isEqualTo(3);
      }
    }

    @Test
    @DisplayName("through a large quota")
    void acquire_ofALargeQuotaInParallel_admitsTheLimit() {
      Quota quota = Quota.of(200, Duration.ofMinutes(1));
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);

        Tally<Integer> tally = Race.of(RACERS).run(i -> admitted(5, subject, quota, START));

        assertThat(tally.outcomes().stream().mapToInt(Integer::intValue).sum()).isEqualTo(200);
      }
    }

    @Test
    @DisplayName("of several subjects: as many as the shared one allows, and the others left whole")
    void acquireAll_inParallel_isAllOrNone() {
      for (int round = 0; round < rounds; round++) {
        Subject shared = new Subject("race", "round" + round);
        String prefix = "round" + round + ".";

        Tally<Boolean> tally =
            Race.of(RACERS)
                .run(
                    i ->
                        allAdmitted(
                            store.acquireAll(
                                List.of(
                                    request(new Subject("own", prefix + i), THREE),
                                    request(shared, THREE)),
                                START)));

        assertThat(tally.count(true)).isEqualTo(3);
        for (int i = 0; i < RACERS; i++) {
          int left = tally.outcomes().get(i) ? 2 : 3;
          assertThat(admitted(4, new Subject("own", prefix + i), THREE, START)).isEqualTo(left);
        }
      }
    }

    @Test
    @DisplayName("of several subjects in any order: never more than each allows, all or none")
    void acquireAll_inParallelInAnyOrder_isNeverTooLax() {
      for (int round = 0; round < rounds; round++) {
        Request one = request(new Subject("one", "round" + round), THREE);
        Request other = request(new Subject("other", "round" + round), FIVE_AN_HOUR);

        Tally<Boolean> tally =
            Race.of(RACERS)
                .run(
                    i ->
                        allAdmitted(
                            store.acquireAll(
                                i % 2 == 0 ? List.of(one, other) : List.of(other, one), START)));

        int passed = (int) tally.count(true);
        assertThat(passed).isBetween(0, 3);
        assertThat(admitted(9, one.subject(), THREE, START)).isEqualTo(3 - passed);
        assertThat(admitted(9, other.subject(), FIVE_AN_HOUR, START)).isEqualTo(5 - passed);
      }
    }

    @Test
    @DisplayName("an admission that many give back at once comes back once")
    void refund_inParallel_givesOneBack() {
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);
        Reservation first = reserve(subject, THREE, START);
        admitted(2, subject, THREE, START);

        Race.of(16)
            .run(
                i -> {
                  store.refund(first);
                  return i;
                });

        assertThat(admitted(3, subject, THREE, START)).isOne();
      }
    }

    @Test
    @DisplayName("giving back and asking race without losing either")
    void refund_racingAcquire_losesNeither() {
      for (int round = 0; round < rounds; round++) {
        Subject subject = new Subject("race", "round" + round);
        List<Reservation> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          held.add(reserve(subject, THREE, START));
        }

        Tally<Boolean> tally =
            Race.of(32)
                .run(
                    i -> {
                      if (i < 3) {
                        store.refund(held.get(i));
                        return false;
                      }
                      return admits(subject, THREE, START);
                    });

        int passed = (int) tally.count(true);
        assertThat(passed).isBetween(0, 3);
        assertThat(admitted(9, subject, THREE, START)).isEqualTo(3 - passed);
      }
    }
  }
}
