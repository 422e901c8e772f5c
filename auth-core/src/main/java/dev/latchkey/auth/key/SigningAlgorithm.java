package dev.latchkey.auth.key;

/**
 * How access tokens are signed. Called by applications, which choose one in {@link RotationPolicy}.
 *
 * <p>The names are those of RFC 7518, section 3.1, and part of the stored format. A key has one
 * algorithm for its whole life, and a verifier takes it from the key, never from the token (RFC
 * 8725, section 3.1).
 */
public enum SigningAlgorithm {
  /** RSASSA-PKCS1-v1_5 with SHA-256: the default, which every verifier knows. */
  RS256,
  /** RSASSA-PSS with SHA-256 and MGF1: RSA with a proof of security. */
  PS256,
  /**
   * ECDSA on P-256 with SHA-256: small and quick. Of the two signatures (r, s) and (r, n − s) that
   * are equally valid only the one with the lower s is issued and accepted, so that no token has
   * two spellings.
   */
  ES256
}
