package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecureBytes;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HandleSealTest {
  private static final Instant END = Instant.parse("2026-01-15T12:05:00.123Z");
  private static final PurposeKey KEY = TestKeys.key(1, Purpose.CHALLENGE_HANDLE);
  private static final ChallengeId CHALLENGE = ChallengeId.random(SecureBytes.system());
  private static final String LONGEST =
      "l".repeat(64) + "@" + "x".repeat(60) + "." + "y".repeat(60) + "." + "z".repeat(60) + ".exam";

  private final HandleSeal seal = new HandleSeal(new TestKeys(1, 2));

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }

  private String sealed(String address) {
    return seal.seal(
        new ChallengeHandle(new RootId(1), CHALLENGE, address(address), CodeForm.SIX_DIGITS, END),
        KEY);
  }

  @ParameterizedTest
  @EnumSource(CodeForm.class)
  void open_ofASealedHandle_givesItBack(CodeForm form) {
    for (String address : List.of("a@b.co", "Ada@Example.com", LONGEST)) {
      ChallengeHandle handle =
          new ChallengeHandle(new RootId(1), CHALLENGE, address(address), form, END);

      ChallengeHandle opened = seal.open(seal.seal(handle, KEY)).orElseThrow();

      assertThat(opened.root()).isEqualTo(new RootId(1));
      assertThat(opened.challenge()).isEqualTo(CHALLENGE);
      assertThat(opened.address()).isEqualTo(address(address));
      assertThat(opened.form()).isEqualTo(form);
      assertThat(opened.expiresAt()).isEqualTo(END);
    }
  }

  @Test
  void open_ofATextWithAnyChangedByte_isEmpty() {
    byte[] bytes = Base64Url.decode(sealed("ada@example.com")).orElseThrow();
    for (int at = 0; at < bytes.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << bit);
        assertThat(seal.open(Base64Url.encode(changed))).as("byte %d", at).isEmpty();
      }
    }
  }

  @Test
  void open_ofATextWithAnyChangedCharacter_isEmpty() {
    String text = sealed("ada@example.com");
    for (int at = 0; at < text.length(); at++) {
      for (char other : new char[] {'A', 'z', '0', '-', '_', '=', '+', '/', ' ', '\n', '\u00e9'}) {
        if (text.charAt(at) != other) {
          String changed = text.substring(0, at) + other + text.substring(at + 1);
          assertThat(seal.open(changed)).as("character %d", at).isEmpty();
        }
      }
    }
  }

  @Test
  void open_ofAnotherLength_isEmpty() {
    String text = sealed("ada@example.com");

    assertThat(seal.open("")).isEmpty();
    assertThat(seal.open(text.substring(1))).isEmpty();
    assertThat(seal.open(text.substring(0, text.length() - 1))).isEmpty();
    assertThat(seal.open(text + "=")).isEmpty();
    assertThat(seal.open(text + "A")).isEmpty();
    assertThat(seal.open(" " + text)).isEmpty();
    assertThat(seal.open("A".repeat(1_048_576))).isEmpty();
  }

  @Test
  void seal_makesTextsOfOneLength_whateverTheAddress() {
    assertThat(address(LONGEST).identity()).hasSize(252);
    assertThat(sealed("a@b.co")).hasSameSizeAs(sealed(LONGEST));
  }

  @Test
  void seal_ofTheSameHandle_isAnotherTextEachTime_andTellsNothing() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      texts.add(sealed("ada@example.com"));
    }

    assertThat(texts).hasSize(100).noneMatch(text -> text.contains(CHALLENGE.value()));
  }

  @Test
  void open_underAnUnknownRoot_isEmpty() {
    String text = sealed("ada@example.com");

    assertThat(new HandleSeal(new TestKeys(2, 2)).open(text)).isEmpty();
    assertThat(new HandleSeal(new TestKeys(1, 1)).open(text)).isPresent();
  }

  @Test
  void open_ofATextThatWasSealedForAnotherPurpose_isEmpty() {
    ChallengeHandle handle =
        new ChallengeHandle(
            new RootId(1), CHALLENGE, address("ada@example.com"), CodeForm.SIX_DIGITS, END);

    assertThat(seal.open(seal.seal(handle, TestKeys.key(1, Purpose.DEVICE_TOKEN)))).isEmpty();
  }

  @Test
  void toString_ofAHandle_showsNoWholeAddressAndNoChallenge() {
    assertThat(seal.open(sealed("ada@example.com")).orElseThrow().toString())
        .doesNotContain("ada@")
        .doesNotContain(CHALLENGE.value());
  }
}
