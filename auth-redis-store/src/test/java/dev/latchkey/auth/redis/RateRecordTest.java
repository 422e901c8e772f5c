package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bounds that {@code docs/redis.md} states for the records of the rate limits. */
final class RateRecordTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final List<Quota> IDENTIFIER =
      List.of(
          Quota.of(3, Duration.ofMinutes(5)), Quota.of(5, Duration.ofHours(1)), Quota.of(10, DAY));
  private static final List<Quota> IP =
      List.of(Quota.of(20, Duration.ofMinutes(5)), Quota.of(100, Duration.ofHours(1)));
  private static final List<Quota> ALL = List.of(Quota.of(1_000, Duration.ofMinutes(1)));
  private static final Duration SLACK = Duration.ofMinutes(10);

  private static RedisNode node;

  private final String prefix = TestServers.freshPrefix();
  private final MutableClock clock = MutableClock.create();

  @BeforeAll
  static void start() {
    node = RedisNode.inMemory();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private RedisStores stores() {
    return RedisStores.builder(node.uri()).prefix(prefix).acceptAnyClock(clock).connect();
  }

  /** As full as it gets: a request each time, far more often than any is admitted. */
  private String fill(Subject subject, List<Quota> quotas, Duration apart, int requests) {
    try (RedisStores stores = stores()) {
      for (int i = 0; i < requests; i++) {
        stores.rateLimits().acquire(subject, quotas, clock.instant());
        clock.advance(apart);
      }
      return prefix + "rl:" + subject.key();
    }
  }

  private static long bytes(String key) {
    return node.<Long>ask(redis -> redis.strlen(key));
  }

  @Test
  void logOfAnIdentifier_isAtMost86Bytes() {
    String hash = Base64Url.encode(new byte[32]);
    String key = fill(new Subject("send.identity", hash), IDENTIFIER, Duration.ofMinutes(1), 2_000);

    assertThat(bytes(key)).isEqualTo(86);
  }

  @Test
  void logOfAnIp_isAtMost716Bytes() {
    String key = fill(new Subject("send.ip", "192.0.2.1"), IP, Duration.ofSeconds(20), 500);

    assertThat(bytes(key)).isEqualTo(716);
  }

  @Test
  void logOfAll_isAtMost1578Bytes() {
    String key = fill(new Subject("send.global", "all"), ALL, Duration.ofMillis(61), 2_500);

    assertThat(bytes(key)).isBetween(1_500L, 1_578L);
  }

  @Test
  void surge_isAtMost1584Bytes() {
    Subject all = new Subject("verify.failed", "all");
    try (RedisStores stores = stores()) {
      for (int i = 0; i < 3_000; i++) {
        stores.rateLimits().observe(all, Thresholds.DEFAULT, clock.instant());
        clock.advance(Duration.ofMillis(30));
      }
    }

    assertThat(bytes(prefix + "sg:" + all.key())).isBetween(1_500L, 1_584L);
  }

  @Test
  void aLog_staysTenMinutesLongerThanItSaysAnything() {
    String key = fill(new Subject("send", "ada"), IDENTIFIER, Duration.ZERO, 1);
    Duration left = Duration.ofMillis(node.<Long>ask(redis -> redis.pttl(key)));

    assertThat(left).isBetween(DAY.plus(SLACK).minusMinutes(1), DAY.plus(SLACK));
  }

  @Test
  void aRefund_leavesTheTtlAsItIs() {
    Subject ada = new Subject("send", "ada");
    try (RedisStores stores = stores()) {
      RateDecision decision = stores.rateLimits().acquire(ada, IDENTIFIER, clock.instant());
      stores.rateLimits().refund(new Reservation(ada, ((Admitted) decision).stamp()));
    }

    assertThat(node.<Long>ask(redis -> redis.pttl(prefix + "rl:" + ada.key())))
        .isGreaterThan(DAY.toMillis());
  }
}
