package dev.latchkey.auth.session;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import java.util.Optional;

/**
 * The name of one session: 128 random bits. Called by applications and store authors.
 *
 * <p>Not a secret: who knows it can do nothing with it.
 *
 * @param value 22 characters of base64url
 */
public record SessionId(String value) {
  /** The length of the bytes behind a name. */
  public static final int BYTES = 16;

  /**
   * Checks the form.
   *
   * @param value 22 characters of base64url
   */
  public SessionId {
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
  public static SessionId random(SecureBytes random) {
    return of(random.next(BYTES));
  }

  /**
   * The name behind these bytes.
   *
   * @param bytes {@value #BYTES} bytes
   * @return the name
   */
  public static SessionId of(byte[] bytes) {
    return new SessionId(Base64Url.encode(bytes));
  }

  /**
   * Reads a name.
   *
   * @param text any text
   * @return the name, or empty if the text is none
   */
  public static Optional<SessionId> parse(String text) {
    return Base64Url.decode(text).filter(bytes -> bytes.length == BYTES).map(SessionId::of);
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
