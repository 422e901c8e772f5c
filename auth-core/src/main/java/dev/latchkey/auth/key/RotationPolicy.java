package dev.latchkey.auth.key;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * When signing keys change, and what the next ones are like. Called by applications; most keep the
 * {@link #defaults()}.
 *
 * <p>Guarantees: no valid token is refused by a rotation: a key is public at least {@link
 * #publishedBeforeUse} before it first signs, and stays public until every token that it signed is
 * dead. A change of policy touches new keys only. All nodes of an issuer should have the same
 * policy. Immutable.
 *
 * @param period how long a key signs, at least twice {@code publishedBeforeUse}
 * @param publishedBeforeUse how long a key is public before it signs; at least 600 s, and at least
 *     {@code jwksMaxAge} and the 60 s after which every node has read the ring again
 * @param jwksMaxAge how long a verifier may cache the JWKS, 0 s to 24 h, in whole seconds
 * @param algorithm how new keys sign
 * @param rsaBits size of new RSA keys in bits, a multiple of 8 from 2048 to 8192; means nothing for
 *     ES256
 */
public record RotationPolicy(
    Duration period,
    Duration publishedBeforeUse,
    Duration jwksMaxAge,
    SigningAlgorithm algorithm,
    int rsaBits) {

  /** 30 days: short enough to be practised, long enough to be no burden (NIST SP 800-57, 5.3.6). */
  public static final Duration DEFAULT_PERIOD = Duration.ofDays(30);

  /** 10 minutes: twice the default cache time of the JWKS. Also the least that is allowed. */
  public static final Duration DEFAULT_PUBLISHED_BEFORE_USE = Duration.ofMinutes(10);

  /** 5 minutes: a verifier that caches longer than it was told has another 5 to notice. */
  public static final Duration DEFAULT_JWKS_MAX_AGE = Duration.ofMinutes(5);

  /** RS256, the one algorithm that RFC 9068, section 2.1, asks of everybody. */
  public static final SigningAlgorithm DEFAULT_ALGORITHM = SigningAlgorithm.RS256;

  /** 3072 bits: 128 bits of strength (NIST SP 800-57, table 2). */
  public static final int DEFAULT_RSA_BITS = 3072;

  /** 2048 bits: the least of RFC 7518, section 3.3. */
  public static final int MIN_RSA_BITS = 2048;

  /** 8192 bits: past it a signature takes a noticeable part of a second. */
  public static final int MAX_RSA_BITS = 8192;

  /** A day: what is cached longer can not be withdrawn. */
  public static final Duration MAX_JWKS_MAX_AGE = Duration.ofDays(1);

  /**
   * Checks the bounds.
   *
   * @param period how long a key signs, at least twice {@code publishedBeforeUse}
   * @param publishedBeforeUse how long a key is public before it signs; at least 600 s, and at
   *     least {@code jwksMaxAge} and the 60 s after which every node has read the ring again
   * @param jwksMaxAge how long a verifier may cache the JWKS, 0 s to 24 h, in whole seconds
   * @param algorithm how new keys sign
   * @param rsaBits size of new RSA keys in bits, a multiple of 8 from 2048 to 8192; means nothing
   *     for ES256
   * @throws IllegalArgumentException if one is broken, naming it
   */
  public RotationPolicy {
    Objects.requireNonNull(period, "period");
    Objects.requireNonNull(publishedBeforeUse, "publishedBeforeUse");
    Objects.requireNonNull(jwksMaxAge, "jwksMaxAge");
    Objects.requireNonNull(algorithm, "algorithm");
    if (jwksMaxAge.isNegative()
        || jwksMaxAge.compareTo(MAX_JWKS_MAX_AGE) > 0
        || !jwksMaxAge.equals(jwksMaxAge.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException(
          "jwksMaxAge must be whole seconds from 0 s to 24 h, got " + jwksMaxAge);
    }
    Duration least = jwksMaxAge.plus(Keys.REREAD_EVERY);
    if (least.compareTo(DEFAULT_PUBLISHED_BEFORE_USE) < 0) {
      least = DEFAULT_PUBLISHED_BEFORE_USE;
    }
    if (publishedBeforeUse.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "publishedBeforeUse must be at least %s, got %s".formatted(least, publishedBeforeUse));
    }
    if (period.compareTo(publishedBeforeUse.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "period must be at least twice publishedBeforeUse, got " + period);
    }
    if (rsaBits < MIN_RSA_BITS || rsaBits > MAX_RSA_BITS || rsaBits % Byte.SIZE != 0) {
      throw new IllegalArgumentException(
          "rsaBits must be a multiple of 8 from %d to %d, got %d"
              .formatted(MIN_RSA_BITS, MAX_RSA_BITS, rsaBits));
    }
  }

  /**
   * The policy of a host that chooses nothing.
   *
   * @return a new RS256 key of 3072 bits every 30 days
   */
  public static RotationPolicy defaults() {
    return builder().build();
  }

  /**
   * Starts from the defaults.
   *
   * @return a builder, not safe for concurrent use
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what differs from the defaults. Called by applications. */
  public static final class Builder {

    private Duration period = DEFAULT_PERIOD;
    private Duration publishedBeforeUse = DEFAULT_PUBLISHED_BEFORE_USE;
    private Duration jwksMaxAge = DEFAULT_JWKS_MAX_AGE;
    private SigningAlgorithm algorithm = DEFAULT_ALGORITHM;
    private int rsaBits = DEFAULT_RSA_BITS;

    private Builder() {}

    /**
     * How long a key signs.
     *
     * @param value at least twice the time that a key is public before it signs
     * @return this
     */
    public Builder period(Duration value) {
      period = Objects.requireNonNull(value, "period");
      return this;
    }

    /**
     * How long a key is public before it signs.
     *
     * @param value at least 600 s
     * @return this
     */
    public Builder publishedBeforeUse(Duration value) {
      publishedBeforeUse = Objects.requireNonNull(value, "publishedBeforeUse");
      return this;
    }

    /**
     * How long a verifier may cache the JWKS.
     *
     * @param value whole seconds, at most 24 h
     * @return this
     */
    public Builder jwksMaxAge(Duration value) {
      jwksMaxAge = Objects.requireNonNull(value, "jwksMaxAge");
      return this;
    }

    /**
     * How new keys sign.
     *
     * @param value the algorithm
     * @return this
     */
    public Builder algorithm(SigningAlgorithm value) {
      algorithm = Objects.requireNonNull(value, "algorithm");
      return this;
    }

    /**
     * The size of new RSA keys.
     *
     * @param value in bits
     * @return this
     */
    public Builder rsaBits(int value) {
      rsaBits = value;
      return this;
    }

    /**
     * Checks and builds.
     *
     * @return the policy
     * @throws IllegalArgumentException if a bound is broken
     */
    public RotationPolicy build() {
      return new RotationPolicy(period, publishedBeforeUse, jwksMaxAge, algorithm, rsaBits);
    }
  }
}
