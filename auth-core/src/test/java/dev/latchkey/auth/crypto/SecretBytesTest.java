package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SecretBytesTest {

  private static final byte[] CANARY = "canary-canary".getBytes(StandardCharsets.UTF_8);

  @Test
  void toString_showsNothing() {
    assertThat(SecretBytes.copyOf(CANARY)).hasToString("SecretBytes[redacted]");
    assertThat("" + new PurposeKey(new RootId(7), SecretBytes.copyOf(CANARY)))
        .contains("7")
        .doesNotContain("canary");
  }

  @Test
  void content_isCopiedOnItsWayInAndOut() {
    byte[] in = CANARY.clone();
    SecretBytes secret = SecretBytes.copyOf(in);
    in[0]++;
    secret.revealBytes()[1]++;

    assertThat(secret.revealBytes()).isEqualTo(CANARY);
    assertThat(secret.length()).isEqualTo(CANARY.length);
  }

  @Test
  void equality_isThatOfTheContent() {
    SecretBytes secret = SecretBytes.copyOf(new byte[] {1, 2, 3});

    assertThat(secret)
        .isEqualTo(SecretBytes.copyOf(new byte[] {1, 2, 3}))
        .isNotEqualTo(SecretBytes.copyOf(new byte[] {1, 2, 4}))
        .isNotEqualTo(SecretBytes.copyOf(new byte[] {1, 2}))
        .isNotEqualTo("SecretBytes[redacted]");
  }

  @Test
  void hashCode_saysNothingAboutTheContent() {
    assertThat(SecretBytes.copyOf(new byte[] {1})).hasSameHashCodeAs(SecretBytes.copyOf(CANARY));
  }
}
