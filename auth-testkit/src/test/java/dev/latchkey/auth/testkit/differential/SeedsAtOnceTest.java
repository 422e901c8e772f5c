package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class SeedsAtOnceTest {
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
}
