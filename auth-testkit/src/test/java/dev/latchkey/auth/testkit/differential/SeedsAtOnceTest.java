package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class SeedsAtOnceTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final List<Long> seen = new CopyOnWriteArrayList<>();

  @Test
  void run_withoutAWantedSeed_runsEachFromOneOn() throws InterruptedException {
    SeedsAtOnce.run("", 20, seen::add);

    assertThat(seen).hasSize(20).doesNotHaveDuplicates().allMatch(seed -> seed >= 1 && seed <= 20);
  }

  @Test
  void run_withAWantedSeed_runsThatAlone() throws InterruptedException {
    SeedsAtOnce.run("42", 20, seen::add);

    assertThat(seen).containsExactly(42L);
  }

  @Test
  void run_whenOneFails_namesItsSeedAndHowToReplayIt() {
    assertThatThrownBy(
            () ->
                SeedsAtOnce.run(
                    "",
                    5,
                    seed -> {
                      if (seed == 4) {
                        throw new IllegalStateException("broken");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dlatchkey.seed=4")
        .hasMessageContaining("broken")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void run_whenOneFails_isOverOnlyWhenTheOthersAre() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();

    assertThatThrownBy(
            () ->
                SeedsAtOnce.run(
                    "",
                    2,
                    seed -> {
                      if (seed == 1) {
                        await(begun);
                        throw new IllegalStateException("broken");
                      }
                      begun.countDown();
                      await(new CountDownLatch(1)); // until it is interrupted
                      long end = System.nanoTime() + Duration.ofMillis(50).toNanos();
                      Eventually.within(LONG, "a last call", () -> System.nanoTime() >= end);
                      over.set(true);
                    }))
        .hasMessageContaining("broken");

    assertThat(over).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
