package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.Aead;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Seals handles and opens them, with no look-up.
 *
 * <p>The text is base64url of: version (1 byte), root id (4), and AES-256-GCM under the root's
 * handle key, version and root id as associated data, of: challenge id (16), length of the code
 * (1), expiry in milliseconds (8), length of the address (2), address, zeros. All texts are of one
 * length.
 */
final class HandleSeal {
  private static final byte VERSION = 1;
  private static final int HEAD = 1 + Integer.BYTES;
  private static final int MAX_ADDRESS = 254;
  private static final int PLAIN = ChallengeId.BYTES + 1 + Long.BYTES + Short.BYTES + MAX_ADDRESS;
  private static final int NONCE_AND_TAG = 12 + 16;
  private static final int TEXT = ceilDiv((HEAD + PLAIN + NONCE_AND_TAG) * 4, 3);

  private final PurposeKeys keys;

  HandleSeal(PurposeKeys keys) {
    this.keys = keys;
  }

  private static int ceilDiv(int value, int by) {
    return (value + by - 1) / by;
  }

  String seal(ChallengeHandle handle, PurposeKey key) {
    byte[] address = handle.address().identity().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer plain =
        ByteBuffer.allocate(PLAIN)
            .put(handle.challenge().bytes())
            .put((byte) handle.form().length())
            .putLong(handle.expiresAt().toEpochMilli())
            .putShort((short) address.length)
            .put(address);
    byte[] head = head(key.root());
    byte[] sealed = Aead.seal(key.key(), plain.array(), head);
    return Base64Url.encode(
        ByteBuffer.allocate(HEAD + sealed.length).put(head).put(sealed).array());
  }

  Optional<ChallengeHandle> open(String text) {
    if (text.length() != TEXT) {
      return Optional.empty();
    }
    Optional<byte[]> bytes = Base64Url.decode(text).filter(decoded -> decoded[0] == VERSION);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    byte[] sealed = Arrays.copyOfRange(bytes.get(), HEAD, bytes.get().length);
    return RootId.fromBytes(bytes.get(), 1)
        .flatMap(root -> keys.find(root, Purpose.CHALLENGE_HANDLE))
        .flatMap(
            key ->
                Aead.open(key.key(), sealed, head(key.root()))
                    .flatMap(plain -> read(key.root(), ByteBuffer.wrap(plain))));
  }

  private static byte[] head(RootId root) {
    return ByteBuffer.allocate(HEAD).put(VERSION).put(root.toBytes()).array();
  }

  private static Optional<ChallengeHandle> read(RootId root, ByteBuffer plain) {
    try {
      byte[] challenge = new byte[ChallengeId.BYTES];
      plain.get(challenge);
      CodeForm form = CodeForm.ofLength(plain.get());
      Instant expiresAt = Instant.ofEpochMilli(plain.getLong());
      byte[] address = new byte[plain.getShort()];
      plain.get(address);
      return EmailAddress.parse(new String(address, StandardCharsets.US_ASCII))
          .map(
              parsed ->
                  new ChallengeHandle(root, ChallengeId.of(challenge), parsed, form, expiresAt));
    } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
      throw new IllegalStateException("a handle that this service sealed does not read", e);
    }
  }
}
