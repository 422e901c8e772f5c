/**
 * One-time codes: asking for one, guessing one, and the record in which "at most once" and "no more
 * guesses than the table allows" are one transition.
 *
 * <p>{@link dev.latchkey.auth.otp.OtpIssuer} is called by applications. {@link
 * dev.latchkey.auth.otp.OtpStore} is implemented by store authors, who find the rules in {@link
 * dev.latchkey.auth.otp.SignInState}.
 */
@NullMarked
package dev.latchkey.auth.otp;

import org.jspecify.annotations.NullMarked;
