package dev.latchkey.auth.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 (FIPS 180-4). Called by Latchkey itself and by store authors.
 *
 * <p>The parts are simply joined, so {@code of(a, b)} is the hash of their concatenation: only for
 * parts whose lengths are fixed or which are one text. A hash without a key protects no code and no
 * address, which can all be tried; see {@link Hmac}. Safe for concurrent use.
 */
public final class Sha256 {

  /** The size of the result. */
  public static final int BYTES = 32;

  private Sha256() {}

  /**
   * Hashes the concatenation of the parts.
   *
   * @param parts the message
   * @return {@value #BYTES} bytes
   */
  public static byte[] of(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 must be available in this JVM", e);
    }
  }
}
