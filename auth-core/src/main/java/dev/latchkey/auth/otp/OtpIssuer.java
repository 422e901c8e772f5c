package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.SecureBytes;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Issues one-time codes and judges guesses. Called by applications.
 *
 * <p>Guarantees: of any number of parallel right guesses one is {@link GuessResult.Right}; no more
 * wrong codes are compared than the policy allows, over all challenges of an identifier; a code
 * works for its own challenge only and never past its end; a guess without the handle is no guess,
 * so that a stranger can not use up the guesses of somebody's challenge. Codes are stored as keyed
 * hashes alone.
 *
 * <p>Does not guarantee: that anybody may ask (see the rate limiter), or that a mail arrives. Safe
 * for concurrent use. Throws {@link dev.latchkey.auth.store.StoreUnavailableException} if the store
 * can not say what happened; a guess is then either uncounted or counted, and never signs in.
 *
 * <p>Source: NIST SP 800-63B-4, section 3.1.3; OWASP Forgot Password Cheat Sheet, "PINs".
 */
public interface OtpIssuer {
  /**
   * What {@link #issue} would meet now, without issuing anything: for asking before a budget is
   * used.
   *
   * @param address who asks
   * @param resend the text of the handle that a resend names
   * @param device the device of that address that asks, if it showed a valid token
   * @return the refusal, if any, and the lane
   */
  OtpCheck check(EmailAddress address, Optional<String> resend, Optional<DeviceId> device);

  /**
   * Issues a code: for a new challenge, or as a resend for the live challenge that a handle of the
   * same address names.
   *
   * @param address who asks
   * @param resend the text of the handle that a resend names; a dead, foreign or unreadable one
   *     opens a new challenge
   * @param device the device of that address that asks, if it showed a valid token
   * @return the code, or the refusal
   */
  IssueResult issue(EmailAddress address, Optional<String> resend, Optional<DeviceId> device);

  /**
   * Takes back a code that could not be mailed, so that it costs the person nothing: the code that
   * it pushed out works again, and a resend need not wait for it.
   *
   * @param address who asked
   * @param issued what {@link #issue} gave
   */
  void withdraw(EmailAddress address, IssueResult.Issued issued);

  /**
   * Opens a handle. Asks no store.
   *
   * @param handle the text that the client holds
   * @return the handle, or empty if it is not authentic or past its end
   */
  Optional<ChallengeHandle> read(String handle);

  /**
   * Judges a guess.
   *
   * @param handle the handle of the challenge
   * @param code the guess
   * @param device the device of the handle's address that guesses, if it showed a valid token
   * @param newcomer the device that becomes known if the code is right and {@code device} is empty
   * @return the result
   */
  GuessResult guess(
      ChallengeHandle handle, OneTimeCode code, Optional<DeviceId> device, DeviceId newcomer);

  /**
   * What the owner of an address may be mailed when strangers have used up its budget of codes.
   *
   * @param address whose
   * @return an unlock token that is good for {@link OtpPolicy#BUDGET_UNLOCK}
   */
  UnlockOffer offer(EmailAddress address);

  /**
   * Opens an unlock token. Asks no store.
   *
   * @param text what a client sent
   * @return the token, or empty if it is not authentic or past its end
   */
  Optional<UnlockToken> readUnlock(String text);

  /**
   * Makes the bearer of an unlock token a known device, whose failures and budget strangers do not
   * touch. The strangers' own count stays.
   *
   * @param token the token
   * @param device the device of that identifier that came along, if it showed a valid token
   * @param newcomer the device that becomes known if {@code device} has no usable lane
   * @return what became of it
   */
  UnlockAnswer unlock(UnlockToken token, Optional<DeviceId> device, DeviceId newcomer);

  /**
   * Forgets all known devices of an address.
   *
   * @param address whose
   */
  void forgetDevices(EmailAddress address);

  /**
   * An issuer over a store.
   *
   * @param store where challenges and counts are kept
   * @param keys the pepper and the keys of handles and unlock tokens
   * @param identities the keyed hash of an address
   * @param admits whether an address may sign in now; for one that may not no code is right
   * @param underAttack whether new codes should be long, and short ones take one guess
   * @param policy the numbers
   * @param clock what time it is
   * @param random where codes come from
   * @return the issuer
   */
  static OtpIssuer over(
      OtpStore store,
      PurposeKeys keys,
      Function<EmailAddress, IdentityHash> identities,
      Predicate<EmailAddress> admits,
      BooleanSupplier underAttack,
      OtpPolicy policy,
      Clock clock,
      SecureBytes random) {
    return new StoreOtpIssuer(store, keys, identities, admits, underAttack, policy, clock, random);
  }
}
