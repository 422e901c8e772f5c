package dev.latchkey.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Base64UrlTest {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** RFC 4648, section 10, without the padding. */
  @ParameterizedTest
  @CsvSource({"'',''", "f,Zg", "fo,Zm8", "foo,Zm9v", "foob,Zm9vYg", "fooba,Zm9vYmE"})
  void encode_givesTheVectorsOfTheRfc(String plain, String text) {
    byte[] bytes = plain.getBytes(StandardCharsets.US_ASCII);

    assertThat(Base64Url.encode(bytes)).isEqualTo(text);
    assertThat(Base64Url.decode(text)).hasValue(bytes);
  }

  @Test
  void encode_usesTheAlphabetForUrls() {
    assertThat(Base64Url.encode(new byte[] {(byte) 0xfb, (byte) 0xff})).isEqualTo("-_8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Zg==",
        "Zg=",
        "Zm8=",
        "Zm9v=",
        "=",
        "+_8",
        "-/8",
        "Z",
        "Zm9vY",
        " Zg",
        "Zg ",
        "Z g",
        "Zg\n",
        "Zg\r\n",
        "Zg\u0000",
        "Zh",
        "Zm9",
        "Zé",
        "\ud800\ud800",
        "Z\uff47",
        "Zg.",
        "Zm9v\t"
      })
  void decode_refusesWhatIsNotCanonical(String text) {
    assertThat(Base64Url.decode(text)).isEmpty();
  }

  @Test
  void decode_ofTwoCharacters_acceptsOneSpellingOfEachByte() {
    int accepted = 0;
    for (int i = 0; i < 64; i++) {
      for (int j = 0; j < 64; j++) {
        if (Base64Url.decode("" + ALPHABET.charAt(i) + ALPHABET.charAt(j)).isPresent()) {
          accepted++;
        }
      }
    }
    assertThat(accepted).isEqualTo(256);
  }

  @Test
  void decode_ofThreeCharacters_acceptsOneSpellingOfEachTwoBytes() {
    int accepted = 0;
    for (int i = 0; i < 64 * 64 * 64; i++) {
      String text =
          "" + ALPHABET.charAt(i >> 12) + ALPHABET.charAt((i >> 6) & 63) + ALPHABET.charAt(i & 63);
      if (Base64Url.decode(text).isPresent()) {
        accepted++;
      }
    }
    assertThat(accepted).isEqualTo(65_536);
  }

  @Test
  void anyBytes_comeBack() {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(Base64Url.decode(Base64Url.encode(bytes))).hasValue(bytes);
    }
  }

  @Test
  void anyText_isDecodedOrRefused_andComesBackTheSame() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(
            random.nextInt(20) == 0
                ? (char) random.nextInt(0x10000)
                : ALPHABET.charAt(random.nextInt(64)));
      }
      Base64Url.decode(text.toString())
          .ifPresent(bytes -> assertThat(Base64Url.encode(bytes)).isEqualTo(text.toString()));
    }
  }
}
