package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
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
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each store here has one defect, and the contract finds it. */
final class BrokenOtpStoresTest {
  @Test
  void aStoreWithoutADefect_passes() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void aStoreThatReadsAndWritesApart_failsTheRaces() {
    assertThat(failuresOf(ReadsAndWritesApart.class))
        .contains("of many parallel right codes exactly one signs in")
        .contains("of many parallel wrong codes no more are compared than each challenge allows")
        .contains("of many parallel resends one is taken");
  }

  @Test
  void aStoreThatTakesACodeAMillisecondTooLong_fails() {
    assertThat(failuresOf(OneMillisecondLate.class, GuessContract.Guessing.class))
        .contains("to the last millisecond of a code, and not at its end");
  }

  @Test
  void aStoreThatDoesNotSpendARightCode_fails() {
    assertThat(failuresOf(SpendsNothing.class, GuessContract.Guessing.class))
        .contains("and takes the right code once");
  }

  @Test
  void aStoreThatForgetsTheCountWithTheChallenge_fails() {
    assertThat(failuresOf(ForgetsWithTheChallenge.class, LockoutContract.Penalties.class))
        .contains(
            "by a count that is kept for 90 days after the last wrong code, to the millisecond");
  }

  @Test
  void aStoreWhoseResendClearsTheCount_fails() {
    assertThat(failuresOf(ClearsOnOpen.class, LockoutContract.Penalties.class))
        .contains("by a count that no new challenge clears");
  }

  @Test
  void aStoreWithoutACeiling_fails() {
    assertThat(failuresOf(NoCeiling.class, LockoutContract.Ceiling.class))
        .contains("and at the 100th locks for 400 days, though success came between");
  }

  @Test
  void aStoreThatCountsGuessesItDoesNotCompare_fails() {
    assertThat(failuresOf(CountsWhileHeld.class, LockoutContract.Penalties.class))
        .contains("while wrong codes are not counted");
  }

  @Test
  void aStoreWhoseLocksFollowTheClockBack_fails() {
    assertThat(failuresOf(PenaltyByTheClock.class, LockoutContract.ClockSteps.class))
        .contains("a penalty after the step begins no earlier than the failure before it");
  }

  /** The rules, over a map. */
  static class MapStore implements OtpStore {
    final Map<IdentityHash, SignInState> states = new ConcurrentHashMap<>();

    <A> A run(IdentityHash key, Function<SignInState, Transition<SignInState, A>> transition) {
      Object[] answer = new Object[1];
      states.compute(
          key,
          (k, found) -> {
            Transition<SignInState, A> done =
                transition.apply(found == null ? SignInState.EMPTY : found);
            answer[0] = done.answer();
            return done.record();
          });
      @SuppressWarnings("unchecked")
      A answered = (A) answer[0];
      return answered;
    }

    @Override
    public OtpStanding status(
        IdentityHash identity,
        ChallengeId challenge,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      return states.getOrDefault(identity, SignInState.EMPTY).status(challenge, device, rules, now);
    }

    @Override
    public OpenAnswer open(
        IdentityHash identity,
        ChallengeId challenge,
        LiveCode code,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      return run(identity, state -> state.open(challenge, code, device, rules, now));
    }

    @Override
    public OpenAnswer addCode(
        IdentityHash identity,
        ChallengeId challenge,
        LiveCode code,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      return run(identity, state -> state.addCode(challenge, code, device, rules, now));
    }

    @Override
    public boolean withdraw(
        IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
      return run(identity, state -> state.withdraw(challenge, code));
    }

    @Override
    public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
      return run(identity, state -> state.guess(guess, rules, now));
    }

    @Override
    public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
      return run(identity, state -> state.unlock(unlock, rules, now));
    }

    @Override
    public int forgetDevices(IdentityHash identity, Instant now) {
      return run(identity, SignInState::forgetDevices);
    }
  }

  static final class Sound extends OtpStoreContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore();
    }
  }

  static final class ReadsAndWritesApart extends OtpStoreContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        <A> A run(IdentityHash key, Function<SignInState, Transition<SignInState, A>> transition) {
          Transition<SignInState, A> done =
              transition.apply(states.getOrDefault(key, SignInState.EMPTY));
          gap.cross();
          states.put(key, done.record());
          return done.answer();
        }
      };
    }
  }

  static final class OneMillisecondLate extends GuessContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state ->
                  state.strangers().equals(Lane.CLEAR)
                      ? state.guess(guess, rules, now.minusMillis(1))
                      : state.guess(guess, rules, now));
        }
      };
    }
  }

  static final class SpendsNothing extends GuessContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Transition<SignInState, GuessAnswer> done = state.guess(guess, rules, now);
                return done.answer() instanceof GuessAnswer.Right
                    ? new Transition<>(state, done.answer())
                    : done;
              });
        }
      };
    }
  }

  static final class ForgetsWithTheChallenge extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public OpenAnswer open(
            IdentityHash identity,
            ChallengeId challenge,
            LiveCode code,
            Optional<DeviceId> device,
            OtpRules rules,
            Instant now) {
          return run(
              identity,
              state -> {
                boolean over =
                    state.challenges().stream()
                        .flatMap(open -> open.codes().stream())
                        .noneMatch(live -> now.isBefore(live.expiresAt()));
                return (over ? SignInState.EMPTY : state).open(challenge, code, device, rules, now);
              });
        }
      };
    }
  }

  static final class ClearsOnOpen extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public OpenAnswer open(
            IdentityHash identity,
            ChallengeId challenge,
            LiveCode code,
            Optional<DeviceId> device,
            OtpRules rules,
            Instant now) {
          return run(
              identity,
              state ->
                  new SignInState(state.challenges(), Lane.CLEAR, state.ceiling(), state.devices())
                      .open(challenge, code, device, rules, now));
        }
      };
    }
  }

  static final class NoCeiling extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state ->
                  new SignInState(
                          state.challenges(), state.strangers(), RateLog.EMPTY, state.devices())
                      .guess(guess, rules, now));
        }
      };
    }
  }

  static final class CountsWhileHeld extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Transition<SignInState, GuessAnswer> done = state.guess(guess, rules, now);
                Lane lane = state.strangers();
                return done.answer() instanceof GuessAnswer.Held
                    ? new Transition<>(
                        new SignInState(
                            state.challenges(),
                            new Lane(
                                lane.failures() + 1,
                                lane.lastFailureAt(),
                                lane.penalty(),
                                lane.until(),
                                lane.lock()),
                            state.ceiling(),
                            state.devices()),
                        done.answer())
                    : done;
              });
        }
      };
    }
  }

  static final class PenaltyByTheClock extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Lane lane = state.strangers();
                Instant failedAt = lane.lastFailureAt().isAfter(now) ? now : lane.lastFailureAt();
                Lane believing =
                    new Lane(lane.failures(), failedAt, lane.penalty(), lane.until(), lane.lock());
                return new SignInState(
                        state.challenges(), believing, state.ceiling(), state.devices())
                    .guess(guess, rules, now);
              });
        }
      };
    }
  }
}
