package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import java.time.Instant;
import java.util.Optional;

/**
 * A store as one client meets it: a stranger, or one that shows a device. Every guess brings a name
 * of its own for the lock that may follow.
 *
 * @param store the store
 * @param device what the client shows
 * @param newcomer the device that a right code gives it if it shows none
 */
record OtpClient(OtpStore store, Optional<DeviceId> device, DeviceId newcomer) {
  private static final SecureBytes RANDOM = SecureBytes.system();

  static OtpClient stranger(OtpStore store, DeviceId newcomer) {
    return new OtpClient(store, Optional.empty(), newcomer);
  }

  static OtpClient on(OtpStore store, DeviceId device) {
    return new OtpClient(store, Optional.of(device), device);
  }

  /** The name of the lock that holds this client. */
  LockId lock(IdentityHash identity, ChallengeId challenge, OtpRules rules, Instant now) {
    return status(identity, challenge, rules, now).lock().orElseThrow();
  }

  OtpStanding status(IdentityHash identity, ChallengeId challenge, OtpRules rules, Instant now) {
    return store.status(identity, challenge, device, rules, now);
  }

  OpenAnswer open(
      IdentityHash identity, ChallengeId challenge, LiveCode code, OtpRules rules, Instant now) {
    return store.open(identity, challenge, code, device, rules, now);
  }

  OpenAnswer addCode(
      IdentityHash identity, ChallengeId challenge, LiveCode code, OtpRules rules, Instant now) {
    return store.addCode(identity, challenge, code, device, rules, now);
  }

  boolean withdraw(IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
    return store.withdraw(identity, challenge, code, now);
  }

  GuessAnswer guess(
      IdentityHash identity,
      ChallengeId challenge,
      CodeHash candidate,
      OtpRules rules,
      Instant now) {
    return guess(identity, challenge, CodeForm.SIX_DIGITS, candidate, rules, now);
  }

  GuessAnswer guess(
      IdentityHash identity,
      ChallengeId challenge,
      CodeHash candidate,
      LockId lock,
      OtpRules rules,
      Instant now) {
    Guess guess = new Guess(challenge, CodeForm.SIX_DIGITS, candidate, device, newcomer, lock);
    return store.guess(identity, guess, rules, now);
  }

  GuessAnswer guess(
      IdentityHash identity,
      ChallengeId challenge,
      CodeForm form,
      CodeHash candidate,
      OtpRules rules,
      Instant now) {
    return store.guess(
        identity,
        new Guess(challenge, form, candidate, device, newcomer, LockId.random(RANDOM)),
        rules,
        now);
  }
}
