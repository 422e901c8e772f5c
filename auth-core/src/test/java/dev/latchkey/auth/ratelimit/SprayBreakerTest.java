package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SprayBreakerTest {
  private static final Thresholds SMALL =
      new Thresholds(Duration.ofMinutes(1), 2, 1, Duration.ofMinutes(10));
  private static final Duration ON_FOR = Duration.ofMinutes(11);

  private Instant now = Instant.parse("2026-01-15T12:00:00Z");
  private final List<Boolean> switches = new ArrayList<>();
  private final List<StoreUnavailableException> outages = new ArrayList<>();
  private final CountingStore store = new CountingStore();
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  /** A store that can go away and counts the questions. */
  private static final class CountingStore implements RateLimitStore {
    private final RateLimitStore store = InMemoryStores.create().rateLimits();
    private boolean gone;
    private boolean losesAnswers;
    private Runnable beforeAnswer = () -> {};
    private int asked;

    private RateLimitStore reached() {
      asked++;
      if (gone) {
        throw new StoreUnavailableException("rateLimit.observe", true, null);
      }
      return store;
    }

    @Override
    public RateDecision acquire(Subject subject, List<Quota> quotas, Instant at) {
      return reached().acquire(subject, quotas, at);
    }

    @Override
    public void refund(Reservation reservation) {
      reached().refund(reservation);
    }

    @Override
    public Instant observe(Subject subject, Thresholds thresholds, Instant at) {
      Instant answer = reached().observe(subject, thresholds, at);
      if (losesAnswers) {
        throw new StoreUnavailableException("rateLimit.observe", true, null);
      }
      return answer;
    }

    @Override
    public Instant surgeUntil(Subject subject) {
      Instant answer = reached().surgeUntil(subject);
      beforeAnswer.run();
      return answer;
    }
  }

  private SprayBreaker node() {
    return new SprayBreaker(store, SMALL, clock, switches::add, outages::add);
  }

  private static void fail(SprayBreaker node, int times) {
    for (int i = 0; i < times; i++) {
      node.failed();
    }
  }

  @Test
  void failed_pastTheThreshold_switchesOn_andTellsOnce() {
    SprayBreaker node = node();
    fail(node, 2);
    assertThat(node.isOn()).isFalse();

    fail(node, 3);

    assertThat(node.isOn()).isTrue();
    assertThat(switches).containsExactly(true);
  }

  @Test
  void isOn_ofAnotherNode_followsWithinASecond() {
    SprayBreaker other = node();
    assertThat(other.isOn()).isFalse();
    fail(node(), 3);

    now = now.plus(SprayBreaker.REREAD_EVERY).minusMillis(1);
    assertThat(other.isOn()).isFalse();
    now = now.plusMillis(1);
    assertThat(other.isOn()).isTrue();
    assertThat(switches).as("each node tells").containsExactly(true, true);
  }

  @Test
  void isOn_asksTheStoreOnceASecond() {
    SprayBreaker node = node();
    for (int i = 0; i < 1_000; i++) {
      node.isOn();
    }
    assertThat(store.asked).isOne();
    now = now.minusMillis(1);
    node.isOn();
    assertThat(store.asked).as("after a step back").isEqualTo(2);
  }

  @Test
  void isOn_whenItHasCalmedDown_isFalse_andIsTold() {
    SprayBreaker node = node();
    fail(node, 3);
    now = now.plus(ON_FOR).minusMillis(1);
    assertThat(node.isOn()).isTrue();
    now = now.plus(SprayBreaker.REREAD_EVERY);

    assertThat(node.isOn()).isFalse();
    assertThat(node.isOn()).isFalse();
    assertThat(switches).containsExactly(true, false);
  }

  @Test
  void isOn_whileTheStoreIsGone_isWhatItLastWas_andThrowsNothing() {
    SprayBreaker on = node();
    fail(on, 3);
    SprayBreaker off = node();
    store.gone = true;
    now = now.plusSeconds(5);

    assertThat(on.isOn()).isTrue();
    assertThat(off.isOn()).isFalse();
    fail(off, 3);
    assertThat(outages).hasSize(5);
    assertThat(switches).containsExactly(true);
  }

  @Test
  void failed_whoseAnswerWasLost_isToldByTheNextReading() {
    SprayBreaker node = node();
    store.losesAnswers = true;
    fail(node, 3);
    assertThat(switches).isEmpty();

    assertThat(node.isOn()).isTrue();
    assertThat(switches).containsExactly(true);
  }

  @Test
  void isOn_whoseAnswerWasOvertaken_staysOn() {
    SprayBreaker node = node();
    store.beforeAnswer = () -> fail(node, 3);

    assertThat(node.isOn()).isTrue();
    assertThat(switches).containsExactly(true);
  }
}
