package dev.latchkey.auth;

import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.ratelimit.Standing;
import java.time.Duration;

/** What became of a request for a code. Called by applications. */
public sealed interface RequestCodeResult {
  /**
   * The mail was handed over. Known, unknown and barred addresses get this same answer.
   *
   * @param challenge what the client must show with its guess; opaque
   * @param expiresIn how long the code lives
   * @param resendIn how long until this challenge takes another code
   * @param codeLength how many characters the code has
   * @param ip how the caller's own address stands with its limit
   */
  record Sent(
      SecretText challenge, Duration expiresIn, Duration resendIn, int codeLength, Standing ip)
      implements RequestCodeResult {}

  /**
   * A limit refused the request; nothing was used up.
   *
   * @param limit the name of the limit: {@code identifier}, {@code ip}, {@code global} or {@code
   *     resend}
   * @param standing how it stands
   * @param retryAfter how long it refuses
   */
  record Limited(String limit, Standing standing, Duration retryAfter)
      implements RequestCodeResult {}

  /**
   * The identifier is locked after wrong codes; nothing was used up.
   *
   * @param retryAfter how long the lock lasts
   */
  record Locked(Duration retryAfter) implements RequestCodeResult {}

  /** The text is not an e-mail address that Latchkey serves. */
  record Rejected() implements RequestCodeResult {}

  /** Our mail is down, whoever asks; nothing was used up. */
  record Undelivered() implements RequestCodeResult {}
}
