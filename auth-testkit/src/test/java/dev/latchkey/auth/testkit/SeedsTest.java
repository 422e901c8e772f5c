package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void run_withoutAWantedSeed_runsEachFromOneOn() {
    List<Long> seen = new ArrayList<>();

    Seeds.run("", 3, seen::add);

    assertThat(seen).containsExactly(1L, 2L, 3L);
  }

  @Test
  void run_withAWantedSeed_runsThatAlone() {
    List<Long> seen = new ArrayList<>();

    Seeds.run("42", 3, seen::add);

    assertThat(seen).containsExactly(42L);
  }

  @Test
  void race_withoutAWantedSeed_runsEachOnce() {
    List<Long> seen = new ArrayList<>();

    Seeds.race("", 3, seen::add);

    assertThat(seen).containsExactly(1L, 2L, 3L);
  }

  @Test
  void race_withAWantedSeed_runsThatAloneAndManyTimes() {
    List<Long> seen = new ArrayList<>();

    Seeds.race("42", 3, seen::add);

    assertThat(seen).hasSize(Seeds.REPLAYS_OF_A_RACE).containsOnly(42L);
  }

  @Test
  void run_whenOneFails_namesItsSeedAndHowToReplayIt() {
    assertThatThrownBy(
            () ->
                Seeds.run(
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
        .hasCauseInstanceOf(IllegalStateException.class);
  }
}
