package dev.latchkey.auth.client;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Sha256;

/**
 * The public name of a device: the SHA-256 of the secret in its device token. Called by
 * applications; it stands in access tokens and lists of sessions and proves nothing by itself.
 * Immutable.
 *
 * @param value 43 characters, the canonical base64url of 32 bytes
 */
public record DeviceId(String value) {

  /** Canonical base64url of 32 bytes. */
  public static final int LENGTH = 43;

  /**
   * Checks the form.
   *
   * @param value {@value #LENGTH} characters
   * @throws IllegalArgumentException if it is not as described
   */
  public DeviceId {
    if (value.length() != LENGTH || Base64Url.decode(value).isEmpty()) {
      throw new IllegalArgumentException(
          "device id must be %d characters of canonical base64url, got %d characters"
              .formatted(LENGTH, value.length()));
    }
  }

  static DeviceId ofSecret(byte[] secret) {
    return new DeviceId(Base64Url.encode(Sha256.of(secret)));
  }
}
