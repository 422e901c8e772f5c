package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.account;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyStores.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FaultyStoresTest {
  private static final List<Quota> ONE = List.of(Quota.of(1, Duration.ofHours(1)));
  private static final Subject SUBJECT = new Subject("test", "one");

  private final InMemoryStores inner = InMemoryStores.create(MutableClock.create());
  private final AtomicInteger late = new AtomicInteger();
  private final FaultyStores faulty = FaultyStores.over(inner, 1, 0, late::incrementAndGet);

  private void start() {
    Session fresh =
        new Session(
            session(1),
            device(1),
            1,
            START,
            START,
            START.plusSeconds(60),
            START.plusSeconds(60),
            "call",
            Optional.empty(),
            Optional.empty());
    faulty.sessions().start(account(1), fresh, 3, START);
  }

  @Test
  void plan_beforeTheWrite_changesNothingAndTellsOfAnOutage() {
    faulty.plan("session.start", Fault.BEFORE);

    assertThatThrownBy(this::start)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("session.start");
    assertThat(inner.sessions().list(account(1), START)).isEmpty();
  }

  @Test
  void plan_aLostReply_changesTheStoreAndTellsOfAnOutage() {
    faulty.plan("session.start", Fault.REPLY_LOST);

    assertThatThrownBy(this::start).isInstanceOf(StoreUnavailableException.class);
    assertThat(inner.sessions().list(account(1), START)).hasSize(1);
  }

  @Test
  void plan_twice_givesTheSecondAnswer() {
    start();
    faulty.plan("session.end", Fault.TWICE);

    assertThat(faulty.sessions().end(account(1), new EndScope.All(), START)).isEmpty();
    assertThat(inner.sessions().list(account(1), START)).isEmpty();
  }

  @Test
  void plan_slow_runsTheHookBeforeTheCall() {
    faulty.plan("session.start", Fault.SLOW);

    start();

    assertThat(late).hasValue(1);
    assertThat(inner.sessions().list(account(1), START)).hasSize(1);
  }

  @Test
  void plan_isForOneCallOfOneVerb() {
    faulty.plan("rateLimit.acquire", Fault.BEFORE);
    start();

    assertThatThrownBy(() -> faulty.rateLimits().acquire(SUBJECT, ONE, START))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(faulty.rateLimits().acquire(SUBJECT, ONE, START))
        .isInstanceOf(RateDecision.Admitted.class);
    assertThat(faulty.faults()).isEqualTo(1);
  }

  @Test
  void over_withTheSameSeed_failsTheSameCalls() {
    assertThat(failing(7)).isEqualTo(failing(7)).isNotEqualTo(failing(8)).contains(true, false);
  }

  @Test
  void heal_endsAllFaults() {
    FaultyStores ill = FaultyStores.over(inner, 3, 100, late::incrementAndGet);
    ill.heal();

    for (int i = 0; i < 50; i++) {
      assertThat(ill.sessions().list(account(1), START)).isEmpty();
    }
    assertThat(ill.faults()).isZero();
  }

  @Test
  void over_withAShareThatIsNone_isRefused() {
    assertThatThrownBy(() -> FaultyStores.over(inner, 1, 101, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("percent");
  }

  private List<Boolean> failing(long seed) {
    FaultyStores ill = FaultyStores.over(inner, seed, 40, late::incrementAndGet);
    List<Boolean> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      boolean failed = false;
      try {
        assertThat(ill.sessions().list(account(1), START)).isEmpty();
      } catch (StoreUnavailableException e) {
        failed = true;
      }
      outcomes.add(failed);
    }
    return outcomes;
  }
}
