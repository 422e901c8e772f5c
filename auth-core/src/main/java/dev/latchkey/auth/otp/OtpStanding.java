package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.Penalty;
import java.time.Instant;
import java.util.Optional;

/**
 * How an identifier stands before a code is asked for. Answered by stores.
 *
 * @param penalty the running penalty, {@link Penalty.Kind#NONE} if there is none
 * @param until when it ends, exclusive; {@link Instant#EPOCH} if there is none
 * @param resendAt from when a resend for the challenge asked about is allowed; empty if that
 *     challenge is not live, so that a resend opens a new one
 */
public record OtpStanding(Penalty.Kind penalty, Instant until, Optional<Instant> resendAt) {}
