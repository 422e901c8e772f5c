package dev.latchkey.auth.testkit.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.testkit.FaultyStores;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The judge of the fault tests sees what it is there to see. */
final class TrafficTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Set<String> BEGINNINGS = Set.of("open", "start");

  private static AuthStores stores() {
    return InMemoryStores.create(Clock.systemUTC());
  }

  @Test
  void soundStores_areFoundSound_alsoWhenTheyFail() throws InterruptedException {
    FaultyStores faulty = FaultyStores.over(stores(), 1, 10, () -> {});
    try (Traffic traffic = Traffic.over(faulty)) {
      traffic.awaitRounds(200, LONG);
      traffic.awaitUnavailable(20, LONG);
      faulty.heal();

      Traffic.Report report = traffic.stop();
      assertThat(report.excess()).isEmpty();
      assertThat(report.rounds()).isGreaterThanOrEqualTo(200);
      assertThat(report.unavailable()).isGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void storesThatForget_areFoundOut_inEveryContest() throws InterruptedException {
    AuthStores one = stores();
    AuthStores other = stores();
    AtomicInteger turn = new AtomicInteger();
    AuthStores split =
        AuthStores.mix(one)
            .otp(split(OtpStore.class, one.otp(), other.otp(), turn))
            .rateLimits(split(RateLimitStore.class, one.rateLimits(), other.rateLimits(), turn))
            .sessions(split(SessionStore.class, one.sessions(), other.sessions(), turn))
            .build();
    try (Traffic traffic = Traffic.over(split)) {
      traffic.awaitRounds(200, LONG);

      List<String> excess = traffic.stop().excess();
      for (Contest contest : Contest.values()) {
        assertThat(excess).anyMatch(round -> round.startsWith(contest.name()));
      }
    }
  }

  @Test
  void close_waitsForTheCallsThatAreUnderWay() {
    AuthStores stores = stores();
    AtomicInteger underWay = new AtomicInteger();
    AuthStores slow =
        AuthStores.mix(stores)
            .otp(slow(OtpStore.class, stores.otp(), underWay))
            .rateLimits(slow(RateLimitStore.class, stores.rateLimits(), underWay))
            .sessions(slow(SessionStore.class, stores.sessions(), underWay))
            .build();
    Traffic traffic = Traffic.over(slow);
    Eventually.within(LONG, "a call is under way", () -> underWay.get() > 0);

    traffic.close();

    assertThat(underWay).hasValue(0);
  }

  /** Whoever interrupts a call waits for it all the same. */
  private static <S> S slow(Class<S> type, S real, AtomicInteger underWay) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              underWay.incrementAndGet();
              try {
                long end = System.nanoTime() + Duration.ofMillis(50).toNanos();
                Eventually.within(LONG, "the call is over", () -> System.nanoTime() >= end);
                return method.invoke(real, arguments);
              } finally {
                underWay.decrementAndGet();
              }
            }));
  }

  @Test
  void over_noNode_isRefused() {
    assertThatThrownBy(Traffic::over)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nodes must be one or more, got none");
  }

  /** Each of two servers knows what begins, and only one of them what becomes of it. */
  private static <S> S split(Class<S> type, S one, S other, AtomicInteger turn) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (BEGINNINGS.contains(method.getName())) {
                method.invoke(one, arguments);
                return method.invoke(other, arguments);
              }
              return method.invoke(turn.getAndIncrement() % 2 == 0 ? one : other, arguments);
            }));
  }
}
