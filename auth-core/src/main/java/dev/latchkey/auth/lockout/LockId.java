package dev.latchkey.auth.lockout;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import java.util.Optional;

/**
 * The name of one lock, so that what lifts it lifts no other: 128 random bits. Called by store
 * authors, as a part of a record.
 *
 * <p>Not a secret by itself: lifting a lock needs the unlock token, which is authenticated.
 *
 * @param value 22 characters of base64url
 */
public record LockId(String value) {
  /** The length of the bytes behind a name. */
  public static final int BYTES = 16;

  /**
   * Checks the form.
   *
   * @param value 22 characters of base64url
   */
  public LockId {
    if (Base64Url.decode(value).filter(bytes -> bytes.length == BYTES).isEmpty()) {
      throw new IllegalArgumentException("value must be base64url of " + BYTES + " bytes");
    }
  }

  /**
   * A fresh name.
   *
   * @param random where the bits come from
   * @return the name
   */
  public static LockId random(SecureBytes random) {
    return new LockId(Base64Url.encode(random.next(BYTES)));
  }

  /**
   * The name behind these bytes.
   *
   * @param bytes {@value #BYTES} bytes
   * @return the name, or empty if there are more or fewer
   */
  public static Optional<LockId> fromBytes(byte[] bytes) {
    return bytes.length == BYTES
        ? Optional.of(new LockId(Base64Url.encode(bytes)))
        : Optional.empty();
  }

  /**
   * The bytes behind the name.
   *
   * @return {@value #BYTES} bytes
   */
  public byte[] toBytes() {
    return Base64Url.decode(value).orElseThrow();
  }
}
