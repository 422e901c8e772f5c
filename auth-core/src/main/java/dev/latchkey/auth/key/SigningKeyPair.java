package dev.latchkey.auth.key;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/** Both halves of an opened signing key. Never leaves this package as a whole. */
record SigningKeyPair(SigningKey signing, VerificationKey verification) {

  /** Where new key pairs come from; the JDK, but for tests. */
  @FunctionalInterface
  interface Source {
    KeyPair generate(SigningAlgorithm algorithm, int rsaBits);
  }

  static SigningKeyPair of(SigningAlgorithm algorithm, KeyPair pair) {
    String kid = Jwk.thumbprint(pair.getPublic());
    return new SigningKeyPair(
        new SigningKey(kid, algorithm, pair.getPrivate()),
        new VerificationKey(kid, algorithm, pair.getPublic()));
  }

  /** Takes up to about a second for a large RSA key. */
  static KeyPair generate(SigningAlgorithm algorithm, int rsaBits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(family(algorithm));
      if (algorithm == SigningAlgorithm.ES256) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        generator.initialize(rsaBits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " keys must be available in this JVM", e);
    }
  }

  /** What is sealed: PKCS #8 and SubjectPublicKeyInfo, each preceded by its length in 4 bytes. */
  byte[] encode() {
    return AssociatedData.of(
        signing.revealPrivateKey().getEncoded(), verification.publicKey().getEncoded());
  }

  /** Reads {@link #encode}; empty for anything else, and for a pair that has another name. */
  static Optional<SigningKeyPair> decode(String kid, SigningAlgorithm algorithm, byte[] encoded) {
    try {
      ByteBuffer in = ByteBuffer.wrap(encoded);
      byte[] privateKey = new byte[boundedLength(in)];
      in.get(privateKey);
      byte[] publicKey = new byte[boundedLength(in)];
      in.get(publicKey);
      KeyFactory keys = KeyFactory.getInstance(family(algorithm));
      SigningKeyPair pair =
          of(
              algorithm,
              new KeyPair(
                  keys.generatePublic(new X509EncodedKeySpec(publicKey)),
                  keys.generatePrivate(new PKCS8EncodedKeySpec(privateKey))));
      return pair.signing.kid().equals(kid) && !in.hasRemaining()
          ? Optional.of(pair)
          : Optional.empty();
    } catch (GeneralSecurityException | BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static int boundedLength(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }

  private static String family(SigningAlgorithm algorithm) {
    return algorithm == SigningAlgorithm.ES256 ? "EC" : "RSA";
  }
}
