package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.store.Transition;
import dev.latchkey.auth.testkit.BrokenOtpStoresTest.MapStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each store here has one defect about known devices, and the contract finds it. */
final class BrokenDeviceLanesTest {
  @Test
  void aStoreWithoutADefect_passes() {
    assertThat(failuresOf(Sound.class)).isEmpty();
  }

  @Test
  void aStoreThatReadsAndWritesApart_failsTheRaces() {
    assertThat(failuresOf(ReadsAndWritesApart.class, DeviceLaneContract.Races.class)).isNotEmpty();
  }

  @Test
  void aStoreWhoseDevicesAreStrangers_fails() {
    assertThat(failuresOf(KnowsNoDevice.class, DeviceLaneContract.Apart.class))
        .contains(
            "those of strangers count for no device",
            "a lock of strangers holds no device: it asks, asks again and signs in");
  }

  @Test
  void aStoreWhoseDevicesClearEverybodysCount_fails() {
    assertThat(failuresOf(ClearsAllLanes.class, DeviceLaneContract.Apart.class))
        .contains("a right code of a device clears its own count alone");
  }

  @Test
  void aStoreThatLearnsTheDeviceWithTheNextCallOnly_fails() {
    assertThat(failuresOf(LearnsNothing.class, DeviceLaneContract.Knowing.class))
        .contains("which is the newcomer where none was shown");
  }

  @Test
  void aStoreThatKeepsEveryDevice_fails() {
    assertThat(failuresOf(NoBound.class, DeviceLaneContract.Knowing.class))
        .contains(
            "and eight of them, after which the one whose code is the longest ago is forgotten");
  }

  @Test
  void aStoreWhoseUnlockGivesStrangersGuesses_fails() {
    assertThat(failuresOf(UnlocksStrangers.class, DeviceLaneContract.Unlocking.class))
        .contains("and gives strangers no guess back");
  }

  @Test
  void aStoreWhoseUnlocksWinGuesses_fails() {
    assertThat(failuresOf(FreshLanes.class, DeviceLaneContract.Unlocking.class))
        .contains(
            "once more with another device, which takes the first one's place and its count",
            "so that no number of unlocks wins a guess: at 15 failures the device is a stranger");
  }

  @Test
  void aStoreThatUnlocksByAnyToken_fails() {
    assertThat(failuresOf(AsksNoLock.class, DeviceLaneContract.Unlocking.class))
        .contains(
            "and by no token of an earlier lock",
            "and by none of a lock that never was, of a delay, or of another identity",
            "to the last millisecond of the lock, and not at its end");
  }

  @Test
  void aStoreThatForgetsDevicesWithTheLock_fails() {
    assertThat(failuresOf(ForgetsTheCount.class, DeviceLaneContract.Knowing.class))
        .contains("until all are forgotten at once, and nothing else with them");
  }

  private abstract static class Contract extends DeviceLaneContract {
    abstract MapStore store();

    @Override
    protected OtpStore emptyStore() {
      return store();
    }
  }

  private static SignInState with(SignInState state, List<DeviceLane> devices) {
    return new SignInState(state.challenges(), state.strangers(), state.ceiling(), devices);
  }

  static final class Sound extends Contract {
    @Override
    MapStore store() {
      return new MapStore();
    }
  }

  static final class ReadsAndWritesApart extends Contract {
    @Override
    MapStore store() {
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

  static final class KnowsNoDevice extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          DeviceId newcomer = guess.device().orElse(guess.newcomer());
          Guess anonymous =
              new Guess(
                  guess.challenge(),
                  guess.form(),
                  guess.candidate(),
                  Optional.empty(),
                  newcomer,
                  guess.lock());
          return run(identity, state -> state.guess(anonymous, rules, now));
        }
      };
    }
  }

  static final class ClearsAllLanes extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Transition<SignInState, GuessAnswer> done = state.guess(guess, rules, now);
                SignInState after = done.record();
                return done.answer() instanceof GuessAnswer.Right
                    ? new Transition<>(
                        new SignInState(
                            after.challenges(), Lane.CLEAR, after.ceiling(), after.devices()),
                        done.answer())
                    : done;
              });
        }
      };
    }
  }

  static final class LearnsNothing extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Transition<SignInState, GuessAnswer> done = state.guess(guess, rules, now);
                return new Transition<>(with(done.record(), state.devices()), done.answer());
              });
        }
      };
    }
  }

  static final class NoBound extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
          OtpRules wide =
              new OtpRules(
                  rules.lockout(),
                  rules.maxAttempts(),
                  rules.shortCodeAttempts(),
                  rules.maxOpen(),
                  rules.resendAfter(),
                  64,
                  rules.deviceLifetime());
          return run(identity, state -> state.guess(guess, wide, now));
        }
      };
    }
  }

  static final class UnlocksStrangers extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public UnlockAnswer unlock(
            IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                Transition<SignInState, UnlockAnswer> done = state.unlock(unlock, rules, now);
                SignInState after = done.record();
                return new Transition<>(
                    new SignInState(
                        after.challenges(), Lane.CLEAR, after.ceiling(), after.devices()),
                    done.answer());
              });
        }
      };
    }
  }

  static final class FreshLanes extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public UnlockAnswer unlock(
            IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
          return run(
              identity,
              state -> {
                List<DeviceLane> others =
                    state.devices().stream()
                        .filter(lane -> !lane.name().equals(unlock.grant().value()))
                        .toList();
                return with(state, others).unlock(unlock, rules, now);
              });
        }
      };
    }
  }

  static final class AsksNoLock extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public UnlockAnswer unlock(
            IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
          LockId grant = unlock.grant();
          Unlock believing =
              new Unlock(Unlock.Kind.BUDGET, grant, unlock.device(), unlock.newcomer());
          return run(identity, state -> state.unlock(believing, rules, now));
        }
      };
    }
  }

  static final class ForgetsTheCount extends Contract {
    @Override
    MapStore store() {
      return new MapStore() {
        @Override
        public int forgetDevices(IdentityHash identity, Instant now) {
          return run(
              identity, state -> new Transition<>(SignInState.EMPTY, state.devices().size()));
        }
      };
    }
  }
}
