package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.SecureBytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OneTimeCodeTest {
  private static final CodeForm SIX = CodeForm.SIX_DIGITS;

  private static final int CODES = 1_000_000;

  @ParameterizedTest
  @CsvSource({
    "123456, 123456",
    "000000, 000000",
    "007 042, 007042",
    "' 12-34-56 ', 123456",
    "1 2 3 4 5 6, 123456",
  })
  void parse_ofSixDigits_dropsSpacesAndHyphens(String typed, String code) {
    OneTimeCode parsed = OneTimeCode.parse(typed).orElseThrow();

    assertThat(parsed.form()).isEqualTo(CodeForm.SIX_DIGITS);
    assertThat(parsed.revealCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "12345678, 12345678",
    "ABCD-EFGH, ABCDEFGH",
    "abcd efgh, ABCDEFGH",
    "oOiIlL00, 00111100",
    "jkmn-pqrs, JKMNPQRS",
    "tvwx yz-99, TVWXYZ99",
  })
  void parse_ofBase32_hasOneSpelling(String typed, String code) {
    OneTimeCode parsed = OneTimeCode.parse(typed).orElseThrow();

    assertThat(parsed.form()).isEqualTo(CodeForm.EIGHT_BASE32);
    assertThat(parsed.revealCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "      ",
        "------",
        "12345",
        "1234567",
        "123456789",
        "12345a",
        "abcdef",
        "ABCDEFGU",
        "ABCDEFG!",
        "ABCDEFG\u00df",
        "+12345",
        "12.345",
        "123456\n",
        "123\t456",
        "\u0000123456",
        "123\u00a0456",
        "123\u2010456",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0131BCDEFGH",
        "\u017fBCDEFGH",
        "\ud83d\ude80BCDEFG",
      })
  void parse_ofAnythingElse_isEmpty(String typed) {
    assertThat(OneTimeCode.parse(typed)).isEmpty();
  }

  @Test
  void parse_ofALongText_isEmpty() {
    assertThat(OneTimeCode.parse("123456" + " ".repeat(58))).isPresent();
    assertThat(OneTimeCode.parse("123456" + " ".repeat(59))).isEmpty();
    assertThat(OneTimeCode.parse("1".repeat(65_536))).isEmpty();
  }

  @Test
  void parse_neverThrows() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder typed = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        typed.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
      }
      OneTimeCode.parse(typed.toString())
          .ifPresent(code -> assertThat(code.revealCode()).hasSize(code.form().length()));
    }
  }

  /** Counts through all texts of three bytes, so that each is used as often as any other. */
  @Test
  void random_givesEachOfTheMillionCodesEquallyOften() {
    AtomicInteger next = new AtomicInteger();
    SecureBytes counting =
        target -> {
          int value = next.getAndIncrement();
          target[0] = (byte) (value >>> 16);
          target[1] = (byte) (value >>> 8);
          target[2] = (byte) value;
        };
    byte[] times = new byte[CODES];
    for (int i = 0; i < 16 * CODES; i++) {
      times[Integer.parseInt(OneTimeCode.random(SIX, counting).revealCode())]++;
    }

    assertThat(next).as("none of them was rejected before").hasValue(16 * CODES);
    for (byte count : times) {
      if (count != 16) {
        assertThat(count).isEqualTo((byte) 16);
      }
    }
    // What is left of the 2^24 would favour low codes: it is rejected, to the last one.
    next.set(16 * CODES);
    SecureBytes ending =
        target -> {
          if (next.get() < 1 << 24) {
            counting.fill(target);
          }
        };
    assertThat(OneTimeCode.random(SIX, ending).revealCode()).isEqualTo("000000");
    assertThat(next).hasValue(1 << 24);
  }

  @Test
  void random_isUniform_byChiSquare() {
    SplittableRandom random = new SplittableRandom(20_260_115);
    SecureBytes seeded = random::nextBytes;
    int[] first = new int[1_000];
    int[] last = new int[1_000];
    int draws = 200_000;
    for (int i = 0; i < draws; i++) {
      String code = OneTimeCode.random(SIX, seeded).revealCode();
      assertThat(code).hasSize(6);
      first[Integer.parseInt(code.substring(0, 3))]++;
      last[Integer.parseInt(code.substring(3))]++;
    }

    // 999 degrees of freedom: beyond 1,143 once in a thousand, below 863 as rarely.
    for (int[] halves : List.of(first, last)) {
      double expected = draws / 1_000.0;
      double chiSquare = 0;
      for (int count : halves) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
      assertThat(chiSquare).isBetween(863.0, 1_143.0);
    }
  }

  /** 256 is a multiple of 32: the low five bits of a byte are uniform. */
  @Test
  void random_ofEightCharacters_givesEachCharacterEquallyOften_atEachPlace() {
    AtomicInteger next = new AtomicInteger();
    SecureBytes counting = target -> Arrays.fill(target, (byte) next.getAndIncrement());
    Map<String, Integer> times = new HashMap<>();
    for (int i = 0; i < 256; i++) {
      OneTimeCode code = OneTimeCode.random(CodeForm.EIGHT_BASE32, counting);
      assertThat(code.form()).isEqualTo(CodeForm.EIGHT_BASE32);
      times.merge(code.revealCode(), 1, Integer::sum);
    }

    String alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    assertThat(times)
        .hasSize(32)
        .containsOnlyKeys(alphabet.chars().mapToObj(c -> Character.toString(c).repeat(8)).toList());
    assertThat(times.values()).containsOnly(8);
  }

  @Test
  void random_ofEightCharacters_isReadBackAsItself() {
    SecureBytes seeded = new SplittableRandom(1)::nextBytes;
    for (int i = 0; i < 1_000; i++) {
      OneTimeCode code = OneTimeCode.random(CodeForm.EIGHT_BASE32, seeded);

      assertThat(OneTimeCode.parse(code.revealCode())).hasValue(code);
      assertThat(OneTimeCode.parse(code.revealCode().toLowerCase(Locale.ROOT))).hasValue(code);
    }
  }

  @Test
  void random_keepsLeadingZeros() {
    assertThat(OneTimeCode.random(SIX, target -> {}).revealCode()).isEqualTo("000000");
    assertThat(OneTimeCode.random(SIX, target -> target[2] = 42).revealCode()).isEqualTo("000042");
  }

  @Test
  void toString_showsTheFormAlone() {
    OneTimeCode code = OneTimeCode.parse("123456").orElseThrow();

    assertThat(code).hasToString("OneTimeCode[SIX_DIGITS, redacted]");
    assertThat(code.hashCode()).isEqualTo(OneTimeCode.parse("654321").orElseThrow().hashCode());
    assertThat(code).isEqualTo(OneTimeCode.parse("123 456").orElseThrow());
    assertThat(code).isNotEqualTo(OneTimeCode.parse("123457").orElseThrow());
  }
}
