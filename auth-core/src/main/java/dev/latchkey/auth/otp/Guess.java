package dev.latchkey.auth.otp;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import java.util.Optional;

/**
 * A guess: which challenge, which code, from which device. Called by store authors.
 *
 * @param challenge the challenge
 * @param form the form of the code that was given
 * @param candidate its hash
 * @param device the device of the identifier that the guess came from, if it showed a valid token
 * @param newcomer the device that becomes known if the code is right and {@code device} is empty
 * @param lock the name of the lock, should this guess bring one
 */
public record Guess(
    ChallengeId challenge,
    CodeForm form,
    CodeHash candidate,
    Optional<DeviceId> device,
    DeviceId newcomer,
    LockId lock) {}
