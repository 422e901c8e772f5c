package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Sha256Test {

  @Test
  void of_givesTheVectorsOfTheStandard() {
    assertThat(HexFormat.of().formatHex(Sha256.of()))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(HexFormat.of().formatHex(Sha256.of(ascii("abc"))))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void of_joinsItsParts() {
    assertThat(Sha256.of(ascii("a"), ascii(""), ascii("bc"))).isEqualTo(Sha256.of(ascii("abc")));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
