package dev.latchkey.auth.lockout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LockoutTableTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final LockoutTable STANDARD = LockoutTable.of(LockoutPolicy.standard());

  private static Penalty delay(int seconds) {
    return Penalty.delay(Duration.ofSeconds(seconds));
  }

  private static LockoutTable table(Penalty... penalties) {
    return new LockoutTable(
        List.of(penalties), 100, Duration.ofDays(90), Duration.ofDays(400), DAY);
  }

  @Test
  void standard_isTheTableOfTheDocumentation() {
    List<Penalty> expected =
        List.of(
            Penalty.NONE,
            Penalty.NONE,
            delay(2),
            Penalty.lock(Duration.ofMinutes(5)),
            delay(8),
            Penalty.lock(Duration.ofMinutes(30)),
            delay(32),
            delay(64),
            delay(128),
            delay(256),
            Penalty.lock(Duration.ofHours(1)),
            delay(300),
            delay(300),
            delay(300),
            delay(300),
            Penalty.lock(Duration.ofHours(24)),
            Penalty.lock(Duration.ofHours(24)));
    for (int failures = 0; failures < expected.size(); failures++) {
      assertThat(LockoutPolicy.standard().after(failures))
          .as("after %d", failures)
          .isEqualTo(expected.get(failures))
          .isEqualTo(STANDARD.after(failures));
    }
  }

  @Test
  void standard_pastTheFifteenth_locksForADayEachTime() {
    for (int failures : new int[] {15, 16, 31, 32, 33, 64, 65, 99, 100, 101, Integer.MAX_VALUE}) {
      assertThat(LockoutPolicy.standard().after(failures))
          .isEqualTo(Penalty.lock(Duration.ofHours(24)))
          .isEqualTo(STANDARD.after(failures));
    }
  }

  @Test
  void standard_ofLessThanNone_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LockoutPolicy.standard().after(-1))
        .withMessage("failures must not be negative, got -1");
  }

  @Test
  void of_writesAPolicyOut_withoutRepeatingItsEnd() {
    assertThat(STANDARD.penalties()).hasSize(15);
    assertThat(STANDARD.ceiling()).isEqualTo(100);
    assertThat(STANDARD.ceilingWindow()).isEqualTo(Duration.ofDays(90));
    assertThat(STANDARD.ceilingLock()).isEqualTo(Duration.ofDays(400));
    assertThat(STANDARD.memory()).isEqualTo(Duration.ofDays(90));
    assertThat(LockoutTable.of(failures -> Penalty.NONE).penalties()).containsExactly(Penalty.NONE);
  }

  @Test
  void of_asksForAHundredCounts_andKeepsTheLastForMore() {
    LockoutTable table =
        LockoutTable.of(failures -> failures < 100 ? delay(failures) : Penalty.lock(DAY));

    assertThat(table.after(99)).isEqualTo(delay(99));
    assertThat(table.after(100)).isEqualTo(Penalty.lock(DAY));
    assertThat(table.after(Integer.MAX_VALUE)).isEqualTo(Penalty.lock(DAY));
  }

  @Test
  void untilLock_isTheDistanceToTheNextLock() {
    int[] distances = IntStream.rangeClosed(0, 16).map(STANDARD::untilLock).toArray();

    assertThat(distances).containsExactly(3, 2, 1, 2, 1, 5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 1, 1);
    assertThat(STANDARD.untilLock(1_000)).isOne();
    assertThat(table(Penalty.NONE).untilLock(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(table(Penalty.lock(DAY), Penalty.NONE).untilLock(1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void bounds_areChecked() {
    List<Penalty> one = List.of(Penalty.NONE);
    Duration window = Duration.ofDays(90);
    Duration lock = Duration.ofDays(400);
    assertThat(new LockoutTable(one, 128, window, window.plusMillis(1), DAY).ceiling())
        .isEqualTo(128);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(List.of(), 100, window, lock, DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new LockoutTable(Collections.nCopies(101, Penalty.NONE), 100, window, lock, DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(one, 0, window, lock, DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(one, 129, window, lock, DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(one, 100, Duration.ZERO, lock, DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(one, 100, window, window, DAY))
        .withMessageContaining("must be longer than the ceiling's window");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LockoutTable(one, 100, window, lock, Duration.ZERO));
  }
}
