package dev.latchkey.auth;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.client.DeviceTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Whose devices show up, and new ones. Asks no store: whether a device is known, its record says.
 */
final class Devices {
  private final DeviceTokens tokens;
  private final Duration lifetime;
  private final Clock clock;

  Devices(DeviceTokens tokens, Duration lifetime, Clock clock) {
    this.tokens = tokens;
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /** The device token that a client shows, if it is authentic; of any account and age. */
  Optional<DeviceToken> shown(ClientInfo client) {
    return client.deviceToken().flatMap(text -> tokens.verify(text.revealText()));
  }

  /** The same, if it is of this identifier and not too old; any other is ignored. */
  Optional<DeviceToken> of(IdentityHash identity, ClientInfo client) {
    return shown(client)
        .filter(token -> token.identity().equals(identity))
        .filter(token -> token.isCurrent(lifetime, clock.instant()));
  }

  DeviceToken issue(IdentityHash identity) {
    return tokens.issue(identity, clock.instant());
  }
}
