package dev.latchkey.auth.key;

import java.security.PrivateKey;
import java.util.Objects;

/**
 * The private half of a signing key of the ring. Called by Latchkey itself.
 *
 * <p>Guarantees: {@code toString} shows no key material; {@link #revealPrivateKey} is the only way
 * to it. Immutable, safe for concurrent use.
 */
public final class SigningKey {

  private final String kid;
  private final SigningAlgorithm algorithm;
  private final PrivateKey privateKey;

  SigningKey(String kid, SigningAlgorithm algorithm, PrivateKey privateKey) {
    this.kid = Objects.requireNonNull(kid, "kid");
    this.algorithm = Objects.requireNonNull(algorithm, "algorithm");
    this.privateKey = Objects.requireNonNull(privateKey, "privateKey");
  }

  /**
   * The key's name.
   *
   * @return the RFC 7638 thumbprint of the public half
   */
  public String kid() {
    return kid;
  }

  /**
   * The one algorithm that the key may be used with.
   *
   * @return the algorithm
   */
  public SigningAlgorithm algorithm() {
    return algorithm;
  }

  /**
   * Gives the key away; the name is there to be searched for.
   *
   * @return the key to sign with
   */
  public PrivateKey revealPrivateKey() {
    return privateKey;
  }

  @Override
  public String toString() {
    return "SigningKey[" + kid + ", " + algorithm + ", redacted]";
  }
}
