package dev.latchkey.auth.key;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sealed or authenticating field of a {@link KeyRing}, as a store keeps it: bytes that say
 * nothing without the master secret. Called by store authors.
 *
 * <p>Guarantees: immutable, every array is copied on its way in and out; {@code equals} compares
 * the content (not in constant time: it is no secret). Bounds: 1 to {@value #MAX_BYTES} bytes. Safe
 * for concurrent use.
 */
public final class SealedBytes {

  /** Room for an RSA key pair of 16,384 bits; a column of this size is large enough. */
  public static final int MAX_BYTES = 16_384;

  private final byte[] bytes;

  private SealedBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy of what a store kept.
   *
   * @param bytes 1 to {@value #MAX_BYTES} bytes
   * @return the wrapped copy
   * @throws IllegalArgumentException if a bound is broken
   */
  public static SealedBytes copyOf(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "sealed field must have 1 to %d bytes, got %d".formatted(MAX_BYTES, bytes.length));
    }
    return new SealedBytes(bytes.clone());
  }

  /**
   * What a store keeps.
   *
   * @return a fresh copy
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SealedBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SealedBytes[" + bytes.length + " bytes]";
  }
}
