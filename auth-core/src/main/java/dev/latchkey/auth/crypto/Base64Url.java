package dev.latchkey.auth.crypto;

import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * Base64url without padding (RFC 4648, section 5), canonical only. Called by Latchkey itself and by
 * store authors.
 *
 * <p>Guarantees: every byte array has exactly one text that {@link #decode} accepts, so that no
 * token has two spellings (RFC 4648, section 3.5). Refused are padding, the other alphabet, white
 * space, non-zero trailing bits and impossible lengths. Does not guarantee: constant time. Safe for
 * concurrent use.
 */
public final class Base64Url {

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private Base64Url() {}

  /**
   * Encodes.
   *
   * @param bytes anything
   * @return the one text for these bytes
   */
  public static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /**
   * Decodes.
   *
   * @param text any text; bound its length before
   * @return the bytes, or empty if this is not the one text for any bytes
   */
  public static Optional<byte[]> decode(String text) {
    Objects.requireNonNull(text, "text");
    byte[] bytes;
    try {
      bytes = DECODER.decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    // The JDK forgives padding and trailing bits; what does not come out again is refused.
    return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
  }
}
