package dev.latchkey.auth.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104, FIPS 198-1) over a list of parts. Called by Latchkey itself and by store
 * authors.
 *
 * <p>Guarantees: two different lists of parts are two different messages, wherever the borders lie:
 * each part is preceded by its length in 4 bytes, big-endian. Does not guarantee: to be compared in
 * constant time; use {@link java.security.MessageDigest#isEqual}. Safe for concurrent use.
 */
public final class Hmac {

  /** The size of the result. */
  public static final int BYTES = 32;

  /** As long as the result: less would weaken it (RFC 2104, section 3). */
  public static final int MIN_KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private Hmac() {}

  /**
   * Authenticates a list of parts.
   *
   * @param key the key, at least {@value #MIN_KEY_BYTES} bytes
   * @param parts the message; an empty part counts
   * @return {@value #BYTES} bytes
   * @throws IllegalArgumentException if the key is too short
   */
  public static byte[] sha256(SecretBytes key, byte[]... parts) {
    if (key.length() < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "key must have at least %d bytes, got %d".formatted(MIN_KEY_BYTES, key.length()));
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.revealBytes(), ALGORITHM));
      for (byte[] part : parts) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 must be available in this JVM", e);
    }
  }
}
