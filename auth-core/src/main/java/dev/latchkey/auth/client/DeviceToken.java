package dev.latchkey.auth.client;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * A device token that is ours: having one of these is the proof that {@link DeviceTokens} made or
 * checked it. Called by Latchkey itself.
 *
 * <p>Guarantees: authentic, and for the one account whose {@link #identity} it names. Does not
 * guarantee: to be current, see {@link #isCurrent}; to come from the device that it was given to.
 * It protects against theft of an access or refresh token alone, not of a whole request. {@code
 * toString} is redacted. Immutable, safe for concurrent use.
 */
public final class DeviceToken {

  /** How far the clock that issued it may be ahead of the one that checks it. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  private final IdentityHash identity;
  private final DeviceId id;
  private final Instant issuedAt;
  private final SecretText text;

  DeviceToken(IdentityHash identity, DeviceId id, Instant issuedAt, SecretText text) {
    this.identity = identity;
    this.id = id;
    this.issuedAt = issuedAt;
    this.text = text;
  }

  /**
   * Whose device.
   *
   * @return the identity hash of the one account that it is good for
   */
  public IdentityHash identity() {
    return identity;
  }

  /**
   * Which device.
   *
   * @return its public name
   */
  public DeviceId id() {
    return id;
  }

  /**
   * When it was made.
   *
   * @return whole seconds
   */
  public Instant issuedAt() {
    return issuedAt;
  }

  /**
   * The token itself, to be handed to the client.
   *
   * @return the text, wrapped
   */
  public SecretText text() {
    return text;
  }

  /**
   * Whether it may be used now.
   *
   * @param lifetime how long a device token lives
   * @param now the present
   * @return true from 2 s before {@link #issuedAt} (clocks of nodes differ) until just before
   *     {@code issuedAt + lifetime}
   */
  public boolean isCurrent(Duration lifetime, Instant now) {
    Objects.requireNonNull(lifetime, "lifetime");
    // A difference can not overflow where a sum with a huge lifetime would.
    Duration age = Duration.between(issuedAt, now);
    return age.compareTo(SKEW.negated()) >= 0 && age.compareTo(lifetime) < 0;
  }

  @Override
  public String toString() {
    return "DeviceToken[redacted]";
  }
}
