package dev.latchkey.auth.token;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.key.VerificationKey;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a token that {@link AccessTokenSigner} made from everything else. Asks signature, form,
 * issuer, audience and time; whether the session lives and the device is the right one is asked
 * elsewhere.
 *
 * <p>Guarantees: of all texts only the one that was issued is accepted. At most {@value
 * #MAX_LENGTH} characters, looked at before any work; exactly three parts of canonical base64url; a
 * header of exactly {@code alg}, {@code typ} and {@code kid}; the algorithm is that of the key and
 * of nothing else (RFC 8725, section 3.1); no name twice, nothing around the JSON; every claim
 * there and of its type. "Expired" is said only of a token with which all else is right. Never
 * throws for what a token contains. Times: whole seconds, leeway on both sides. Safe for concurrent
 * use.
 */
final class AccessTokenVerifier {

  /** 8 KiB, what servers take in a header field. */
  static final int MAX_LENGTH = 8_192;

  /** RFC 9068, section 2.1. */
  static final String TYPE = "at+jwt";

  private static final Set<String> HEADER = Set.of("alg", "typ", "kid");

  /** Beyond all times that a token may hold: the time is judged here and not by the library. */
  private static final long ANY_SKEW_SECONDS = Duration.ofDays(366L * 10_000).toSeconds();

  private final Keys keys;
  private final String issuer;
  private final String audience;
  private final Duration leeway;
  private final Duration maxLifetime;
  private final VerifiedTokens verified;
  private final Map<SigningAlgorithm, JwtParser> parsers = new EnumMap<>(SigningAlgorithm.class);

  /** What a token turned out to be. */
  sealed interface Result permits Verified, Expired, Refused {}

  /**
   * All is right.
   *
   * @param claims what it says
   */
  record Verified(AccessClaims claims) implements Result {}

  /**
   * All is right but that its time is over. Good for nothing but to end the session that it names.
   *
   * @param claims what it says
   */
  record Expired(AccessClaims claims) implements Result {}

  /**
   * Not a token of ours, for us, for now.
   *
   * @param reason the exact cause; for events, not for the caller
   */
  record Refused(Reason reason) implements Result {}

  /** Why a token was refused. */
  enum Reason {
    /** Longer than any token of ours. */
    TOO_LONG,
    /** Not three parts of canonical base64url. */
    MALFORMED,
    /** The header is not exactly what we write. */
    HEADER,
    /** No key of that name, or not any more. */
    UNKNOWN_KEY,
    /** Another algorithm than the key's. */
    ALGORITHM,
    /** A claim is missing, of another type or out of its bounds, or there is one too many. */
    CLAIMS,
    /** The signature does not fit. */
    SIGNATURE,
    /** Another issuer. */
    ISSUER,
    /** Another audience. */
    AUDIENCE,
    /** Longer alive than we let any token live. */
    LIFETIME,
    /** From the future. */
    NOT_YET_VALID
  }

  AccessTokenVerifier(
      Keys keys, String issuer, String audience, Duration leeway, Duration maxLifetime) {
    this(
        keys,
        issuer,
        audience,
        leeway,
        maxLifetime,
        new VerifiedTokens(VerifiedTokens.DEFAULT_MAX_ENTRIES));
  }

  AccessTokenVerifier(
      Keys keys,
      String issuer,
      String audience,
      Duration leeway,
      Duration maxLifetime,
      VerifiedTokens verified) {
    this.keys = Objects.requireNonNull(keys, "keys");
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    this.audience = Objects.requireNonNull(audience, "audience");
    this.leeway = Objects.requireNonNull(leeway, "leeway");
    this.maxLifetime = Objects.requireNonNull(maxLifetime, "maxLifetime");
    this.verified = Objects.requireNonNull(verified, "verified");
    if (leeway.isNegative() || leeway.compareTo(Keys.MAX_LEEWAY) > 0) {
      throw new IllegalArgumentException(
          "leeway must be 0 s to %s, got %s".formatted(Keys.MAX_LEEWAY, leeway));
    }
    if (maxLifetime.isNegative() || maxLifetime.isZero()) {
      throw new IllegalArgumentException("maxLifetime must be positive, got " + maxLifetime);
    }
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      parsers.put(algorithm, parser(algorithm));
    }
  }

  Result verify(String token, Instant now) {
    Objects.requireNonNull(now, "now");
    if (token.length() > MAX_LENGTH) {
      return new Refused(Reason.TOO_LONG);
    }
    Optional<VerifiedTokens.Entry> known = verified.find(token);
    if (known.isPresent()) {
      Result result =
          keys.verificationKey(known.get().kid()).isPresent()
              ? judge(known.get().claims(), now)
              : new Refused(Reason.UNKNOWN_KEY);
      if (!(result instanceof Verified)) {
        verified.forget(token);
      }
      return result;
    }
    return verifyAnew(token, now);
  }

  private Result verifyAnew(String token, Instant now) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return new Refused(Reason.MALFORMED);
    }
    Optional<byte[]> headerBytes = Base64Url.decode(parts[0]);
    Optional<byte[]> payloadBytes = Base64Url.decode(parts[1]);
    Optional<byte[]> signature = Base64Url.decode(parts[2]);
    if (headerBytes.isEmpty() || payloadBytes.isEmpty() || signature.isEmpty()) {
      return new Refused(Reason.MALFORMED);
    }
    Map<String, Object> header = JoseJson.read(headerBytes.get()).orElse(Map.of());
    if (!header.keySet().equals(HEADER)
        || !TYPE.equals(header.get("typ"))
        || !(header.get("alg") instanceof String algorithm)
        || !(header.get("kid") instanceof String kid)) {
      return new Refused(Reason.HEADER);
    }
    Optional<VerificationKey> key = keys.verificationKey(kid);
    if (key.isEmpty()) {
      return new Refused(Reason.UNKNOWN_KEY);
    }
    if (!key.get().algorithm().name().equals(algorithm)) {
      return new Refused(Reason.ALGORITHM);
    }
    // Before the signature, so that the library never sees a claim of a type that it can not take.
    Optional<AccessClaims> claims =
        JoseJson.read(payloadBytes.get()).flatMap(AccessClaims::fromJson);
    if (claims.isEmpty()) {
      return new Refused(Reason.CLAIMS);
    }
    if (!Signatures.isCanonical(signature.get(), key.get()) || !isSigned(token, key.get())) {
      return new Refused(Reason.SIGNATURE);
    }
    Result result = judge(claims.get(), now);
    if (result instanceof Verified) {
      verified.remember(token, new VerifiedTokens.Entry(kid, claims.get()));
    }
    return result;
  }

  private Result judge(AccessClaims claims, Instant now) {
    if (!claims.issuer().equals(issuer)) {
      return new Refused(Reason.ISSUER);
    }
    if (!claims.audience().equals(audience)) {
      return new Refused(Reason.AUDIENCE);
    }
    if (Duration.between(claims.issuedAt(), claims.expiresAt()).compareTo(maxLifetime) > 0) {
      return new Refused(Reason.LIFETIME);
    }
    Instant latestStart = now.plus(leeway);
    if (claims.issuedAt().isAfter(latestStart) || claims.notBefore().isAfter(latestStart)) {
      return new Refused(Reason.NOT_YET_VALID);
    }
    return now.isBefore(claims.expiresAt().plus(leeway))
        ? new Verified(claims)
        : new Expired(claims);
  }

  private boolean isSigned(String token, VerificationKey key) {
    try {
      Objects.requireNonNull(parsers.get(key.algorithm())).parseSignedClaims(token);
      return true;
    } catch (JwtException e) {
      return false;
    }
  }

  private JwtParser parser(SigningAlgorithm algorithm) {
    return Jwts.parser()
        .json(new JoseJsonReader())
        .sig()
        .clear()
        .add(Signatures.algorithm(algorithm))
        .and()
        .zip()
        .clear()
        .and()
        .enc()
        .clear()
        .and()
        .key()
        .clear()
        .and()
        .keyLocator(header -> publicKey(header, algorithm))
        .clock(() -> Date.from(Instant.EPOCH))
        .clockSkewSeconds(ANY_SKEW_SECONDS)
        .build();
  }

  private @Nullable Key publicKey(Header header, SigningAlgorithm algorithm) {
    return keys.verificationKey(String.valueOf(header.get("kid")))
        .filter(key -> key.algorithm() == algorithm)
        .map(VerificationKey::publicKey)
        .orElse(null);
  }
}
