package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Instant;
import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Random calls in several threads at once: the answers are always those of the same calls one after
 * the other, in some order that keeps to who had ended before whom began.
 *
 * <p>Real threads race here. Lincheck can also go through the schedules one by one, which takes
 * half a minute for a few calls of stores like these.
 */
@Isolated("Lincheck rewrites classes while it runs.")
final class InMemoryLinearizabilityTest {
  /** More than the processors of a small machine, on which Lincheck then does not spin to wait. */
  private static final int THREADS = 3;

  private static StressOptions races() {
    return new StressOptions()
        .threads(THREADS)
        .actorsPerThread(2)
        .actorsBefore(3)
        .actorsAfter(2)
        .iterations(Thorough.rounds(20, 200))
        .invocationsPerIteration(Thorough.rounds(300, 10_000));
  }

  @Test
  void codes_ofOneIdentity_areLinearizable() {
    races().check(OtpOperations.class);
  }

  @Test
  void sessions_ofOneAccount_areLinearizable() {
    races().check(SessionOperations.class);
  }

  @Test
  void limits_ofSeveralSubjects_areLinearizable() {
    races().check(RateLimitOperations.class);
  }

  @Test
  void keys_ofOneIssuer_areLinearizable() {
    races().check(KeyOperations.class);
  }

  @Test
  void fullStore_isLinearizable() {
    races().check(FullStoreOperations.Live.class);
  }

  @Test
  void fullStore_whereAllHasExpired_isLinearizable() {
    races().check(FullStoreOperations.Expired.class);
  }

  @Test
  void codes_readAndWrittenApart_areFound() {
    assertFound(RacyCodes.class);
  }

  @Test
  void sessions_readAndWrittenApart_areFound() {
    assertFound(RacySessions.class);
  }

  @Test
  void limits_readAndWrittenApart_areFound() {
    assertFound(RacyLimits.class);
  }

  @Test
  void limits_ofSeveralSubjectsTakenOneByOne_areFound() {
    assertFound(OneByOne.class);
  }

  @Test
  void keys_readAndWrittenApart_areFound() {
    assertFound(RacyKeys.class);
  }

  /** Many different calls, few times each: what is read and written apart waits to be overtaken. */
  private static void assertFound(Class<?> racy) {
    StressOptions races =
        new StressOptions()
            .threads(THREADS)
            .actorsPerThread(2)
            .actorsBefore(3)
            .actorsAfter(2)
            .iterations(500)
            .invocationsPerIteration(3)
            .minimizeFailedScenario(false);
    assertThatExceptionOfType(LincheckAssertionError.class)
        .isThrownBy(() -> races.check(racy))
        .withMessageContaining("Invalid execution results");
  }

  public static final class RacyCodes extends OtpOperations {
    public RacyCodes() {
      super(new BrokenOtpStoresTest.ReadsAndWritesApart().emptyStore());
    }
  }

  public static final class RacySessions extends SessionOperations {
    public RacySessions() {
      super(new BrokenSessionStoresTest.ReadsAndWritesApart().emptyStore());
    }
  }

  public static final class RacyLimits extends RateLimitOperations {
    public RacyLimits() {
      super(new BrokenRateLimitStoresTest.ReadsAndWritesApart().emptyStore());
    }
  }

  public static final class RacyKeys extends KeyOperations {
    public RacyKeys() {
      super(new BrokenKeyStoresTest.ReadsAndWritesApart().emptyStore());
    }
  }

  public static final class OneByOne extends RateLimitOperations {
    public OneByOne() {
      super(new TakesBack(InMemoryStores.create().rateLimits(), new Gap()));
    }
  }

  /** Reserves with one subject after the other, and takes back: meanwhile others are refused. */
  private record TakesBack(RateLimitStore store, Gap gap) implements RateLimitStore {
    @Override
    public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
      return store.acquire(subject, quotas, now);
    }

    @Override
    public void refund(Reservation reservation) {
      gap.cross();
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
}
