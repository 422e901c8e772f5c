package dev.latchkey.auth.session;

import dev.latchkey.auth.client.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One sign-in that is going on, on one device. Called by applications and store authors.
 *
 * <p>Holds no token: the refresh token is derived from name and generation under a key that is in
 * no store.
 *
 * @param id its name
 * @param device the device that it is bound to, for its whole life
 * @param generation the number of the newest refresh token, from 1
 * @param createdAt when the person signed in
 * @param lastUsedAt when the newest refresh token was made
 * @param idleUntil when it ends if it is not refreshed, exclusive
 * @param expiresAt when it ends whatever happens, exclusive
 * @param lastCall the call that made the newest refresh token, so that the same call delivered
 *     twice is answered alike
 * @param ip the address of the sign-in, if known
 * @param userAgent what the client called itself, if known
 */
public record Session(
    SessionId id,
    DeviceId device,
    long generation,
    Instant createdAt,
    Instant lastUsedAt,
    Instant idleUntil,
    Instant expiresAt,
    String lastCall,
    Optional<String> ip,
    Optional<String> userAgent) {
  /**
   * How far a clock may be behind the one that began the session; past it the session is refused.
   */
  public static final Duration MAX_SKEW = Duration.ofSeconds(2);

  /**
   * Checks the generation.
   *
   * @param id its name
   * @param device the device that it is bound to
   * @param generation the number of the newest refresh token
   * @param createdAt when the person signed in
   * @param lastUsedAt when the newest refresh token was made
   * @param idleUntil when it ends if it is not refreshed
   * @param expiresAt when it ends whatever happens
   * @param lastCall the call that made the newest refresh token
   * @param ip the address of the sign-in
   * @param userAgent what the client called itself
   */
  public Session {
    if (generation < 1) {
      throw new IllegalArgumentException("generation must be 1 or more, got " + generation);
    }
  }

  /**
   * Whether the session goes on.
   *
   * @param now the time
   * @return false from the earlier of {@code idleUntil} and {@code expiresAt} on, and while {@code
   *     createdAt} is more than {@link #MAX_SKEW} ahead
   */
  public boolean isLive(Instant now) {
    return now.isBefore(endsAt()) && !createdAt.isAfter(now.plus(MAX_SKEW));
  }

  /**
   * When the session ends unless it is refreshed.
   *
   * @return the earlier of {@code idleUntil} and {@code expiresAt}
   */
  public Instant endsAt() {
    return idleUntil.isBefore(expiresAt) ? idleUntil : expiresAt;
  }

  Session rotated(String call, Duration idle, Instant now) {
    return new Session(
        id, device, generation + 1, createdAt, now, now.plus(idle), expiresAt, call, ip, userAgent);
  }

  /**
   * Whether {@code now} is within {@code window} of the newest token, on a clock that agrees. A
   * window of zero holds nothing, also not for a clock that is a little behind.
   */
  boolean rotatedWithin(Duration window, Instant now) {
    return !window.isZero()
        && now.isBefore(lastUsedAt.plus(window))
        && !lastUsedAt.isAfter(now.plus(MAX_SKEW));
  }
}
