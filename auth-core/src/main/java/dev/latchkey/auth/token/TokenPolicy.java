package dev.latchkey.auth.token;

import dev.latchkey.auth.account.Account;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * What tokens say and how long they last. Called by applications.
 *
 * @param issuer the {@code iss} claim, which also names the key ring
 * @param audience the {@code aud} claim
 * @param clientId the {@code client_id} claim (RFC 9068, section 2.2)
 * @param accessLifetime life of an access token; 1 minute to 1 hour, in whole seconds
 * @param leeway how far the clocks of issuer and verifier may differ; 0 to 2 minutes
 * @param deviceLifetime how long a device stays known; 1 day to 400 days
 * @param customClaims claims of the host's own, asked whenever a token is signed
 */
public record TokenPolicy(
    String issuer,
    String audience,
    String clientId,
    Duration accessLifetime,
    Duration leeway,
    Duration deviceLifetime,
    Function<Account, Map<String, Object>> customClaims) {
  /** Short enough that a copied token is soon worthless where revocation is not asked. */
  public static final Duration DEFAULT_ACCESS_LIFETIME = Duration.ofMinutes(15);

  /** RFC 7519, section 4.1.4: "no more than a few minutes"; nodes with NTP need seconds. */
  public static final Duration DEFAULT_LEEWAY = Duration.ofSeconds(30);

  /** The longest that browsers keep a cookie. */
  public static final Duration DEFAULT_DEVICE_LIFETIME = Duration.ofDays(400);

  /** Past the end of a token, for the skew that stores tolerate. */
  static final Duration SKEW = Duration.ofSeconds(2);

  /**
   * Checks the bounds.
   *
   * @param issuer the {@code iss} claim
   * @param audience the {@code aud} claim
   * @param clientId the {@code client_id} claim
   * @param accessLifetime life of an access token
   * @param leeway how far the clocks of issuer and verifier may differ
   * @param deviceLifetime how long a device stays known
   * @param customClaims claims of the host's own
   */
  public TokenPolicy {
    AccessClaims.requireText("issuer", issuer, AccessClaims.MAX_TEXT);
    AccessClaims.requireText("audience", audience, AccessClaims.MAX_TEXT);
    AccessClaims.requireText("clientId", clientId, AccessClaims.MAX_TEXT);
    requireWithin("accessLifetime", accessLifetime, Duration.ofMinutes(1), Duration.ofHours(1));
    requireWithin("leeway", leeway, Duration.ZERO, Duration.ofMinutes(2));
    requireWithin("deviceLifetime", deviceLifetime, Duration.ofDays(1), DEFAULT_DEVICE_LIFETIME);
    if (accessLifetime.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "accessLifetime must be whole seconds, got " + accessLifetime);
    }
  }

  private static void requireWithin(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", got " + value);
    }
  }

  /**
   * The defaults for an issuer.
   *
   * @param issuer the {@code iss} claim
   * @param audience the {@code aud} and {@code client_id} claims
   * @return 15 minutes, 30 seconds, 400 days, no claims of the host's own
   */
  public static TokenPolicy standard(String issuer, String audience) {
    return new TokenPolicy(
        issuer,
        audience,
        audience,
        DEFAULT_ACCESS_LIFETIME,
        DEFAULT_LEEWAY,
        DEFAULT_DEVICE_LIFETIME,
        account -> Map.of());
  }

  /**
   * The same for another client.
   *
   * @param id the {@code client_id} claim
   * @return the policy
   */
  public TokenPolicy clientId(String id) {
    return new TokenPolicy(
        issuer, audience, id, accessLifetime, leeway, deviceLifetime, customClaims);
  }

  /**
   * The same with another life of an access token.
   *
   * @param lifetime 1 minute to 1 hour, in whole seconds
   * @return the policy
   */
  public TokenPolicy accessLifetime(Duration lifetime) {
    return new TokenPolicy(
        issuer, audience, clientId, lifetime, leeway, deviceLifetime, customClaims);
  }

  /**
   * The same with another leeway.
   *
   * @param difference 0 to 2 minutes
   * @return the policy
   */
  public TokenPolicy leeway(Duration difference) {
    return new TokenPolicy(
        issuer, audience, clientId, accessLifetime, difference, deviceLifetime, customClaims);
  }

  /**
   * The same with another life of a device token.
   *
   * @param lifetime 1 day to 400 days
   * @return the policy
   */
  public TokenPolicy deviceLifetime(Duration lifetime) {
    return new TokenPolicy(
        issuer, audience, clientId, accessLifetime, leeway, lifetime, customClaims);
  }

  /**
   * The same with claims of the host's own. What they throw stops a sign-in or refresh before
   * anything is used up.
   *
   * @param claims asked whenever a token is signed; see {@link AccessClaims} for what may be in
   *     them
   * @return the policy
   */
  public TokenPolicy customClaims(Function<Account, Map<String, Object>> claims) {
    return new TokenPolicy(
        issuer, audience, clientId, accessLifetime, leeway, deviceLifetime, claims);
  }

  /**
   * How long after the end of a session a token of it might be accepted, if nobody knew of the end:
   * what a {@link dev.latchkey.auth.session.RevocationFeed} has to retain.
   *
   * @return life of an access token, leeway, and the 2 s that stores let clocks differ
   */
  public Duration memory() {
    return accessLifetime.plus(afterlife());
  }

  /** How long after its life an access token may still be accepted somewhere. */
  Duration afterlife() {
    return leeway.plus(SKEW);
  }
}
