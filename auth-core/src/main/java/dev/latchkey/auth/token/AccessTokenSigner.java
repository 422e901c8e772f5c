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

  private final Keys keys;

  AccessTokenSigner(Keys keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /**
   * The token.
   *
   * @throws IllegalArgumentException if it would be longer than a verifier accepts
   */
  String sign(AccessClaims claims) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    try {
      JoseJson.write(claims.toJson(), payload);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    String token = sign(keys.signingKey(), payload.toByteArray());
    if (token.length() > AccessTokenVerifier.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "access token must have at most %d characters, got %d: too many roles or custom claims"
              .formatted(AccessTokenVerifier.MAX_LENGTH, token.length()));
    }
    return token;
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
