package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Instant;
import java.util.Optional;

/**
 * How an identifier stands, for one device, before a code is asked for. Answered by stores.
 *
 * @param penalty the running penalty of the lane, {@link Penalty.Kind#NONE} if there is none
 * @param until when it ends, exclusive; {@link Instant#EPOCH} if there is none
 * @param lock the name of the penalty, if it is a lock
 * @param lane the name of the device's own lane; empty for strangers
 * @param resendAt from when a resend for the challenge asked about is allowed; empty if that
 *     challenge is not live, so that a resend opens a new one
 */
public record OtpStanding(
    Penalty.Kind penalty,
    Instant until,
    Optional<LockId> lock,
    Optional<String> lane,
    Optional<Instant> resendAt) {}
