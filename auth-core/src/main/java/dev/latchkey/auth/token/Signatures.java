package dev.latchkey.auth.token;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.key.VerificationKey;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SecureDigestAlgorithm;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;

/** What the JWT library leaves open about signatures. Pure. */
final class Signatures {

  /** r and s, each as long as the order of P-256 (RFC 7518, section 3.4). */
  private static final int ES256_BYTES = 64;

  /** The order of P-256 (SEC 2, section 2.4.2). */
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private Signatures() {}

  static SecureDigestAlgorithm<PrivateKey, PublicKey> algorithm(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> Jwts.SIG.RS256;
      case PS256 -> Jwts.SIG.PS256;
      case ES256 -> Jwts.SIG.ES256;
    };
  }

  /**
   * Whether the bytes can be the one signature that counts: as long as the key says and, for ES256,
   * with 0 &lt; r &lt; n and 0 &lt; s ≤ n/2, since (r, n − s) would verify as well.
   */
  static boolean isCanonical(byte[] signature, VerificationKey key) {
    if (key.algorithm() != SigningAlgorithm.ES256) {
      int bits = key.publicKey() instanceof RSAKey rsa ? rsa.getModulus().bitLength() : 0;
      return signature.length == (bits + Byte.SIZE - 1) / Byte.SIZE;
    }
    if (signature.length != ES256_BYTES) {
      return false;
    }
    BigInteger r = new BigInteger(1, Arrays.copyOf(signature, ES256_BYTES / 2));
    BigInteger s = s(signature);
    return r.signum() > 0
        && r.compareTo(ORDER) < 0
        && s.signum() > 0
        && s.compareTo(HALF_ORDER) <= 0;
  }

  /** The same ES256 token, signed as well, with the lower of the two possible s. */
  static String withLowS(String token) {
    int dot = token.lastIndexOf('.');
    byte[] signature = Base64Url.decode(token.substring(dot + 1)).orElseThrow();
    BigInteger s = s(signature);
    if (s.compareTo(HALF_ORDER) <= 0) {
      return token;
    }
    byte[] low = ORDER.subtract(s).toByteArray();
    Arrays.fill(signature, ES256_BYTES / 2, ES256_BYTES, (byte) 0);
    // Lower than n/2 < 2^255, so that there is no byte for the sign.
    System.arraycopy(low, 0, signature, ES256_BYTES - low.length, low.length);
    return token.substring(0, dot + 1) + Base64Url.encode(signature);
  }

  private static BigInteger s(byte[] signature) {
    return new BigInteger(1, Arrays.copyOfRange(signature, ES256_BYTES / 2, ES256_BYTES));
  }
}
