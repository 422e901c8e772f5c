package dev.latchkey.auth.lockout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import org.junit.jupiter.api.Test;

class LockIdTest {
  @Test
  void value_thatIsNotBase64UrlOfSixteenBytes_isRefused() {
    for (int length : new int[] {0, 15, 17, 32}) {
      String value = Base64Url.encode(new byte[length]);
      assertThatIllegalArgumentException().isThrownBy(() -> new LockId(value));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new LockId("!".repeat(22)));
  }

  @Test
  void bytes_ofAName_giveTheNameAgain() {
    LockId name = LockId.random(SecureBytes.system());

    assertThat(LockId.fromBytes(name.toBytes())).contains(name);
  }

  @Test
  void bytes_ofAnotherLength_giveNoName() {
    assertThat(LockId.fromBytes(new byte[LockId.BYTES - 1])).isEmpty();
    assertThat(LockId.fromBytes(new byte[LockId.BYTES + 1])).isEmpty();
  }
}
