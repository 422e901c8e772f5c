package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.lock;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.Unlock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Challenges, guesses, unlocks and devices of one identifier. */
final class SignInHistory {
  private static final int STEPS = 120;
  private static final int WRONG = 999_999;
  private static final int NO_LOCK = 1_000_000;

  /** Small numbers, so that a short history meets all of them. */
  private static final OtpRules RULES =
      new OtpRules(
          new LockoutTable(
              LockoutTable.of(LockoutPolicy.standard()).penalties(),
              12,
              Duration.ofDays(2),
              Duration.ofDays(3),
              Duration.ofDays(1)),
          3,
          3,
          2,
          Duration.ofSeconds(20),
          2,
          Duration.ofDays(5));

  private final IdentityHash who = Samples.identity(1);
  private final OtpStore store;
  private final SplittableRandom random;
  private final Explanations<ModelSignIn> explanations = new Explanations<>(new ModelSignIn(RULES));
  private final List<LockId> locks = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private Instant now = Samples.START;
  private int opened;

  private SignInHistory(OtpStore store, SplittableRandom random) {
    this.store = store;
    this.random = random;
  }

  private record Sent(ChallengeId challenge, CodeHash code) {}

  static void run(OtpStore store, SplittableRandom random) {
    SignInHistory history = new SignInHistory(store, random);
    for (int i = 0; i < STEPS; i++) {
      // Forward only: what has ended may be dropped, and then is not there when time steps back.
      history.now = Steps.on(history.now, random, Duration.ofHours(30));
      history.explanations.step(random, history::draw);
    }
  }

  private Call<ModelSignIn> draw() {
    ChallengeId challenge = Samples.challenge(Math.max(0, opened - random.nextInt(1, 5)));
    Optional<DeviceId> from =
        random.nextInt(3) == 0 ? Optional.of(device(random.nextInt(4))) : Optional.empty();
    Instant time = now;
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> {
        ChallengeId fresh = Samples.challenge(opened++);
        LiveCode code = send(fresh);
        yield Call.of(
            "open",
            () -> store.open(who, fresh, code, from, RULES, time),
            model -> model.open(fresh, code, from, time));
      }
      case 3, 4 -> {
        LiveCode code = send(challenge);
        yield Call.of(
            "addCode",
            () -> store.addCode(who, challenge, code, from, RULES, time),
            model -> model.addCode(challenge, code, from, time));
      }
      case 5 -> withdraw(challenge);
      case 6 -> unlock(from);
      case 7 ->
          random.nextInt(8) == 0
              ? Call.judged(
                  "forgetDevices",
                  () -> store.forgetDevices(who, time),
                  (model, answer) -> model.forgetDevices(time, answer))
              : status(challenge, from);
      case 8 -> status(challenge, from);
      default -> guess(challenge, from);
    };
  }

  private LiveCode send(ChallengeId challenge) {
    CodeHash code = Samples.code(sent.size());
    sent.add(new Sent(challenge, code));
    return new LiveCode(code, now, now.plus(Duration.ofMinutes(5)));
  }

  private Call<ModelSignIn> status(ChallengeId challenge, Optional<DeviceId> from) {
    Instant time = now;
    return Call.of(
        "status",
        () -> store.status(who, challenge, from, RULES, time),
        model -> model.status(challenge, from, time));
  }

  /** Mostly a code that was sent a moment ago. */
  private Call<ModelSignIn> withdraw(ChallengeId challenge) {
    Sent back =
        sent.isEmpty() || random.nextInt(5) == 0
            ? new Sent(challenge, Samples.code(WRONG))
            : sent.get(Math.max(0, sent.size() - random.nextInt(1, 4)));
    Instant time = now;
    return Call.judged(
        "withdraw",
        () -> store.withdraw(who, back.challenge, back.code, time),
        (model, answer) -> model.withdraw(back.challenge, back.code, time, answer));
  }

  private Call<ModelSignIn> unlock(Optional<DeviceId> from) {
    LockId grant =
        locks.isEmpty() || random.nextInt(4) == 0
            ? lock(NO_LOCK + random.nextInt(3))
            : locks.get(locks.size() - 1 - random.nextInt(Math.min(2, locks.size())));
    Unlock.Kind kind = random.nextInt(4) == 0 ? Unlock.Kind.BUDGET : Unlock.Kind.LOCK;
    Unlock unlock = new Unlock(kind, grant, from, device(random.nextInt(4)));
    Instant time = now;
    return Call.of(
        "unlock",
        () -> store.unlock(who, unlock, RULES, time),
        model -> model.unlock(unlock, time));
  }

  private Call<ModelSignIn> guess(ChallengeId challenge, Optional<DeviceId> from) {
    int code = random.nextInt(4) == 0 ? Math.max(0, sent.size() - random.nextInt(1, 5)) : WRONG;
    // A guess that is delivered again, late, bears the name that it bore.
    LockId name =
        locks.isEmpty() || random.nextInt(8) > 0 ? lock(locks.size()) : locks.get(locks.size() - 1);
    locks.add(name);
    Guess guess =
        new Guess(
            challenge,
            random.nextBoolean() ? CodeForm.SIX_DIGITS : CodeForm.EIGHT_BASE32,
            Samples.code(code),
            from,
            device(random.nextInt(4)),
            name);
    int attempts = random.nextInt(6) == 0 ? 1 : RULES.maxAttempts();
    Instant time = now;
    return Call.of(
        "guess",
        () -> store.guess(who, guess, RULES.shortCodeAttempts(attempts), time),
        model -> model.guess(guess, attempts, time));
  }
}
