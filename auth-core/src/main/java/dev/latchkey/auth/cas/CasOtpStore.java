package dev.latchkey.auth.cas;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.cas.OtpCodec.Kept;
import dev.latchkey.auth.client.DeviceId;
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
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Challenges, failures and locks. */
final class CasOtpStore implements OtpStore {
  private final CasRecords<Kept> records;

  CasOtpStore(CasRecords.Where where) {
    this.records = new CasRecords<>(where, OtpCodec.INSTANCE, Kept.NOTHING, Kept::until);
  }

  @Override
  public OtpStanding status(
      IdentityHash identity,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return records
        .read("otp.status", identity.text())
        .state()
        .status(challenge, device, rules, now);
  }

  @Override
  public OpenAnswer open(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return change(
        "otp.open", identity, rules, state -> state.open(challenge, code, device, rules, now));
  }

  @Override
  public OpenAnswer addCode(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return change(
        "otp.addCode",
        identity,
        rules,
        state -> state.addCode(challenge, code, device, rules, now));
  }

  @Override
  public boolean withdraw(
      IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
    return takeAway("otp.withdraw", identity, state -> state.withdraw(challenge, code));
  }

  @Override
  public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
    return change("otp.guess", identity, rules, state -> state.guess(guess, rules, now));
  }

  @Override
  public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
    return change("otp.unlock", identity, rules, state -> state.unlock(unlock, rules, now));
  }

  @Override
  public int forgetDevices(IdentityHash identity, Instant now) {
    return takeAway("otp.forgetDevices", identity, SignInState::forgetDevices);
  }

  private <A> A change(
      String verb,
      IdentityHash identity,
      OtpRules rules,
      Function<SignInState, Transition<SignInState, A>> transition) {
    Duration memory = rules.lockout().memory();
    return change(verb, identity, transition, (kept, state) -> state.expiresAt(memory));
  }

  /** Without rules that would say for how long: what is left needs no longer than before. */
  private <A> A takeAway(
      String verb,
      IdentityHash identity,
      Function<SignInState, Transition<SignInState, A>> transition) {
    return change(verb, identity, transition, (kept, state) -> kept.until());
  }

  // The same instance is a transition's word that nothing has changed.
  @SuppressWarnings("ReferenceEquality")
  private <A> A change(
      String verb,
      IdentityHash identity,
      Function<SignInState, Transition<SignInState, A>> transition,
      BiFunction<Kept, SignInState, Instant> until) {
    return records.change(
        verb,
        identity.text(),
        kept -> {
          Transition<SignInState, A> done = transition.apply(kept.state());
          SignInState state = done.record();
          return new Transition<>(
              state == kept.state() ? kept : new Kept(state, until.apply(kept, state)),
              done.answer());
        });
  }
}
