package dev.latchkey.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceTokensTest {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.750Z");
  private static final Duration LIFETIME = Duration.ofDays(400);
  private static final IdentityHash ADA = identity(1);
  private static final byte[] SECRET = filled(7);

  private static final DeviceTokens TOKENS =
      new DeviceTokens(new FixedKeys(1, 3), target -> Arrays.fill(target, (byte) 7));

  @Test
  void issued_isVerified_withAllItSays() {
    DeviceToken issued = TOKENS.issue(ADA, NOW);
    DeviceToken read = verify(issued.text().revealText()).orElseThrow();

    assertThat(read.identity()).isEqualTo(issued.identity()).isEqualTo(ADA);
    assertThat(read.id())
        .isEqualTo(issued.id())
        .isEqualTo(new DeviceId(Base64Url.encode(Sha256.of(SECRET))));
    assertThat(read.issuedAt())
        .isEqualTo(issued.issuedAt())
        .isEqualTo(Instant.parse("2026-11-24T12:00:00Z"));
    assertThat(read.text()).isEqualTo(issued.text());
  }

  @Test
  void text_hasTheDocumentedForm() {
    String text = TOKENS.issue(ADA, Instant.ofEpochSecond(0x0102030405L)).text().revealText();
    byte[] token = Base64Url.decode(text).orElseThrow();

    assertThat(text).hasSize(146);
    assertThat(token).hasSize(109).startsWith(1, 0, 0, 0, 3);
    assertThat(Arrays.copyOfRange(token, 5, 37)).isEqualTo(ADA.toBytes());
    assertThat(Arrays.copyOfRange(token, 37, 69)).isEqualTo(SECRET);
    assertThat(Arrays.copyOfRange(token, 69, 77)).containsExactly(0, 0, 0, 1, 2, 3, 4, 5);
    PurposeKey key = new FixedKeys(1, 3).current(Purpose.DEVICE_TOKEN);
    assertThat(Arrays.copyOfRange(token, 77, 109))
        .isEqualTo(
            Hmac.sha256(
                key.key(),
                "latchkey device".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(token, 77)));
  }

  @Test
  void everyFlippedBit_isRefused() {
    byte[] token = Base64Url.decode(text()).orElseThrow();
    for (int bit = 0; bit < 8 * token.length; bit++) {
      byte[] changed = token.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(verify(Base64Url.encode(changed))).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void everyOtherCharacter_atEveryPlace_isRefused() {
    String text = text();
    for (int i = 0; i < text.length(); i++) {
      for (int j = 0; j < ALPHABET.length(); j++) {
        String changed = text.substring(0, i) + ALPHABET.charAt(j) + text.substring(i + 1);
        assertThat(verify(changed).isPresent()).isEqualTo(changed.equals(text));
      }
    }
  }

  @Test
  void everyFlippedBitOfTheText_isRefused() {
    String text = text();
    for (int i = 0; i < text.length(); i++) {
      for (int bit = 0; bit < 16; bit++) {
        char changed = (char) (text.charAt(i) ^ (1 << bit));
        assertThat(verify(text.substring(0, i) + changed + text.substring(i + 1))).isEmpty();
      }
    }
  }

  @Test
  void anotherSpelling_isRefused() {
    String text = text();
    for (String other :
        new String[] {
          text + "=",
          text + "==",
          text + " ",
          " " + text,
          text + "\n",
          text + "\u0000",
          text + "A",
          text.substring(1),
          text.substring(0, 145),
          text.replace('-', '+').replace('_', '/') + "=",
          text + "." + text
        }) {
      assertThat(verify(other)).isEmpty();
    }
  }

  @Test
  void nonZeroTrailingBits_areRefused() {
    String text = text();
    String stem = text.substring(0, 145);
    int accepted = 0;
    for (int i = 0; i < 64; i++) {
      accepted += verify(stem + ALPHABET.charAt(i)).isPresent() ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(1);
  }

  @Test
  void partsOfTwoTokens_makeNoThird() {
    byte[] ada = Base64Url.decode(text()).orElseThrow();
    byte[] bob = Base64Url.decode(TOKENS.issue(identity(2), NOW).text().revealText()).orElseThrow();
    byte[] mixed = ada.clone();
    System.arraycopy(bob, 5, mixed, 5, 32);

    assertThat(verify(Base64Url.encode(mixed))).isEmpty();
  }

  @Test
  void tokenOfAnOlderRoot_isVerified_untilTheRootIsDropped() {
    String old =
        new DeviceTokens(new FixedKeys(1, 1), SecureBytes.system())
            .issue(ADA, NOW)
            .text()
            .revealText();

    assertThat(new DeviceTokens(new FixedKeys(1, 2), SecureBytes.system()).verify(old)).isPresent();
    assertThat(new DeviceTokens(new FixedKeys(2, 2), SecureBytes.system()).verify(old)).isEmpty();
  }

  @Test
  void tokenMadeWithTheKeyOfAnotherPurpose_isRefused() {
    PurposeKeys keys = new FixedKeys(1, 3);
    PurposeKeys crossed =
        new PurposeKeys() {
          @Override
          public PurposeKey current(Purpose purpose) {
            return keys.current(Purpose.REFRESH_TOKEN);
          }

          @Override
          public Optional<PurposeKey> find(RootId id, Purpose purpose) {
            return keys.find(id, Purpose.REFRESH_TOKEN);
          }
        };
    String text =
        new DeviceTokens(crossed, SecureBytes.system()).issue(ADA, NOW).text().revealText();

    assertThat(verify(text)).isEmpty();
  }

  @Test
  void twoDevices_haveDifferentSecrets() {
    DeviceTokens tokens = new DeviceTokens(new FixedKeys(1, 1), SecureBytes.system());

    assertThat(tokens.issue(ADA, NOW).id()).isNotEqualTo(tokens.issue(ADA, NOW).id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u0000", "\r\n", "\ud800", "a.b.c", "\u0661"})
  void anythingElse_isRefused(String text) {
    assertThat(verify(text)).isEmpty();
    assertThat(verify(text.repeat(146))).isEmpty();
    assertThat(verify(text.repeat(65_536))).isEmpty();
  }

  @Test
  void anyTextOfTheRightLength_isRefused() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "AQAAAAM" : "");
      while (text.length() < 146) {
        text.append(
            random.nextInt(500) == 0
                ? (char) random.nextInt(0x10000)
                : ALPHABET.charAt(random.nextInt(64)));
      }
      assertThat(verify(text.toString())).isEmpty();
    }
  }

  @Test
  void isCurrent_fromTwoSecondsBeforeIssue_untilJustBeforeTheEnd() {
    DeviceToken token = TOKENS.issue(ADA, NOW);
    Instant issued = token.issuedAt();
    Instant end = issued.plus(LIFETIME);

    assertThat(token.isCurrent(LIFETIME, issued.minusSeconds(2).minusNanos(1))).isFalse();
    assertThat(token.isCurrent(LIFETIME, issued.minusSeconds(2))).isTrue();
    assertThat(token.isCurrent(LIFETIME, issued)).isTrue();
    assertThat(token.isCurrent(LIFETIME, end.minusNanos(1))).isTrue();
    assertThat(token.isCurrent(LIFETIME, end)).isFalse();
    assertThat(token.isCurrent(LIFETIME, end.plusNanos(1))).isFalse();
  }

  @Test
  void isCurrent_withTheLongestLifetime_doesNotOverflow() {
    DeviceToken token = TOKENS.issue(ADA, NOW);

    assertThat(token.isCurrent(Duration.ofSeconds(Long.MAX_VALUE), Instant.MAX)).isTrue();
    assertThat(token.isCurrent(Duration.ZERO, NOW)).isFalse();
    assertThat(token.isCurrent(LIFETIME, Instant.MIN)).isFalse();
  }

  @Test
  void toString_isRedacted() {
    DeviceToken token = TOKENS.issue(ADA, NOW);

    assertThat(token).hasToString("DeviceToken[redacted]");
  }

  @Test
  void deviceId_ofAnotherForm_isRefused() {
    String id = Base64Url.encode(new byte[32]);

    assertThat(new DeviceId(id).value()).isEqualTo(id);
    for (String other :
        new String[] {"", id.substring(1), id + "A", "B".repeat(43), "+".repeat(43), id + "="}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new DeviceId(other));
    }
  }

  private static String text() {
    return TOKENS.issue(ADA, NOW).text().revealText();
  }

  private static Optional<DeviceToken> verify(String text) {
    return TOKENS.verify(text);
  }

  private static IdentityHash identity(int fill) {
    return IdentityHash.fromBytes(filled(fill)).orElseThrow();
  }

  private static byte[] filled(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }
}
