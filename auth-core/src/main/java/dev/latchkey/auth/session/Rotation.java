package dev.latchkey.auth.session;

import dev.latchkey.auth.client.DeviceId;
import java.time.Duration;
import java.util.Optional;

/**
 * A refresh: which token was shown, from which device, and by which call. Called by store authors.
 *
 * @param session the session of the token
 * @param generation the generation of the token
 * @param device the device that showed it; empty if it showed none that is authentic
 * @param call a random name of this call; the same call delivered twice is answered alike
 * @param idle how long the session then lasts without another refresh
 * @param retryWindow how long the direct parent of the newest token gets the same successor; zero
 *     switches it off
 */
public record Rotation(
    SessionId session,
    long generation,
    Optional<DeviceId> device,
    String call,
    Duration idle,
    Duration retryWindow) {}
