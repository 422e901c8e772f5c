package dev.latchkey.auth.account;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address as stores know it: HMAC-SHA-256 of it under the ring's identity key, which never
 * rotates. Called by Latchkey itself and by store authors.
 *
 * <p>Guarantees: without the key nobody can tell whose hash it is, not even by trying addresses;
 * identity hashes and mailbox hashes never coincide. Does not guarantee: secrecy of the hash
 * itself, which is a key in stores; {@code toString} is shortened for logs all the same. Immutable,
 * safe for concurrent use.
 */
public final class IdentityHash {

  /** HMAC-SHA-256. */
  public static final int BYTES = Hmac.BYTES;

  private static final int SHOWN = 10;
  private static final byte[] IDENTITY = "identity".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAILBOX = "mailbox".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  private IdentityHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The hash of {@link EmailAddress#identity}: the key of challenges, failures and locks.
   *
   * @param identityKey the ring's identity key, at least 32 bytes
   * @param address whose
   * @return the hash
   */
  public static IdentityHash of(SecretBytes identityKey, EmailAddress address) {
    return new IdentityHash(Hmac.sha256(identityKey, IDENTITY, ascii(address.identity())));
  }

  /**
   * The hash of {@link EmailAddress#mailbox}: the key of send budgets.
   *
   * @param identityKey the ring's identity key, at least 32 bytes
   * @param address whose
   * @return the hash
   */
  public static IdentityHash ofMailbox(SecretBytes identityKey, EmailAddress address) {
    return new IdentityHash(Hmac.sha256(identityKey, MAILBOX, ascii(address.mailbox())));
  }

  /**
   * Reads the stored form.
   *
   * @param bytes any bytes
   * @return the hash; empty unless there are exactly {@value #BYTES} bytes
   */
  public static Optional<IdentityHash> fromBytes(byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    return bytes.length == BYTES ? Optional.of(new IdentityHash(bytes.clone())) : Optional.empty();
  }

  /**
   * The stored form.
   *
   * @return a fresh copy of {@value #BYTES} bytes
   */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /**
   * The stored form as text.
   *
   * @return 43 characters of base64url
   */
  public String text() {
    return Base64Url.encode(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IdentityHash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Enough to follow one address through a log, too little to look it up in a store. */
  @Override
  public String toString() {
    return text().substring(0, SHOWN) + "…";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
