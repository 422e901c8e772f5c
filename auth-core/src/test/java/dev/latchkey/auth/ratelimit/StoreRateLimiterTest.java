package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StoreRateLimiterTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Quota EIGHT = Quota.of(8, MINUTE);
  private static final Limit ADA =
      new Limit("identifier", new Subject("send", "ada"), List.of(EIGHT));
  private static final Limit IP =
      new Limit("ip", new Subject("send.ip", "192.0.2.1"), List.of(Quota.of(4, MINUTE)));

  private final List<StoreUnavailableException> outages = new ArrayList<>();

  /** A store whose subjects can be made unreachable. */
  private static final class FlakyStore implements RateLimitStore {
    private final RateLimitStore store = InMemoryStores.create().rateLimits();
    private boolean acquireFails;
    private boolean refundFails;
    private int asked;

    @Override
    public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
      asked++;
      if (acquireFails) {
        throw new StoreUnavailableException("rateLimit.acquire", true, null);
      }
      return store.acquire(subject, quotas, now);
    }

    @Override
    public void refund(Reservation reservation) {
      if (refundFails) {
        throw new StoreUnavailableException("rateLimit.refund", true, null);
      }
      store.refund(reservation);
    }

    @Override
    public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
      return store.observe(subject, thresholds, now);
    }

    @Override
    public Instant surgeUntil(Subject subject) {
      return store.surgeUntil(subject);
    }
  }

  private final FlakyStore store = new FlakyStore();

  private RateLimiter limiter(LimiterOutage outage) {
    return RateLimiter.over(store, CLOCK, outage, outages::add);
  }

  private static int granted(RateLimiter limiter, List<Limit> limits) {
    int granted = 0;
    while (granted < 100 && limiter.tryAcquire(limits) instanceof Verdict.Granted) {
      granted++;
    }
    return granted;
  }

  @Test
  void tryAcquire_asksEachLayer_andTellsHowEachStands() {
    Verdict verdict = limiter(LimiterOutage.deny()).tryAcquire(List.of(ADA, IP));

    assertThat(verdict).isInstanceOf(Verdict.Granted.class);
    Verdict.Granted granted = (Verdict.Granted) verdict;
    assertThat(granted.standings())
        .containsExactly(
            new Standing(EIGHT, 7, MINUTE), new Standing(IP.quotas().get(0), 3, MINUTE));
    assertThat(granted.reservations().stream().map(Reservation::subject))
        .containsExactly(ADA.subject(), IP.subject());
  }

  @Test
  void tryAcquire_refusedByOneLayer_namesIt_andUsesNoBudgetOfAnother() {
    RateLimiter limiter = limiter(LimiterOutage.deny());
    assertThat(granted(limiter, List.of(IP))).isEqualTo(4);

    assertThat(limiter.tryAcquire(List.of(ADA, IP)))
        .isEqualTo(new Verdict.Refused("ip", new Standing(IP.quotas().get(0), 0, MINUTE), MINUTE));
    assertThat(granted(limiter, List.of(ADA))).isEqualTo(8);
  }

  @Test
  void refund_givesEachLayerBack_once() {
    RateLimiter limiter = limiter(LimiterOutage.deny());
    Verdict.Granted granted = (Verdict.Granted) limiter.tryAcquire(List.of(ADA, IP));

    limiter.refund(granted);
    limiter.refund(granted);

    assertThat(granted(limiter, List.of(IP))).isEqualTo(4);
    assertThat(granted(limiter, List.of(ADA))).isEqualTo(8);
  }

  @Test
  void refund_whileTheStoreIsGone_isToldAndThrowsNothing() {
    RateLimiter limiter = limiter(LimiterOutage.deny());
    Verdict.Granted granted = (Verdict.Granted) limiter.tryAcquire(List.of(ADA, IP));
    store.refundFails = true;

    limiter.refund(granted);

    assertThat(outages).hasSize(2);
    assertThat(granted(limiter, List.of(IP))).as("what is not given back is counted").isEqualTo(3);
  }

  @Test
  void deny_whileTheStoreIsGone_throwsTheStoresException() {
    store.acquireFails = true;

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> limiter(LimiterOutage.deny()).tryAcquire(List.of(ADA)));
    assertThat(outages).isEmpty();
  }

  @Test
  void allowUnlimited_whileTheStoreIsGone_admitsEverything_andTells() {
    RateLimiter limiter = limiter(LimiterOutage.allowUnlimited());
    store.acquireFails = true;

    assertThat(granted(limiter, List.of(ADA, IP))).isEqualTo(100);
    assertThat(outages).hasSize(100);
    Verdict.Granted granted = (Verdict.Granted) limiter.tryAcquire(List.of(ADA, IP));
    assertThat(granted.reservations()).isEmpty();
    assertThat(granted.standings().get(0)).isEqualTo(new Standing(EIGHT, 7, MINUTE));
  }

  @Test
  void allowUnlimited_whileTheStoreAnswers_limits() {
    assertThat(granted(limiter(LimiterOutage.allowUnlimited()), List.of(ADA))).isEqualTo(8);
    assertThat(outages).isEmpty();
  }

  @Test
  void limitLocally_whileTheStoreIsGone_allowsAQuarter_andTells() {
    RateLimiter limiter = limiter(LimiterOutage.limitLocally(InMemoryStores.create().rateLimits()));
    store.acquireFails = true;

    assertThat(granted(limiter, List.of(ADA))).isEqualTo(2);
    assertThat(granted(limiter, List.of(IP))).as("never below one").isOne();
    assertThat(outages).hasSize(5);
  }

  @Test
  void limitLocally_givesBackToTheLogThatCounted() {
    RateLimiter limiter = limiter(LimiterOutage.limitLocally(InMemoryStores.create().rateLimits()));
    limiter.tryAcquire(List.of(ADA));
    store.acquireFails = true;
    Verdict.Granted local = (Verdict.Granted) limiter.tryAcquire(List.of(ADA));
    assertThat(granted(limiter, List.of(ADA))).isOne();

    limiter.refund(local);
    limiter.refund(local);

    assertThat(granted(limiter, List.of(ADA))).as("of this node").isOne();
    store.acquireFails = false;
    assertThat(granted(limiter, List.of(ADA))).as("of all nodes").isEqualTo(7);
  }

  @Test
  void limitLocally_whenTheStoreIsBack_limitsByItAgain() {
    RateLimiter limiter = limiter(LimiterOutage.limitLocally(InMemoryStores.create().rateLimits()));
    store.acquireFails = true;
    granted(limiter, List.of(ADA));
    store.acquireFails = false;

    assertThat(granted(limiter, List.of(ADA))).isEqualTo(8);
  }

  @Test
  void acquireAll_thatFailsHalfWay_givesBackWhatItReserved() {
    RateLimitStore half =
        new RateLimitStore() {
          @Override
          public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
            if (subject.equals(IP.subject())) {
              throw new StoreUnavailableException("rateLimit.acquire", true, null);
            }
            return store.acquire(subject, quotas, now);
          }

          @Override
          public void refund(Reservation reservation) {
            store.refund(reservation);
          }

          @Override
          public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
            return store.observe(subject, thresholds, now);
          }

          @Override
          public Instant surgeUntil(Subject subject) {
            return store.surgeUntil(subject);
          }
        };
    List<RateLimitStore.Request> requests =
        List.of(
            new RateLimitStore.Request(ADA.subject(), ADA.quotas()),
            new RateLimitStore.Request(IP.subject(), IP.quotas()));

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> half.acquireAll(requests, NOW))
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).isEmpty());
    assertThat(granted(limiter(LimiterOutage.deny()), List.of(ADA))).isEqualTo(8);

    store.refundFails = true;
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> half.acquireAll(List.of(requests.get(1), requests.get(0)), NOW));
  }

  @Test
  void acquireAll_thatFailsAndCanNotGiveBack_tellsBoth() {
    RateLimitStore half =
        new RateLimitStore() {
          @Override
          public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
            if (subject.equals(IP.subject())) {
              throw new IllegalStateException("broken");
            }
            return store.acquire(subject, quotas, now);
          }

          @Override
          public void refund(Reservation reservation) {
            throw new StoreUnavailableException("rateLimit.refund", true, null);
          }

          @Override
          public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
            return store.observe(subject, thresholds, now);
          }

          @Override
          public Instant surgeUntil(Subject subject) {
            return store.surgeUntil(subject);
          }
        };

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                half.acquireAll(
                    List.of(
                        new RateLimitStore.Request(ADA.subject(), ADA.quotas()),
                        new RateLimitStore.Request(IP.subject(), IP.quotas())),
                    NOW))
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .singleElement()
                    .isInstanceOf(StoreUnavailableException.class));
  }

  @Test
  void acquireAll_refused_asksNoLayerAfterTheOneThatRefuses() {
    RateLimiter limiter = limiter(LimiterOutage.deny());
    granted(limiter, List.of(IP));
    int before = store.asked;

    limiter.tryAcquire(List.of(IP, ADA));

    assertThat(store.asked - before).isOne();
  }
}
