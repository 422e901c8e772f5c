package dev.latchkey.auth.otp;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;

/**
 * The name of one challenge: 128 random bits. Called by store authors, as a part of a record.
 *
 * <p>Not a secret by itself: a guess needs the sealed {@link ChallengeHandle}, and a code is hashed
 * with a key that is in no store.
 *
 * @param value 22 characters of base64url
 */
public record ChallengeId(String value) {
  /** 128 bits: no two challenges ever meet. */
  static final int BYTES = 16;

  /**
   * Checks the form.
   *
   * @param value 22 characters of base64url
   */
  public ChallengeId {
    if (Base64Url.decode(value).filter(bytes -> bytes.length == BYTES).isEmpty()) {
      throw new IllegalArgumentException("value must be base64url of " + BYTES + " bytes");
    }
  }

  static ChallengeId random(SecureBytes random) {
    return of(random.next(BYTES));
  }

  static ChallengeId of(byte[] bytes) {
    return new ChallengeId(Base64Url.encode(bytes));
  }

  byte[] bytes() {
    return Base64Url.decode(value).orElseThrow();
  }
}
