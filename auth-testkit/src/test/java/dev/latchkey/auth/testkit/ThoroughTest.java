package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class ThoroughTest {
  @Test
  void theProperty_asksForIt_withOrWithoutAValue() {
    assertThat(Thorough.isAskedFor("")).isTrue();
    assertThat(Thorough.isAskedFor("true")).isTrue();
    assertThat(Thorough.isAskedFor("TRUE")).isTrue();
    assertThat(Thorough.isAskedFor("false")).isFalse();
    assertThat(Thorough.isAskedFor("no")).isFalse();
  }

  @Test
  void rounds_areOneOfBoth() {
    assertThat(Thorough.rounds(3, 1_000)).isIn(3, 1_000);
    assertThat(Thorough.rounds(3, 3)).isEqualTo(3);
  }

  @Test
  void fewerThoroughRounds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Thorough.rounds(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> Thorough.rounds(0, 2));
  }
}
