package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.lockout.LockId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Makes unlock tokens and verifies them, with no look-up.
 *
 * <p>The text is canonical base64url of: version (1 byte), root id (4), identity hash (32), kind
 * (1), name of the lock or grant (16), end in milliseconds (8), and HMAC-SHA-256 (32) under the
 * root's unlock key over all before. It names no address.
 */
final class UnlockTokens {
  private static final byte VERSION = 1;
  private static final byte FOR_LOCK = 1;
  private static final byte FOR_BUDGET = 2;
  private static final int IDENTITY_AT = 1 + RootId.BYTES;
  private static final int KIND_AT = IDENTITY_AT + IdentityHash.BYTES;
  private static final int GRANT_AT = KIND_AT + 1;
  private static final int END_AT = GRANT_AT + LockId.BYTES;
  private static final int BODY = END_AT + Long.BYTES;
  private static final int TEXT = ((BODY + Hmac.BYTES) * 4 + 2) / 3;
  private static final byte[] LABEL = "latchkey unlock".getBytes(StandardCharsets.US_ASCII);

  private final PurposeKeys keys;

  UnlockTokens(PurposeKeys keys) {
    this.keys = keys;
  }

  UnlockOffer issue(
      IdentityHash identity, Unlock.Kind kind, LockId grant, Instant end, Instant now) {
    PurposeKey key = keys.current(Purpose.UNLOCK_TOKEN);
    byte[] body =
        ByteBuffer.allocate(BODY)
            .put(VERSION)
            .put(key.root().toBytes())
            .put(identity.toBytes())
            .put(kind == Unlock.Kind.LOCK ? FOR_LOCK : FOR_BUDGET)
            .put(grant.toBytes())
            .putLong(end.toEpochMilli())
            .array();
    byte[] mac = Hmac.sha256(key.key(), LABEL, body);
    byte[] whole = ByteBuffer.allocate(BODY + mac.length).put(body).put(mac).array();
    return new UnlockOffer(SecretText.of(Base64Url.encode(whole)), Duration.between(now, end));
  }

  Optional<UnlockToken> read(String text, Instant now) {
    if (text.length() != TEXT) {
      return Optional.empty();
    }
    return Base64Url.decode(text)
        .filter(bytes -> bytes[0] == VERSION && isAuthentic(bytes))
        .filter(bytes -> now.isBefore(Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong(END_AT))))
        .flatMap(UnlockTokens::parse);
  }

  private boolean isAuthentic(byte[] bytes) {
    byte[] body = Arrays.copyOf(bytes, BODY);
    byte[] mac = Arrays.copyOfRange(bytes, BODY, bytes.length);
    return RootId.fromBytes(bytes, 1)
        .flatMap(root -> keys.find(root, Purpose.UNLOCK_TOKEN))
        .filter(key -> MessageDigest.isEqual(Hmac.sha256(key.key(), LABEL, body), mac))
        .isPresent();
  }

  private static Optional<UnlockToken> parse(byte[] bytes) {
    Unlock.Kind kind = bytes[KIND_AT] == FOR_LOCK ? Unlock.Kind.LOCK : Unlock.Kind.BUDGET;
    byte[] identity = Arrays.copyOfRange(bytes, IDENTITY_AT, KIND_AT);
    byte[] grant = Arrays.copyOfRange(bytes, GRANT_AT, END_AT);
    return IdentityHash.fromBytes(identity)
        .flatMap(hash -> LockId.fromBytes(grant).map(name -> new UnlockToken(hash, kind, name)));
  }
}
