package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class MutableClockTest {
  @Test
  void aClock_standsStillUntilItIsMoved() {
    MutableClock clock = MutableClock.create();

    assertThat(clock.instant()).isEqualTo(MutableClock.START).isEqualTo(clock.instant());
    assertThat(clock.advance(Duration.ofMillis(1))).isEqualTo(MutableClock.START.plusMillis(1));
    assertThat(clock.stepBack(Duration.ofHours(1)))
        .isEqualTo(MutableClock.START.plusMillis(1).minusSeconds(3_600))
        .isEqualTo(clock.instant());
    clock.set(Instant.EPOCH);
    assertThat(clock.millis()).isZero();
  }

  @Test
  void advanceAndStepBack_byLessThanZero_areRefused() {
    MutableClock clock = MutableClock.at(Instant.EPOCH);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .withMessage("by must be zero or more, got PT-0.001S");
    assertThatIllegalArgumentException().isThrownBy(() -> clock.stepBack(Duration.ofMillis(-1)));
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void aCopyForAnotherZone_movesAlong() {
    MutableClock clock = MutableClock.create();
    Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));
    clock.advance(Duration.ofDays(1));

    assertThat(tokyo.instant()).isEqualTo(clock.instant());
    assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
  }

  @Test
  void parallelMoves_areNotLost() {
    MutableClock clock = MutableClock.at(Instant.EPOCH);

    Race.of(32).run(i -> clock.advance(Duration.ofMillis(1)));

    assertThat(clock.millis()).isEqualTo(32);
  }
}
