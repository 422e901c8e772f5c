package dev.latchkey.auth.otp;

import dev.latchkey.auth.crypto.SecretText;
import java.time.Duration;

/** What became of a request for a code. Called by applications. */
public sealed interface IssueResult {
  /**
   * A code is live.
   *
   * @param handle what the client must show with its guess
   * @param code the code, for the mail and nothing else
   * @param expiresIn how long it lives
   * @param resendIn how long until the challenge takes another
   * @param resent whether it was added to a challenge that was there
   */
  record Issued(
      SecretText handle, OneTimeCode code, Duration expiresIn, Duration resendIn, boolean resent)
      implements IssueResult {}

  /**
   * The identifier is locked.
   *
   * @param retryAfter how long the lock still lasts
   * @param unlock what the owner may be mailed
   */
  record Locked(Duration retryAfter, UnlockOffer unlock) implements IssueResult {}

  /**
   * The challenge had a code too recently.
   *
   * @param retryAfter how long until it takes another
   */
  record TooEarly(Duration retryAfter) implements IssueResult {}
}
