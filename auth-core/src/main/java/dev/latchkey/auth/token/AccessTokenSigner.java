package dev.latchkey.auth.token;

import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.key.SigningKey;
import io.jsonwebtoken.Jwts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * Signs access tokens with the active key of the ring: JWS compact serialization (RFC 7515, section
 * 3.1) with a header of {@code alg}, {@code typ} (RFC 9068, section 2.1) and {@code kid}. Safe for
 * concurrent use.
 */
final class AccessTokenSigner {

  private static final JoseJsonWriter JSON = new JoseJsonWriter();

  /**
   * What leaves room for the header and for the signature of an RSA key of 8192 bits within the
   * {@value AccessTokenVerifier#MAX_LENGTH} characters that a verifier accepts.
   */
  private static final int MAX_PAYLOAD = 5_000;

  private final Keys keys;

  AccessTokenSigner(Keys keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /**
   * Refuses claims that make too long a token, before anything is done for their sake.
   *
   * @throws IllegalArgumentException if they do
   */
  static void requireFits(AccessClaims claims) {
    payload(claims);
  }

  /**
   * The token.
   *
   * @throws IllegalArgumentException if it would be longer than a verifier accepts
   */
  String sign(AccessClaims claims) {
    return sign(keys.signingKey(), payload(claims));
  }

  private static byte[] payload(AccessClaims claims) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try {
      JoseJson.write(claims.toJson(), payload);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    if (payload.size() > MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "claims must have at most %d bytes, got %d: too many roles or custom claims"
              .formatted(MAX_PAYLOAD, payload.size()));
    }
    return payload.toByteArray();
  }

  private static String sign(SigningKey key, byte[] payload) {
    String token =
        Jwts.builder()
            .json(JSON)
            .header()
            .type(AccessTokenVerifier.TYPE)
            .keyId(key.kid())
            .and()
            .content(payload)
            .signWith(key.revealPrivateKey(), Signatures.algorithm(key.algorithm()))
            .compact();
    return key.algorithm() == SigningAlgorithm.ES256 ? Signatures.withLowS(token) : token;
  }
}
