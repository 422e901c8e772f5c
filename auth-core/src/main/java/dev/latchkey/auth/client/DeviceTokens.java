package dev.latchkey.auth.client;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.crypto.SecureBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes and checks device tokens. Called by Latchkey itself.
 *
 * <p>Form: canonical base64url of version (1 byte, {@code 1}), root id (4), identity hash (32),
 * secret (32), seconds since the epoch (8), and HMAC-SHA-256 (32) over all before; numbers are
 * big-endian. The device's public name is the SHA-256 of the secret.
 *
 * <p>Guarantees: no token that was not issued here is accepted, and each in one spelling only; no
 * store is asked. Does not guarantee: that a token can be revoked one by one; it ends with its
 * lifetime or its root key. Whoever holds the root key can forge tokens. Safe for concurrent use.
 */
public final class DeviceTokens {

  /** The length of every token: 109 bytes in base64url. */
  public static final int TEXT_LENGTH = 146;

  private static final byte VERSION = 1;
  private static final int SECRET_BYTES = 32;
  private static final int ROOT_AT = 1;
  private static final int IDENTITY_AT = ROOT_AT + RootId.BYTES;
  private static final int SECRET_AT = IDENTITY_AT + IdentityHash.BYTES;
  private static final int ISSUED_AT = SECRET_AT + SECRET_BYTES;
  private static final int BODY_BYTES = ISSUED_AT + Long.BYTES;

  private static final byte[] CONTEXT = "latchkey device".getBytes(StandardCharsets.US_ASCII);

  private final PurposeKeys keys;
  private final SecureBytes random;

  /**
   * Creates the codec.
   *
   * @param keys where the keys for {@link Purpose#DEVICE_TOKEN} come from
   * @param random where device secrets come from; {@link SecureBytes#system} except in tests
   */
  public DeviceTokens(PurposeKeys keys, SecureBytes random) {
    this.keys = Objects.requireNonNull(keys, "keys");
    this.random = Objects.requireNonNull(random, "random");
  }

  /**
   * Makes a token for a new device of an account.
   *
   * @param identity whose device
   * @param now the present; the token keeps whole seconds of it
   * @return a token with a fresh secret
   */
  public DeviceToken issue(IdentityHash identity, Instant now) {
    PurposeKey key = keys.current(Purpose.DEVICE_TOKEN);
    byte[] secret = random.next(SECRET_BYTES);
    byte[] body =
        ByteBuffer.allocate(BODY_BYTES)
            .put(VERSION)
            .put(key.root().toBytes())
            .put(identity.toBytes())
            .put(secret)
            .putLong(now.getEpochSecond())
            .array();
    byte[] token =
        ByteBuffer.allocate(BODY_BYTES + Hmac.BYTES).put(body).put(mac(key.key(), body)).array();
    return new DeviceToken(
        identity,
        DeviceId.ofSecret(secret),
        Instant.ofEpochSecond(now.getEpochSecond()),
        SecretText.of(Base64Url.encode(token)));
  }

  /**
   * Checks a token. Never throws, whatever the text.
   *
   * @param text what a client sent
   * @return the token if it was issued under a root key that is still known, current or not; else
   *     empty
   */
  public Optional<DeviceToken> verify(String text) {
    Objects.requireNonNull(text, "text");
    return text.length() == TEXT_LENGTH
        ? Base64Url.decode(text).flatMap(token -> verify(token, text))
        : Optional.empty();
  }

  private Optional<DeviceToken> verify(byte[] token, String text) {
    if (token[0] != VERSION) {
      return Optional.empty();
    }
    byte[] body = Arrays.copyOf(token, BODY_BYTES);
    byte[] mac = Arrays.copyOfRange(token, BODY_BYTES, token.length);
    return RootId.fromBytes(token, ROOT_AT)
        .flatMap(root -> keys.find(root, Purpose.DEVICE_TOKEN))
        .filter(key -> MessageDigest.isEqual(mac(key.key(), body), mac))
        .flatMap(key -> IdentityHash.fromBytes(slice(body, IDENTITY_AT, SECRET_AT)))
        .map(
            identity ->
                new DeviceToken(
                    identity,
                    DeviceId.ofSecret(slice(body, SECRET_AT, ISSUED_AT)),
                    Instant.ofEpochSecond(ByteBuffer.wrap(body).getLong(ISSUED_AT)),
                    SecretText.of(text)));
  }

  private static byte[] mac(SecretBytes key, byte[] body) {
    return Hmac.sha256(key, CONTEXT, body);
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }
}
