package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.cas.CasBackend;
import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Stores with one defect each: a random history that can not fail proves nothing. */
class HistoryFindsDefectsTest {
  private static final int SEEDS = 200;

  private static void limits(AuthStores stores, SplittableRandom random) {
    RateLimitHistory.run(stores.rateLimits(), random);
  }

  private static void signIns(AuthStores stores, SplittableRandom random) {
    SignInHistory.run(stores.otp(), random);
  }

  private static void sessions(AuthStores stores, SplittableRandom random) {
    SessionHistory.run(stores.sessions(), random);
  }

  private static void assertFound(
      BiConsumer<AuthStores, SplittableRandom> history, Supplier<AuthStores> stores) {
    assertThatThrownBy(
            () ->
                Seeds.run(
                    "", SEEDS, seed -> history.accept(stores.get(), new SplittableRandom(seed))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dlatchkey.seed=")
        .hasMessageContaining("no order of the calls");
  }

  private static Supplier<AuthStores> defect(WrappedStores.Around around) {
    return () -> WrappedStores.of(InMemoryStores.create(MutableClock.create()), around);
  }

  private static Supplier<AuthStores> limitsWith(Function<RateLimitStore, RateLimitStore> defect) {
    return () -> {
      AuthStores sound = InMemoryStores.create(MutableClock.create());
      return AuthStores.mix(sound).rateLimits(defect.apply(sound.rateLimits())).build();
    };
  }

  /** Reads, and writes later what came of it, whatever others have written meanwhile. */
  private static final class Careless implements CasBackend {
    private final Map<String, Versioned> records = new ConcurrentHashMap<>();
    private final Gap gap = new Gap();

    static AuthStores stores() {
      Clock clock = MutableClock.create();
      return CasStores.over(new Careless(), clock);
    }

    @Override
    public Optional<Versioned> read(String key) {
      return Optional.ofNullable(records.get(key));
    }

    @Override
    public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
      gap.cross();
      records.put(key, new Versioned(expectedVersion + 1, bytes));
      return true;
    }
  }

  @Test
  void limits_checkedFirstAndCountedLater_areFound() {
    assertFound(HistoryFindsDefectsTest::limits, Careless::stores);
  }

  @Test
  void signIns_readFirstAndWrittenLater_areFound() {
    assertFound(HistoryFindsDefectsTest::signIns, Careless::stores);
  }

  @Test
  void sessions_readFirstAndWrittenLater_areFound() {
    assertFound(HistoryFindsDefectsTest::sessions, Careless::stores);
  }

  @Test
  void largeQuota_thatForgetsItsOldestSubWindowTooSoon_isFound() {
    assertFound(
        HistoryFindsDefectsTest::limits,
        limitsWith(
            sound ->
                new Limits(sound) {
                  @Override
                  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
                    return exactly(quotas, super.acquire(subject, shorter(quotas), now));
                  }
                }));
  }

  /** Large quotas without one of their 64 sub-windows. */
  private static List<Quota> shorter(List<Quota> quotas) {
    return quotas.stream()
        .map(
            quota ->
                quota.limit() <= 128
                    ? quota
                    : Quota.of(quota.limit(), quota.period().minusMillis(lost(quota))))
        .toList();
  }

  private static long lost(Quota quota) {
    return quota.period().toMillis() / 64;
  }

  /** As if it had been asked for the quotas as they are. */
  private static RateDecision exactly(List<Quota> quotas, RateDecision decision) {
    Standing said = decision.standing();
    Quota quota = quotas.get(shorter(quotas).indexOf(said.quota()));
    Duration reset = said.reset().plusMillis(quota.limit() <= 128 ? 0 : lost(quota));
    Standing standing = new Standing(quota, said.remaining(), reset);
    return decision instanceof RateDecision.Admitted admitted
        ? new RateDecision.Admitted(standing, admitted.stamp())
        : new RateDecision.Refused(standing, reset);
  }

  @Test
  void refund_thatDoesNothing_isFound() {
    assertFound(
        HistoryFindsDefectsTest::limits,
        limitsWith(
            sound ->
                new Limits(sound) {
                  @Override
                  public void refund(Reservation reservation) {}
                }));
  }

  @Test
  void several_thatKeepWhatWasRefused_areFound() {
    assertFound(
        HistoryFindsDefectsTest::limits,
        limitsWith(
            sound ->
                new Limits(sound) {
                  @Override
                  public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
                    List<RateDecision> decisions = new ArrayList<>();
                    for (Request request : requests) {
                      decisions.add(acquire(request.subject(), request.quotas(), now));
                      if (decisions.get(decisions.size() - 1) instanceof RateDecision.Refused) {
                        break;
                      }
                    }
                    return decisions;
                  }
                }));
  }

  @Test
  void surge_thatCountsAFailureTwice_isFound() {
    assertFound(
        HistoryFindsDefectsTest::limits,
        limitsWith(
            sound ->
                new Limits(sound) {
                  @Override
                  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
                    super.observe(subject, thresholds, now);
                    return super.observe(subject, thresholds, now);
                  }
                }));
  }

  @Test
  void surge_thatIsNotTold_isFound() {
    assertFound(
        HistoryFindsDefectsTest::limits,
        limitsWith(
            sound ->
                new Limits(sound) {
                  @Override
                  public Instant surgeUntil(Subject subject) {
                    return Instant.EPOCH;
                  }
                }));
  }

  @Test
  void withdraw_thatTakesNothingBack_isFound() {
    assertFound(
        HistoryFindsDefectsTest::signIns,
        defect((verb, arguments, call) -> verb.equals("otp.withdraw") ? true : call.make()));
  }

  @Test
  void forgetDevices_thatForgetsNone_isFound() {
    assertFound(
        HistoryFindsDefectsTest::signIns,
        defect((verb, arguments, call) -> verb.equals("otp.forgetDevices") ? 0 : call.make()));
  }

  @Test
  void unlock_thatIsAlwaysGranted_isFound() {
    assertFound(
        HistoryFindsDefectsTest::signIns,
        defect(
            (verb, arguments, call) -> {
              Object answer = call.make();
              return answer == UnlockAnswer.REFUSED ? UnlockAnswer.REPLACED : answer;
            }));
  }

  @Test
  void guess_thatLocksAndIsHeldWhenItComesAgain_isFound() {
    assertFound(
        HistoryFindsDefectsTest::signIns,
        () -> {
          Set<Object> locked = ConcurrentHashMap.newKeySet();
          return defect(
                  (verb, arguments, call) -> {
                    Object answer = call.make();
                    boolean again =
                        answer instanceof GuessAnswer.Wrong wrong
                            && wrong.penalty().kind() == Penalty.Kind.LOCK
                            && !locked.add(arguments.get(1));
                    return again ? new GuessAnswer.Held(Penalty.Kind.LOCK, Samples.START) : answer;
                  })
              .get();
        });
  }

  /** The in-memory limits, to put a defect into. */
  private static class Limits implements RateLimitStore {
    private final RateLimitStore sound;

    Limits(RateLimitStore sound) {
      this.sound = sound;
    }

    @Override
    public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
      return sound.acquire(subject, quotas, now);
    }

    @Override
    public void refund(Reservation reservation) {
      sound.refund(reservation);
    }

    @Override
    public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
      return sound.observe(subject, thresholds, now);
    }

    @Override
    public Instant surgeUntil(Subject subject) {
      return sound.surgeUntil(subject);
    }
  }
}
