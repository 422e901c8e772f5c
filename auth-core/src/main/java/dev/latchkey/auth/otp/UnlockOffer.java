package dev.latchkey.auth.otp;

import dev.latchkey.auth.crypto.SecretText;
import java.time.Duration;

/**
 * What the owner of an identifier is mailed so that strangers can not lock them out. Called by
 * applications.
 *
 * @param token the unlock token, for the mail and nothing else
 * @param validFor how long it is good
 */
public record UnlockOffer(SecretText token, Duration validFor) {}
