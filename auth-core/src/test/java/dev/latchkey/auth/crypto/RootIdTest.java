package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class RootIdTest {

  @Test
  void toBytes_isBigEndian() {
    assertThat(new RootId(0x01020304).toBytes()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void fromBytes_readsAtTheOffset() {
    assertThat(RootId.fromBytes(new byte[] {9, 0, 0, 1, 2, 9}, 1)).hasValue(new RootId(258));
    assertThat(RootId.fromBytes(new RootId(Integer.MAX_VALUE).toBytes(), 0))
        .hasValue(new RootId(Integer.MAX_VALUE));
  }

  @Test
  void fromBytes_withoutFourBytes_isEmpty() {
    byte[] five = new byte[] {0, 0, 0, 1, 1};

    assertThat(RootId.fromBytes(five, 1)).isPresent();
    assertThat(RootId.fromBytes(five, 2)).isEmpty();
    assertThat(RootId.fromBytes(five, -1)).isEmpty();
    assertThat(RootId.fromBytes(five, Integer.MAX_VALUE)).isEmpty();
    assertThat(RootId.fromBytes(new byte[0], 0)).isEmpty();
  }

  @Test
  void fromBytes_thatIsNotPositive_isEmpty() {
    assertThat(RootId.fromBytes(new byte[4], 0)).isEmpty();
    assertThat(RootId.fromBytes(new byte[] {-1, -1, -1, -1}, 0)).isEmpty();
    assertThat(RootId.fromBytes(new byte[] {-128, 0, 0, 0}, 0)).isEmpty();
  }

  @Test
  void value_mustBePositive() {
    assertThat(new RootId(1).value()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RootId(0))
        .withMessage("root id must be positive, got 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new RootId(-1));
  }
}
