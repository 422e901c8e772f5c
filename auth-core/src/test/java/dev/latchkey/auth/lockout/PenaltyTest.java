package dev.latchkey.auth.lockout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PenaltyTest {
  @Test
  void none_hasNoDuration_andEveryOtherHasOne() {
    assertThat(Penalty.NONE).isEqualTo(new Penalty(Penalty.Kind.NONE, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> Penalty.delay(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> Penalty.lock(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Penalty(Penalty.Kind.NONE, Duration.ofMillis(1)));
  }

  @Test
  void duration_isUpTo400Days_inWholeMilliseconds() {
    assertThat(Penalty.lock(Duration.ofDays(400)).kind()).isEqualTo(Penalty.Kind.LOCK);
    assertThat(Penalty.delay(Duration.ofMillis(1)).kind()).isEqualTo(Penalty.Kind.DELAY);
    for (Duration duration :
        List.of(
            Duration.ofMillis(-1),
            Duration.ofDays(400).plusMillis(1),
            Duration.ofMillis(1).plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Penalty.lock(duration))
          .withMessageStartingWith("duration must be ");
    }
  }
}
