package dev.latchkey.auth.lockout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.SecureBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LaneTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MEMORY = Duration.ofDays(90);
  private static final Penalty LOCK = Penalty.lock(Duration.ofMinutes(5));
  private static final LockId NAME = LockId.random(SecureBytes.system());
  private static final LockId OTHER = LockId.random(SecureBytes.system());

  @Test
  void clear_holdsNobodyUp_andIsForgottenAtOnce() {
    assertThat(Lane.CLEAR.heldBy(NOW)).isEqualTo(Penalty.Kind.NONE);
    assertThat(Lane.CLEAR.keptUntil(MEMORY)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void heldBy_isTrueToTheLastMillisecond_andNotAtTheEnd() {
    Lane lane = Lane.CLEAR.failed(LOCK, NAME, NOW);
    Instant end = NOW.plus(LOCK.duration());

    assertThat(lane).isEqualTo(new Lane(1, NOW, Penalty.Kind.LOCK, end, Optional.of(NAME)));
    assertThat(lane.heldBy(NOW)).isEqualTo(Penalty.Kind.LOCK);
    assertThat(lane.heldBy(end.minusMillis(1))).isEqualTo(Penalty.Kind.LOCK);
    assertThat(lane.heldBy(end)).isEqualTo(Penalty.Kind.NONE);
  }

  @Test
  void isLockedBy_isTrueOfTheRunningLockAlone() {
    Lane lane = Lane.CLEAR.failed(LOCK, NAME, NOW);
    Instant end = NOW.plus(LOCK.duration());

    assertThat(lane.isLockedBy(NAME, end.minusMillis(1))).isTrue();
    assertThat(lane.isLockedBy(NAME, end)).isFalse();
    assertThat(lane.isLockedBy(OTHER, NOW)).isFalse();
    assertThat(lane.failed(LOCK, OTHER, end).isLockedBy(NAME, end)).as("an earlier one").isFalse();
    assertThat(Lane.CLEAR.isLockedBy(NAME, NOW)).isFalse();
  }

  @Test
  void failed_withADelay_hasNoName() {
    Lane lane = Lane.CLEAR.failed(Penalty.delay(Duration.ofSeconds(2)), NAME, NOW);

    assertThat(lane.lock()).isEmpty();
    assertThat(lane.isLockedBy(NAME, NOW)).isFalse();
  }

  @Test
  void failed_withTheClockBehind_beginsAtTheLatestFailure() {
    Lane lane = Lane.CLEAR.failed(Penalty.NONE, NAME, NOW).failed(LOCK, NAME, NOW.minus(HOUR));

    assertThat(lane.failures()).isEqualTo(2);
    assertThat(lane.lastFailureAt()).isEqualTo(NOW);
    assertThat(lane.until()).isEqualTo(NOW.plus(LOCK.duration()));
  }

  @Test
  void asOf_keepsTheCountFor90DaysAfterTheLastFailure() {
    Lane lane = Lane.CLEAR.failed(LOCK, NAME, NOW);

    assertThat(lane.asOf(MEMORY, NOW.plus(MEMORY).minusMillis(1))).isEqualTo(lane);
    assertThat(lane.asOf(MEMORY, NOW.plus(MEMORY))).isEqualTo(Lane.CLEAR);
  }

  @Test
  void asOf_keepsTheCountToTheEndOfALongerLock() {
    Lane lane = Lane.CLEAR.failed(Penalty.lock(Duration.ofDays(400)), NAME, NOW);
    Instant end = NOW.plus(Duration.ofDays(400));

    assertThat(lane.keptUntil(MEMORY)).isEqualTo(end);
    assertThat(lane.asOf(MEMORY, end.minusMillis(1))).isEqualTo(lane);
    assertThat(lane.asOf(MEMORY, end)).isEqualTo(Lane.CLEAR);
  }
}
