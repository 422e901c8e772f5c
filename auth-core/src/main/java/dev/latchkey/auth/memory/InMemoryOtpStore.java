package dev.latchkey.auth.memory;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** Challenges, failures and locks in this process. */
final class InMemoryOtpStore implements OtpStore {
  private final Records<IdentityHash, SignInState> records;

  InMemoryOtpStore(int capacity) {
    this.records =
        new Records<>(
            capacity, SignInState.EMPTY, state -> state.expiresAt(LockoutTable.DEFAULT_MEMORY));
  }

  @Override
  public OtpStanding status(
      IdentityHash identity,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return records.read(identity).status(challenge, device, rules, now);
  }

  @Override
  public OpenAnswer open(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return records.change(
        "otp.open",
        identity,
        now,
        state -> state.open(challenge, code, device, rules, now),
        keptBy(rules));
  }

  @Override
  public OpenAnswer addCode(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return records.change(
        "otp.addCode",
        identity,
        now,
        state -> state.addCode(challenge, code, device, rules, now),
        keptBy(rules));
  }

  @Override
  public boolean withdraw(
      IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
    return records.takeAway(
        "otp.withdraw", identity, now, state -> state.withdraw(challenge, code));
  }

  @Override
  public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
    return records.change(
        "otp.guess", identity, now, state -> state.guess(guess, rules, now), keptBy(rules));
  }

  @Override
  public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
    return records.change(
        "otp.unlock", identity, now, state -> state.unlock(unlock, rules, now), keptBy(rules));
  }

  @Override
  public int forgetDevices(IdentityHash identity, Instant now) {
    return records.takeAway("otp.forgetDevices", identity, now, SignInState::forgetDevices);
  }

  private static Function<SignInState, Instant> keptBy(OtpRules rules) {
    return state -> state.expiresAt(rules.lockout().memory());
  }
}
