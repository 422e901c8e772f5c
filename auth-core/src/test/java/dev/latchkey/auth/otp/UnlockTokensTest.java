package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.lockout.LockId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnlockTokensTest {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Instant END = NOW.plus(Duration.ofMinutes(5));
  private static final IdentityHash ADA = identity(1);
  private static final LockId LOCK = LockId.fromBytes(filled(LockId.BYTES, 3)).orElseThrow();
  private static final UnlockTokens TOKENS = new UnlockTokens(new TestKeys(1, 2));

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static IdentityHash identity(int number) {
    return IdentityHash.fromBytes(filled(IdentityHash.BYTES, number)).orElseThrow();
  }

  private static String issued() {
    return TOKENS.issue(ADA, Unlock.Kind.LOCK, LOCK, END, NOW).token().revealText();
  }

  private static Optional<UnlockToken> read(String text) {
    return TOKENS.read(text, NOW);
  }

  @ParameterizedTest
  @EnumSource(Unlock.Kind.class)
  void issued_isRead_withAllItSays(Unlock.Kind kind) {
    UnlockOffer offer = TOKENS.issue(ADA, kind, LOCK, END, NOW);
    UnlockToken token = read(offer.token().revealText()).orElseThrow();

    assertThat(offer.validFor()).hasMinutes(5);
    assertThat(token.identity()).isEqualTo(ADA);
    assertThat(token.kind()).isEqualTo(kind);
    assertThat(token.grant()).isEqualTo(LOCK);
  }

  @Test
  void issued_forTheSame_isTheSame() {
    assertThat(issued()).isEqualTo(issued());
  }

  @Test
  void text_hasTheDocumentedForm_andNamesNoAddress() {
    byte[] token = Base64Url.decode(issued()).orElseThrow();

    assertThat(token).hasSize(94).startsWith(1, 0, 0, 0, 2);
    assertThat(Arrays.copyOfRange(token, 5, 37)).isEqualTo(ADA.toBytes());
    assertThat(token[37]).isEqualTo((byte) 1);
    assertThat(Arrays.copyOfRange(token, 38, 54)).isEqualTo(LOCK.toBytes());
    assertThat(ByteBuffer.wrap(token).getLong(54)).isEqualTo(END.toEpochMilli());
  }

  @Test
  void read_atTheEnd_isEmpty() {
    assertThat(TOKENS.read(issued(), END.minusMillis(1))).isPresent();
    assertThat(TOKENS.read(issued(), END)).isEmpty();
  }

  @Test
  void everyChangedByte_isRefused() {
    byte[] token = Base64Url.decode(issued()).orElseThrow();
    for (int i = 0; i < token.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = token.clone();
        changed[i] ^= (byte) (1 << bit);
        assertThat(read(Base64Url.encode(changed))).as("byte %d, bit %d", i, bit).isEmpty();
      }
    }
  }

  @Test
  void everyChangedCharacter_isRefused() {
    String token = issued();
    for (int i = 0; i < token.length(); i++) {
      for (int j = 0; j < ALPHABET.length(); j++) {
        char c = ALPHABET.charAt(j);
        if (c != token.charAt(i)) {
          assertThat(read(token.substring(0, i) + c + token.substring(i + 1)))
              .as("character %d", i)
              .isEmpty();
        }
      }
    }
  }

  @Test
  void everyOtherLength_isRefused() {
    String token = issued();
    for (int i = 0; i < token.length(); i++) {
      assertThat(read(token.substring(0, i))).isEmpty();
      assertThat(read(token.substring(i + 1))).isEmpty();
    }
    assertThat(read(token + "A")).isEmpty();
    assertThat(read(token + "=")).isEmpty();
    assertThat(read(" " + token)).isEmpty();
    assertThat(read("A".repeat(1_000_000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anyText_isRefused(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[94];
      random.nextBytes(bytes);
      bytes[0] = 1;
      bytes[1] = bytes[2] = bytes[3] = 0;
      bytes[4] = (byte) (1 + random.nextInt(2));
      assertThat(read(Base64Url.encode(bytes))).isEmpty();
    }
  }

  @Test
  void tokenOfADroppedRoot_isRefused_andOfAnOlderOneIsRead() {
    String token = issued();

    assertThat(new UnlockTokens(new TestKeys(2, 3)).read(token, NOW)).isPresent();
    assertThat(new UnlockTokens(new TestKeys(3, 4)).read(token, NOW)).isEmpty();
  }

  @Test
  void tokenUnderTheKeyOfAnotherPurpose_isRefused() {
    byte[] body = Arrays.copyOf(Base64Url.decode(issued()).orElseThrow(), 62);
    byte[] label = "latchkey unlock".getBytes(StandardCharsets.US_ASCII);
    for (Purpose purpose : Purpose.values()) {
      byte[] mac = Hmac.sha256(TestKeys.key(2, purpose).key(), label, body);
      byte[] whole = ByteBuffer.allocate(94).put(body).put(mac).array();
      assertThat(read(Base64Url.encode(whole)).isPresent())
          .as("%s", purpose)
          .isEqualTo(purpose == Purpose.UNLOCK_TOKEN);
    }
  }

  @Test
  void toString_showsNoToken() {
    UnlockOffer offer = TOKENS.issue(ADA, Unlock.Kind.LOCK, LOCK, END, NOW);

    assertThat(offer.toString()).doesNotContain(offer.token().revealText());
    assertThat(read(offer.token().revealText()).orElseThrow().toString())
        .doesNotContain(offer.token().revealText())
        .doesNotContain(ADA.text())
        .doesNotContain(LOCK.value());
  }
}
