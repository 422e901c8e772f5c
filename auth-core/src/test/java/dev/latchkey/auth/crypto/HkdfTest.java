package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HkdfTest {

  private static final SecretBytes INPUT = SecretBytes.copyOf(new byte[32]);

  /** RFC 5869, appendix A.1 to A.3: input, salt, info, output. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,"
        + "000102030405060708090a0b0c,"
        + "f0f1f2f3f4f5f6f7f8f9,"
        + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e"
        + "2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f,"
        + "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d"
        + "8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf,"
        + "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdd"
        + "dedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff,"
        + "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e59"
        + "0e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,"
        + "'','',"
        + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
  })
  void derive_givesTheVectorsOfTheRfc(String input, String salt, String info, String output) {
    HexFormat hex = HexFormat.of();
    byte[] expected = hex.parseHex(output);

    assertThat(
            Hkdf.derive(
                hex.parseHex(input), hex.parseHex(salt), hex.parseHex(info), expected.length))
        .isEqualTo(expected);
  }

  @Test
  void sha256_isTheVectorWithoutSaltAndInfo() {
    byte[] input = new byte[22];
    Arrays.fill(input, (byte) 0x0b);

    assertThat(Hkdf.sha256(SecretBytes.copyOf(input), "", 42).revealBytes())
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a"
                        + "96c8"));
  }

  @Test
  void everyPurpose_hasAKeyOfItsOwn() {
    Set<String> keys = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      assertThat(keys.add(hex(Hkdf.sha256(INPUT, purpose.label(), 32)))).isTrue();
    }
  }

  @Test
  void labels_areTheStoredFormat() {
    assertThat(Purpose.values())
        .extracting(Purpose::label)
        .containsExactly(
            "latchkey/v1/code-pepper",
            "latchkey/v1/challenge-handle",
            "latchkey/v1/refresh-token",
            "latchkey/v1/device-token",
            "latchkey/v1/unlock-token");
  }

  @Test
  void length_of1And8160_isAccepted_and0And8161AreRefused() {
    assertThat(Hkdf.sha256(INPUT, "a", 1).length()).isEqualTo(1);
    assertThat(Hkdf.sha256(INPUT, "a", 8160).length()).isEqualTo(8160);
    assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.sha256(INPUT, "a", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.sha256(INPUT, "a", 8161));
    assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.sha256(INPUT, "a", -1));
  }

  private static String hex(SecretBytes key) {
    return HexFormat.of().formatHex(key.revealBytes());
  }
}
