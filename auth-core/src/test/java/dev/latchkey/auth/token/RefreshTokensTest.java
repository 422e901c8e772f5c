package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.TestClock;
import dev.latchkey.auth.key.TestKeyStore;
import dev.latchkey.auth.key.TestNode;
import dev.latchkey.auth.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RefreshTokensTest {
  private static final Keys KEYS = TestNode.start(new TestKeyStore(), new TestClock()).keys();
  private static final PurposeKey KEY = KEYS.current(Purpose.REFRESH_TOKEN);
  private static final RefreshTokens TOKENS = new RefreshTokens(KEYS);
  private static final AccountId ADA = new AccountId("acc-1");
  private static final SessionId SESSION = session(1);
  private static final long GENERATION = 0x0102_0304_0506_0708L;

  private static SessionId session(int number) {
    byte[] bytes = new byte[SessionId.BYTES];
    Arrays.fill(bytes, (byte) number);
    return SessionId.of(bytes);
  }

  private static String issued(AccountId account) {
    return TOKENS.issue(account, SESSION, GENERATION).revealText();
  }

  /** A token in the documented form, of parts that an honest issuer need not choose. */
  private static String written(int version, PurposeKey key, int length, String account) {
    byte[] name = account.getBytes(StandardCharsets.US_ASCII);
    byte[] body =
        ByteBuffer.allocate(1 + 4 + 1 + name.length + 16 + 8)
            .put((byte) version)
            .put(key.root().toBytes())
            .put((byte) length)
            .put(name)
            .put(SESSION.toBytes())
            .putLong(GENERATION)
            .array();
    byte[] mac =
        Hmac.sha256(key.key(), "latchkey refresh".getBytes(StandardCharsets.US_ASCII), body);
    return Base64Url.encode(
        ByteBuffer.allocate(body.length + mac.length).put(body).put(mac).array());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127, 128})
  void issued_isRead_withAllItSays(int length) {
    AccountId account = new AccountId("~".repeat(length));

    RefreshToken token = TOKENS.read(issued(account)).orElseThrow();

    assertThat(token.account()).isEqualTo(account);
    assertThat(token.session()).isEqualTo(SESSION);
    assertThat(token.generation()).isEqualTo(GENERATION);
  }

  @Test
  void issued_forTheSame_isTheSame_andForAnythingElseAnother() {
    assertThat(issued(ADA)).isEqualTo(issued(ADA));
    assertThat(issued(new AccountId("acc-2"))).isNotEqualTo(issued(ADA));
    assertThat(TOKENS.issue(ADA, session(2), GENERATION).revealText()).isNotEqualTo(issued(ADA));
    assertThat(TOKENS.issue(ADA, SESSION, GENERATION + 1).revealText()).isNotEqualTo(issued(ADA));
  }

  @Test
  void text_hasTheDocumentedForm() {
    assertThat(issued(ADA)).isEqualTo(written(1, KEY, 5, "acc-1"));
  }

  @Test
  void everyChangedByte_isRefused() {
    byte[] token = Base64Url.decode(issued(ADA)).orElseThrow();
    for (int at = 0; at < token.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = token.clone();
        changed[at] ^= (byte) (1 << bit);
        assertThat(TOKENS.read(Base64Url.encode(changed))).as("byte %d", at).isEmpty();
      }
    }
  }

  @Test
  void everyOtherLength_isRefused() {
    byte[] token = Base64Url.decode(issued(ADA)).orElseThrow();
    for (int length = 0; length < 300; length++) {
      Optional<RefreshToken> read = TOKENS.read(Base64Url.encode(Arrays.copyOf(token, length)));
      assertThat(read.isPresent()).as("length %d", length).isEqualTo(length == token.length);
    }
    assertThat(TOKENS.read(issued(ADA) + "=")).isEmpty();
    assertThat(TOKENS.read(" " + issued(ADA))).isEmpty();
    assertThat(TOKENS.read("A".repeat(10_000))).isEmpty();
  }

  @Test
  void authenticBytes_ofAnotherVersionOrLengthOrOfNoAccount_areRefused() {
    assertThat(TOKENS.read(written(1, KEY, 5, "acc-1"))).isPresent();
    assertThat(TOKENS.read(written(2, KEY, 5, "acc-1"))).isEmpty();
    assertThat(TOKENS.read(written(1, KEY, 4, "acc-1"))).isEmpty();
    assertThat(TOKENS.read(written(1, KEY, 6, "acc-1"))).isEmpty();
    assertThat(TOKENS.read(written(1, KEY, 0, ""))).isEmpty();
    assertThat(TOKENS.read(written(1, KEY, 200, "a".repeat(200)))).isEmpty();
  }

  @Test
  void tokenUnderTheKeyOfAnotherPurposeOrAnotherService_isRefused() {
    PurposeKey device = KEYS.current(Purpose.DEVICE_TOKEN);
    Keys others = TestNode.start(new TestKeyStore(), new TestClock()).keys();

    assertThat(TOKENS.read(written(1, device, 5, "acc-1"))).isEmpty();
    assertThat(new RefreshTokens(others).read(issued(ADA))).isEmpty();
  }

  @Test
  void toString_showsWhichSession_andNoToken() {
    RefreshToken token = TOKENS.read(issued(ADA)).orElseThrow();

    assertThat(token.toString())
        .contains(SESSION.toString(), "generation " + GENERATION)
        .doesNotContain(issued(ADA));
  }
}
