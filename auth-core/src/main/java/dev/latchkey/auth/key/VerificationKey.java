package dev.latchkey.auth.key;

import java.security.PublicKey;
import java.util.Objects;

/**
 * The public half of a signing key of the ring, with the one algorithm that it may be used with.
 * Called by Latchkey itself. Immutable.
 *
 * @param kid the RFC 7638 thumbprint
 * @param algorithm what the key is for
 * @param publicKey opened from the sealed pair, never read from a clear field
 */
public record VerificationKey(String kid, SigningAlgorithm algorithm, PublicKey publicKey) {

  /**
   * Checks that nothing is missing.
   *
   * @param kid the RFC 7638 thumbprint
   * @param algorithm what the key is for
   * @param publicKey opened from the sealed pair, never read from a clear field
   */
  public VerificationKey {
    Objects.requireNonNull(kid, "kid");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(publicKey, "publicKey");
  }

  /** The name alone: the rest is in the JWKS. */
  @Override
  public String toString() {
    return "VerificationKey[" + kid + ", " + algorithm + "]";
  }
}
