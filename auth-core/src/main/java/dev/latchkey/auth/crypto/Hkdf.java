package dev.latchkey.auth.crypto;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Derives independent keys from one secret: HKDF-SHA-256 (RFC 5869) with an empty salt and the
 * label as {@code info}. Called by Latchkey itself.
 *
 * <p>Guarantees: the same secret and label give the same key; knowing the key of one label tells
 * nothing of another's. Does not guarantee: to strengthen a weak secret; the input must have the
 * entropy already. Safe for concurrent use.
 */
public final class Hkdf {

  /** 255 blocks of SHA-256 (RFC 5869, section 2.3). */
  public static final int MAX_BYTES = 255 * 32;

  private static final byte[] NO_SALT = new byte[0];

  private Hkdf() {}

  /**
   * Derives one key.
   *
   * @param input the secret to derive from
   * @param label what the key is for, such as {@code latchkey/v1/code-pepper}
   * @param length bytes wanted, 1 to {@value #MAX_BYTES}
   * @return the key
   * @throws IllegalArgumentException if the length is out of bounds
   */
  public static SecretBytes sha256(SecretBytes input, String label, int length) {
    byte[] info = label.getBytes(StandardCharsets.UTF_8);
    return SecretBytes.copyOf(derive(input.revealBytes(), NO_SALT, info, length));
  }

  /** The whole function, salt included, so that the vectors of the RFC can be asked of it. */
  static byte[] derive(byte[] input, byte[] salt, byte[] info, int length) {
    if (length < 1 || length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "length must be 1 to %d bytes, got %d".formatted(MAX_BYTES, length));
    }
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    generator.init(new HKDFParameters(input, salt, info));
    byte[] output = new byte[length];
    generator.generateBytes(output, 0, length);
    return output;
  }
}
