package dev.latchkey.auth;

import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.ratelimit.Standing;
import java.time.Duration;

/** What became of an unlock. Called by applications. */
public sealed interface UnlockResult {
  /**
   * This client is a known device of the account now: strangers' failures and requests do not touch
   * its own.
   *
   * @param device the token of the device: the one that came along if that has a usable lane, a new
   *     one otherwise
   */
  record Unlocked(DeviceToken device) implements UnlockResult {}

  /** The token is forged, too old, or of a lock that is over, which look alike. */
  record Refused() implements UnlockResult {}

  /**
   * A limit refused the request.
   *
   * @param limit the name of the limit: {@code ip}
   * @param standing how it stands
   * @param retryAfter how long it refuses
   */
  record Limited(String limit, Standing standing, Duration retryAfter) implements UnlockResult {}
}
