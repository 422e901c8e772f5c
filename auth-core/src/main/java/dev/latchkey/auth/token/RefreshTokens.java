package dev.latchkey.auth.token;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.session.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes refresh tokens and verifies them, with no look-up.
 *
 * <p>The text is canonical base64url of: version (1 byte), root id (4), length of the account id
 * (1), account id, session id (16), generation (8), and HMAC-SHA-256 (32) under the root's refresh
 * key over all before. The same session and generation give the same text, so that a successor can
 * be given again and need not be kept. Who holds the root key can forge one.
 */
final class RefreshTokens {
  private static final byte VERSION = 1;
  private static final int MAC = 32;
  private static final int HEAD = 1 + Integer.BYTES + 1;
  private static final int TAIL = SessionId.BYTES + Long.BYTES;
  private static final int MAX_ACCOUNT = 128;
  private static final int MAX_TEXT = (HEAD + MAX_ACCOUNT + TAIL + MAC) * 4 / 3 + 1;
  private static final byte[] LABEL = "latchkey refresh".getBytes(StandardCharsets.US_ASCII);

  private final PurposeKeys keys;

  RefreshTokens(PurposeKeys keys) {
    this.keys = keys;
  }

  SecretText issue(AccountId account, SessionId session, long generation) {
    PurposeKey key = keys.current(Purpose.REFRESH_TOKEN);
    byte[] name = account.value().getBytes(StandardCharsets.US_ASCII);
    byte[] body =
        ByteBuffer.allocate(HEAD + name.length + TAIL)
            .put(VERSION)
            .put(key.root().toBytes())
            .put((byte) name.length)
            .put(name)
            .put(session.toBytes())
            .putLong(generation)
            .array();
    byte[] mac = Hmac.sha256(key.key(), LABEL, body);
    byte[] whole = ByteBuffer.allocate(body.length + MAC).put(body).put(mac).array();
    return SecretText.of(Base64Url.encode(whole));
  }

  Optional<RefreshToken> read(String text) {
    if (text.length() > MAX_TEXT) {
      return Optional.empty();
    }
    return Base64Url.decode(text)
        .filter(bytes -> bytes.length > HEAD + TAIL + MAC && bytes[0] == VERSION)
        .filter(bytes -> bytes.length == HEAD + (bytes[HEAD - 1] & 0xff) + TAIL + MAC)
        .filter(this::isAuthentic)
        .map(RefreshTokens::parse);
  }

  private boolean isAuthentic(byte[] bytes) {
    byte[] body = Arrays.copyOf(bytes, bytes.length - MAC);
    SecretBytes mac = SecretBytes.copyOf(Arrays.copyOfRange(bytes, body.length, bytes.length));
    return RootId.fromBytes(bytes, 1)
        .flatMap(root -> keys.find(root, Purpose.REFRESH_TOKEN))
        .map(key -> SecretBytes.copyOf(Hmac.sha256(key.key(), LABEL, body)))
        .filter(mac::equals)
        .isPresent();
  }

  private static RefreshToken parse(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes, HEAD, bytes.length - HEAD);
    byte[] name = new byte[bytes[HEAD - 1] & 0xff];
    byte[] session = new byte[SessionId.BYTES];
    rest.get(name).get(session);
    return new RefreshToken(
        new AccountId(new String(name, StandardCharsets.US_ASCII)),
        SessionId.of(session),
        rest.getLong());
  }
}
