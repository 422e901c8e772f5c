package dev.latchkey.auth.token;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.TestClock;
import dev.latchkey.auth.key.TestKeyStore;
import dev.latchkey.auth.key.TestNode;
import dev.latchkey.auth.token.AccessTokenVerifier.Reason;
import dev.latchkey.auth.token.AccessTokenVerifier.Refused;
import dev.latchkey.auth.token.AccessTokenVerifier.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of access tokens when the key that signed them is dropped. */
class DroppedSigningKeyTest {

  private static final String AUDIENCE = "shop";
  private static final Instant NOW = TestClock.START;

  private final TestKeyStore store = new TestKeyStore();
  private final TestClock clock = new TestClock();
  private final Keys keys = TestNode.start(store, clock).keys();

  @Test
  void tokenOfADroppedKey_isRefusedAtOnce_rememberedOrNot() {
    AccessTokenVerifier warm = verifier(keys);
    String token = new AccessTokenSigner(keys).sign(claims());
    assertThat(warm.verify(token, NOW)).isInstanceOf(Verified.class);

    keys.dropSigningKey(keys.signingKey().kid());

    assertThat(warm.verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
    assertThat(verifier(keys).verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
  }

  @Test
  void tokenThatIsSignedAfterTheDrop_isGoodAtOnce() {
    keys.dropSigningKey(keys.signingKey().kid());

    String token = new AccessTokenSigner(keys).sign(claims());

    assertThat(verifier(keys).verify(token, NOW)).isEqualTo(new Verified(claims()));
  }

  @Test
  void tokenThatANodeSignsBeforeItsReread_isRefusedByTheOneThatDropped() {
    Keys late = TestNode.start(store, clock).keys();
    keys.dropSigningKey(keys.signingKey().kid());

    String token = new AccessTokenSigner(late).sign(claims());
    assertThat(verifier(keys).verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));

    clock.move(Keys.REREAD_EVERY);
    assertThat(verifier(late).verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
    String next = new AccessTokenSigner(late).sign(claims());
    assertThat(verifier(keys).verify(next, NOW)).isEqualTo(new Verified(claims()));
  }

  private static AccessTokenVerifier verifier(Keys keys) {
    return new AccessTokenVerifier(
        keys, ISSUER, AUDIENCE, Duration.ofSeconds(30), TestNode.TOKEN_LIFE);
  }

  private static AccessClaims claims() {
    return new AccessClaims(
        ISSUER,
        new AccountId("acc-1"),
        AUDIENCE,
        NOW,
        NOW,
        NOW.plus(TestNode.TOKEN_LIFE),
        "jti-1",
        NOW,
        "web",
        new DeviceId(Base64Url.encode(new byte[32])),
        "session-1",
        Set.of(),
        Map.of());
  }
}
