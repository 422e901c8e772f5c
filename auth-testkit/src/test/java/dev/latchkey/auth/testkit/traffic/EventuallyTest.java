package dev.latchkey.auth.testkit.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventuallyTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void within_asksUntilTheConditionHolds_andSaysHowLongThatTook() {
    Duration took = Eventually.within(LONG, "asked thrice", () -> asked.incrementAndGet() == 3);

    assertThat(asked).hasValue(3);
    assertThat(took).isPositive().isLessThan(LONG);
  }

  @Test
  void within_ofAConditionThatCanNotBeAskedYet_asksAgain() {
    Eventually.within(
        LONG,
        "there",
        () -> {
          if (asked.incrementAndGet() < 3) {
            throw new IllegalStateException("not there");
          }
          return true;
        });

    assertThat(asked).hasValue(3);
  }

  @Test
  void within_pastTheLimit_failsWithTheConditionAndTheLastTrouble() {
    assertThatThrownBy(
            () ->
                Eventually.within(
                    Duration.ZERO,
                    "there",
                    () -> {
                      throw new IllegalStateException("not there");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("there")
        .hasRootCauseMessage("not there");
  }
}
