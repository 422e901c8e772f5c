package dev.latchkey.auth.crypto;

import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that nobody may see by accident: a key or a secret. Called by applications and store
 * authors.
 *
 * <p>Guarantees: {@code toString} shows nothing; {@code equals} takes a time that depends on the
 * lengths alone; every array is copied on its way in and out; {@link #revealBytes} is the only way
 * to the content. Does not guarantee: that the memory is wiped. {@code hashCode} is constant, so
 * this is no key for a large hash table. Immutable, safe for concurrent use.
 */
public final class SecretBytes {

  private final byte[] bytes;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Wraps a copy of the given bytes.
   *
   * @param bytes the secret, of any length
   * @return the wrapped copy
   */
  public static SecretBytes copyOf(byte[] bytes) {
    return new SecretBytes(Objects.requireNonNull(bytes, "bytes").clone());
  }

  /**
   * Gives the secret away; the name is there to be searched for.
   *
   * @return a fresh copy
   */
  public byte[] revealBytes() {
    return bytes.clone();
  }

  /**
   * The size, which is not secret.
   *
   * @return the number of bytes
   */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(bytes, that.bytes);
  }

  /** Constant, so that it says nothing about the content. */
  @Override
  public int hashCode() {
    return SecretBytes.class.getName().length();
  }

  @Override
  public String toString() {
    return "SecretBytes[redacted]";
  }
}
