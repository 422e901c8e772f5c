package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps one {@link SignInState} for each identifier. Implemented by store authors.
 *
 * <p>Must guarantee: every verb runs the transition of the same name on the record atomically, and
 * what it answers is kept before the answer is known to anybody. So N parallel right codes give one
 * {@link GuessAnswer.Right}, and no more wrong codes are compared than {@link OtpRules} allow, over
 * all challenges, threads and nodes. Must throw {@link
 * dev.latchkey.auth.store.StoreUnavailableException} within its deadline when it can not say what
 * happened; a guess whose answer was lost stays counted, and a right one stays spent. Safe for
 * concurrent use.
 *
 * <p>Must not let a call take effect after its deadline: one that the network delivers late, when
 * it was reported as failed, could bring back what has ended meanwhile.
 *
 * <p>A record may be dropped from {@link SignInState#expiresAt} on, never before.
 */
public interface OtpStore {
  /**
   * Reads how an identifier stands for a device, see {@link SignInState#status}.
   *
   * @param identity whose record
   * @param challenge the challenge that a resend names, or one that does not exist
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the standing
   */
  OtpStanding status(
      IdentityHash identity,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now);

  /**
   * Opens a challenge, see {@link SignInState#open}.
   *
   * @param identity whose record
   * @param challenge the name of the new challenge
   * @param code its first code
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return {@link OpenAnswer.Opened} or {@link OpenAnswer.Locked}
   */
  OpenAnswer open(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now);

  /**
   * Adds a code to a live challenge, see {@link SignInState#addCode}.
   *
   * @param identity whose record
   * @param challenge the challenge
   * @param code the new code
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return any of the answers
   */
  OpenAnswer addCode(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now);

  /**
   * Takes back a code that could not be mailed, see {@link SignInState#withdraw}.
   *
   * @param identity whose record
   * @param challenge the challenge
   * @param code the hash of the code
   * @param now the time of the request
   * @return whether the code was there
   */
  boolean withdraw(IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now);

  /**
   * Compares a guess and counts it, see {@link SignInState#guess}.
   *
   * @param identity whose record
   * @param guess the guess
   * @param rules the numbers to reckon with
   * @param now the time of the guess
   * @return the answer
   */
  GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now);

  /**
   * Makes the bearer of an unlock token a known device, see {@link SignInState#unlock}.
   *
   * @param identity whose record
   * @param unlock what the token asks for
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the answer
   */
  UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now);

  /**
   * Forgets all known devices, see {@link SignInState#forgetDevices}.
   *
   * @param identity whose record
   * @param now the time of the request
   * @return how many there were
   */
  int forgetDevices(IdentityHash identity, Instant now);
}
