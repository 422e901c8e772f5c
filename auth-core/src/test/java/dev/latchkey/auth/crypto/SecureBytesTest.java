package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SecureBytesTest {

  @Test
  void next_fillsTheWholeArray() {
    SecureBytes nines = target -> Arrays.fill(target, (byte) 9);

    assertThat(nines.next(3)).containsExactly(9, 9, 9);
    assertThat(nines.next(0)).isEmpty();
  }

  @Test
  void system_touchesEveryByte() {
    // A byte that stays zero in 200 draws has a chance of 2 to the power of -1600.
    byte[] touched = new byte[64];
    for (int draw = 0; draw < 200; draw++) {
      byte[] bytes = SecureBytes.system().next(64);
      for (int i = 0; i < 64; i++) {
        touched[i] |= bytes[i];
      }
    }
    assertThat(touched).doesNotContain(0);
  }

  @Test
  void system_givesOtherBytesEachTime() {
    assertThat(SecureBytes.system().next(32)).isNotEqualTo(SecureBytes.system().next(32));
  }
}
