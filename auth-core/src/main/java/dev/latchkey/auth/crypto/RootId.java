package dev.latchkey.auth.crypto;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * Which root key something was made under; carried in clear in front of every token. Called by
 * Latchkey itself and by store authors. Not secret. Immutable.
 *
 * @param value 1 or more
 */
public record RootId(int value) {

  /** The size of the encoded form. */
  public static final int BYTES = Integer.BYTES;

  /**
   * Checks the bound.
   *
   * @param value 1 or more
   * @throws IllegalArgumentException if the value is not positive
   */
  public RootId {
    if (value < 1) {
      throw new IllegalArgumentException("root id must be positive, got " + value);
    }
  }

  /**
   * The encoded form.
   *
   * @return {@value #BYTES} bytes, big-endian
   */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putInt(value).array();
  }

  /**
   * Reads the encoded form.
   *
   * @param bytes any bytes
   * @param offset where the id begins
   * @return the id; empty if there are fewer than {@value #BYTES} bytes from there, the offset is
   *     negative, or the value is not positive
   */
  public static Optional<RootId> fromBytes(byte[] bytes, int offset) {
    Objects.requireNonNull(bytes, "bytes");
    if (offset < 0 || offset > bytes.length - BYTES) {
      return Optional.empty();
    }
    int value = ByteBuffer.wrap(bytes).getInt(offset);
    return value < 1 ? Optional.empty() : Optional.of(new RootId(value));
  }
}
