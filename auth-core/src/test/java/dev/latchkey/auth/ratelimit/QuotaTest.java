package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class QuotaTest {
  @Test
  void limit_isOneToAMillion() {
    assertThat(Quota.of(1, Duration.ofMinutes(5)).limit()).isOne();
    assertThat(Quota.of(1_000_000, Duration.ofMinutes(5)).limit()).isEqualTo(1_000_000);
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE, 1_000_001, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Quota.of(limit, Duration.ofMinutes(5)))
          .withMessage("limit must be 1 to 1000000, got " + limit);
    }
  }

  @Test
  void period_isAMillisecondTo400Days_inWholeMilliseconds() {
    assertThat(Quota.of(1, Duration.ofMillis(1)).period()).isEqualTo(Duration.ofMillis(1));
    assertThat(Quota.of(1, Duration.ofDays(400)).period()).isEqualTo(Duration.ofDays(400));
    for (Duration period :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofMillis(-1),
            Duration.ofDays(400).plusMillis(1),
            Duration.ofMillis(1).plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Quota.of(1, period))
          .withMessageStartingWith("period must be ");
    }
  }

  @Test
  void times_multiplies_andStaysWithinTheBound() {
    Quota quota = Quota.of(20, Duration.ofMinutes(5));

    assertThat(quota.times(1)).isEqualTo(quota);
    assertThat(quota.times(16)).isEqualTo(Quota.of(320, Duration.ofMinutes(5)));
    assertThat(quota.times(Integer.MAX_VALUE).limit()).isEqualTo(1_000_000);
  }

  @Test
  void share_divides_andIsNeverBelowOne() {
    assertThat(Quota.of(20, Duration.ofMinutes(5)).share(4))
        .isEqualTo(Quota.of(5, Duration.ofMinutes(5)));
    assertThat(Quota.of(7, Duration.ofMinutes(5)).share(4).limit()).isOne();
    assertThat(Quota.of(3, Duration.ofMinutes(5)).share(4).limit()).isOne();
    assertThat(Quota.of(3, Duration.ofMinutes(5)).share(1).limit()).isEqualTo(3);
  }
}
