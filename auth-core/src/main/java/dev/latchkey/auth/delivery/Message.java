package dev.latchkey.auth.delivery;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A mail to one person, before it has words. Called by implementers of {@link CodeSender}.
 *
 * <p>{@code toString} of a message shows neither code nor full address.
 */
public sealed interface Message {
  /**
   * Who it goes to.
   *
   * @return the address
   */
  EmailAddress to();

  /**
   * A one-time code.
   *
   * @param to who asked for it
   * @param code the code
   * @param validFor how long it is valid
   */
  record Code(EmailAddress to, SecretText code, Duration validFor) implements Message {}

  /**
   * The account is locked, or strangers have used up its codes: how its owner gets in all the same.
   *
   * @param to the owner
   * @param token the unlock token, which is posted and never followed by a GET
   * @param validFor how long the token is good
   * @param lockedFor how long the lock lasts; empty if there is none and only codes are used up
   */
  record Lock(EmailAddress to, SecretText token, Duration validFor, Optional<Duration> lockedFor)
      implements Message {}

  /**
   * Something happened to the account that its owner should know.
   *
   * @param to the owner
   * @param reason what happened
   * @param at when
   */
  record Alert(EmailAddress to, AlertReason reason, Instant at) implements Message {}
}
