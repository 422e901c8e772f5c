package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.OpenAnswer.Locked;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the record makes of known devices: whose failures are whose, and what an unlock changes. */
final class SignInStateDevicesTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final OtpRules RULES = OtpPolicy.standard().rules();
  private static final Optional<DeviceId> STRANGER = Optional.empty();
  private static final DeviceId PHONE = device(1);
  private static final DeviceId LAPTOP = device(2);
  private static final DeviceId TABLET = device(3);
  private static final LockId LOCK = LockId.random(SecureBytes.system());
  private static final LockId ANOTHER = LockId.random(SecureBytes.system());
  private static final CodeHash CODE = CodeHash.matchless(SecureBytes.system());
  private static final CodeHash WRONG = CodeHash.matchless(SecureBytes.system());

  private SignInState state = SignInState.EMPTY;

  private static DeviceId device(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new DeviceId(Base64Url.encode(bytes));
  }

  private <T> T keep(Transition<SignInState, T> done) {
    state = done.record();
    return done.answer();
  }

  private ChallengeId open(Instant now) {
    ChallengeId challenge = ChallengeId.random(SecureBytes.system());
    LiveCode code = new LiveCode(CODE, now, now.plus(LIFETIME));
    keep(state.open(challenge, code, Optional.of(LAPTOP), RULES, now));
    return challenge;
  }

  private GuessAnswer guess(
      ChallengeId challenge, CodeHash code, Optional<DeviceId> device, LockId lock, Instant now) {
    return keep(
        state.guess(
            new Guess(challenge, CodeForm.SIX_DIGITS, code, device, TABLET, lock), RULES, now));
  }

  /** A sign-in that leaves the device known. */
  private void signIn(DeviceId device, Instant now) {
    assertThat(guess(open(now), CODE, Optional.of(device), ANOTHER, now)).isEqualTo(new Right());
  }

  /** A wrong code on a challenge of its own. */
  private Wrong fail(Optional<DeviceId> device, LockId lock, Instant now) {
    return (Wrong) guess(open(now), WRONG, device, lock, now);
  }

  /** So many wrong codes, each as soon as it may come. */
  private Instant failTimes(int times, Optional<DeviceId> device, LockId lock) {
    Instant now = NOW;
    for (int i = 1; i <= times; i++) {
      Wrong wrong = fail(device, lock, now);
      now = i < times ? now.plus(wrong.penalty().duration()) : now;
    }
    return now;
  }

  private Optional<DeviceLane> lane(DeviceId device) {
    return state.devices().stream().filter(lane -> lane.device().equals(device)).findFirst();
  }

  private int failures(DeviceId device) {
    return lane(device).orElseThrow().lane().failures();
  }

  private UnlockAnswer unlock(LockId lock, Optional<DeviceId> device, Instant now) {
    return keep(state.unlock(new Unlock(Unlock.Kind.LOCK, lock, device, TABLET), RULES, now));
  }

  private OtpStanding status(Optional<DeviceId> device, Instant now) {
    return state.status(ChallengeId.random(SecureBytes.system()), device, RULES, now);
  }

  @BeforeEach
  void knowPhoneAndLaptop() {
    signIn(PHONE, NOW);
    signIn(LAPTOP, NOW);
  }

  @Test
  void guess_wrongOnAKnownDevice_isCountedThereAndNowhereElse() {
    assertThat(fail(Optional.of(LAPTOP), LOCK, NOW)).isEqualTo(new Wrong(1, 2, Penalty.NONE, true));
    assertThat(fail(Optional.of(LAPTOP), LOCK, NOW))
        .isEqualTo(new Wrong(2, 1, Penalty.delay(Duration.ofSeconds(2)), true));
    Instant third = NOW.plusSeconds(2);
    assertThat(fail(Optional.of(LAPTOP), LOCK, third))
        .isEqualTo(new Wrong(3, 0, LockoutPolicy.THIRD, true));

    assertThat(failures(LAPTOP)).isEqualTo(3);
    assertThat(failures(PHONE)).isZero();
    assertThat(state.strangers()).isEqualTo(Lane.CLEAR);
    assertThat(state.ceiling()).isEqualTo(RateLog.EMPTY);
  }

  @Test
  void guess_wrongOnAKnownDevice_tellsTheAttemptsLeftOfTheChallengeWhereThoseAreFewer() {
    OtpRules lenient = OtpPolicy.standard().lockout(failures -> Penalty.NONE).rules();
    ChallengeId challenge = open(NOW);
    Guess guess =
        new Guess(challenge, CodeForm.SIX_DIGITS, WRONG, Optional.of(PHONE), TABLET, LOCK);

    for (int left = 4; left >= 0; left--) {
      assertThat(((Wrong) keep(state.guess(guess, lenient, NOW))).attemptsLeft()).isEqualTo(left);
    }
    assertThat(keep(state.guess(guess, lenient, NOW))).isEqualTo(new GuessAnswer.Expired());
  }

  @Test
  void guessThatLocksADevice_deliveredTwice_isAnsweredAlike_andCountedOnce() {
    Instant third = failTimes(2, Optional.of(LAPTOP), ANOTHER).plusSeconds(2);
    Guess guess =
        new Guess(open(third), CodeForm.SIX_DIGITS, WRONG, Optional.of(LAPTOP), TABLET, LOCK);
    GuessAnswer first = keep(state.guess(guess, RULES, third));
    SignInState locked = state;
    Instant end = third.plus(LockoutPolicy.THIRD.duration());

    assertThat(first).isEqualTo(new Wrong(3, 0, LockoutPolicy.THIRD, true));
    assertThat(keep(state.guess(guess, RULES, end.minusMillis(1)))).isEqualTo(first);
    assertThat(state).isSameAs(locked);
    assertThat(guess(guess.challenge(), WRONG, Optional.of(LAPTOP), ANOTHER, third))
        .as("another guess")
        .isEqualTo(new Held(Penalty.Kind.LOCK, end));
  }

  @Test
  void aLockOfOneDevice_holdsThatDeviceAlone() {
    Instant now = failTimes(3, Optional.of(LAPTOP), LOCK);
    Instant end = now.plus(LockoutPolicy.THIRD.duration());
    ChallengeId challenge = ChallengeId.random(SecureBytes.system());
    LiveCode code = new LiveCode(CODE, now, now.plus(LIFETIME));

    assertThat(keep(state.open(challenge, code, Optional.of(LAPTOP), RULES, now)))
        .isEqualTo(new Locked(end, LOCK));
    assertThat(keep(state.open(challenge, code, STRANGER, RULES, now))).isEqualTo(new Opened());
    assertThat(guess(challenge, CODE, Optional.of(LAPTOP), ANOTHER, now))
        .isEqualTo(new Held(Penalty.Kind.LOCK, end));
    assertThat(status(Optional.of(PHONE), now).penalty()).isEqualTo(Penalty.Kind.NONE);
    assertThat(guess(challenge, CODE, Optional.of(PHONE), ANOTHER, now)).isEqualTo(new Right());
  }

  @Test
  void aLockOfTheStrangers_holdsNoKnownDevice_andItsSuccessClearsNothingOfTheirs() {
    Instant now = failTimes(3, STRANGER, LOCK);
    SignInState locked = state;

    assertThat(status(STRANGER, now).lock()).hasValue(LOCK);
    assertThat(status(Optional.of(PHONE), now).lane()).hasValue(PHONE.value());
    assertThat(status(Optional.of(PHONE), now).lock()).isEmpty();
    signIn(PHONE, now);

    assertThat(state.strangers()).isEqualTo(locked.strangers());
    assertThat(state.ceiling()).isEqualTo(locked.ceiling());
  }

  @Test
  void guess_rightOnAKnownDevice_clearsItsLaneAlone() {
    fail(Optional.of(PHONE), LOCK, NOW);
    fail(Optional.of(LAPTOP), LOCK, NOW);
    fail(STRANGER, LOCK, NOW);

    signIn(LAPTOP, NOW);

    assertThat(failures(LAPTOP)).isZero();
    assertThat(failures(PHONE)).isOne();
    assertThat(state.strangers().failures()).isOne();
  }

  @Test
  void guess_ofADeviceWith15Failures_isAStrangers() {
    Instant now = failTimes(15, Optional.of(LAPTOP), LOCK);

    Wrong wrong = fail(Optional.of(LAPTOP), ANOTHER, now);

    assertThat(wrong).isEqualTo(new Wrong(1, 2, Penalty.NONE, false));
    assertThat(state.strangers().failures()).isOne();
    assertThat(failures(LAPTOP)).isEqualTo(15);
    assertThat(status(Optional.of(LAPTOP), now).lane()).isEmpty();
  }

  @Test
  void aSignIn_makesItsDeviceTheNewest_andTheNinthForgetsTheOldest() {
    signIn(PHONE, NOW);
    assertThat(state.devices()).extracting(DeviceLane::device).containsExactly(LAPTOP, PHONE);

    for (int i = 10; i < 16; i++) {
      signIn(device(i), NOW);
    }
    assertThat(state.devices()).hasSize(8);
    assertThat(lane(LAPTOP)).isPresent();
    signIn(device(16), NOW);

    assertThat(state.devices()).hasSize(8);
    assertThat(lane(LAPTOP)).isEmpty();
    assertThat(lane(PHONE)).isPresent();
  }

  @Test
  void aDevice_isKnownFor400Days_andDroppedByTheNextChange() {
    Instant end = NOW.plus(Duration.ofDays(400));
    SignInState known = state;

    fail(STRANGER, LOCK, end.minusMillis(1));
    assertThat(state.devices()).hasSize(2);
    state = known;
    fail(STRANGER, LOCK, end);
    assertThat(state.devices()).isEmpty();
  }

  @Test
  void unlock_ofTheLockThatIsRunning_makesTheNewcomerKnown_andTouchesNothingElse() {
    Instant now = failTimes(3, STRANGER, LOCK);
    SignInState locked = state;

    assertThat(unlock(LOCK, STRANGER, now)).isEqualTo(UnlockAnswer.REPLACED);

    assertThat(state.devices()).startsWith(locked.devices().toArray(DeviceLane[]::new)).hasSize(3);
    assertThat(lane(TABLET))
        .hasValue(
            new DeviceLane(
                LOCK.value(), TABLET, Lane.CLEAR, now.plus(OtpRules.DEFAULT_DEVICE_LIFETIME)));
    assertThat(state.strangers()).isEqualTo(locked.strangers());
    assertThat(state.ceiling()).isEqualTo(locked.ceiling());
    assertThat(state.challenges()).isEqualTo(locked.challenges());
  }

  @Test
  void unlock_ofALockThatIsNotRunning_isRefused_andChangesNothing() {
    assertThat(unlock(LOCK, STRANGER, NOW)).as("before it").isEqualTo(UnlockAnswer.REFUSED);
    Instant end = failTimes(3, STRANGER, LOCK).plus(LockoutPolicy.THIRD.duration());
    SignInState locked = state;

    assertThat(unlock(ANOTHER, STRANGER, end.minusMillis(1))).isEqualTo(UnlockAnswer.REFUSED);
    assertThat(unlock(LOCK, STRANGER, end)).isEqualTo(UnlockAnswer.REFUSED);
    assertThat(unlock(LOCK, Optional.of(PHONE), end)).isEqualTo(UnlockAnswer.REFUSED);
    assertThat(state).isSameAs(locked);
    assertThat(unlock(LOCK, STRANGER, end.minusMillis(1))).isEqualTo(UnlockAnswer.REPLACED);
  }

  @Test
  void unlock_ofTheLockOfADevice_worksLikeThatOfTheStrangers() {
    Instant now = failTimes(3, Optional.of(LAPTOP), LOCK);

    assertThat(unlock(ANOTHER, Optional.of(LAPTOP), now)).isEqualTo(UnlockAnswer.REFUSED);
    assertThat(unlock(LOCK, Optional.of(LAPTOP), now)).isEqualTo(UnlockAnswer.REPLACED);
    assertThat(failures(TABLET)).as("a lane of its own").isZero();
    assertThat(failures(LAPTOP)).isEqualTo(3);
  }

  @Test
  void unlock_withADeviceThatCanSignIn_keepsIt_andChangesNothing() {
    Instant now = failTimes(3, STRANGER, LOCK);
    SignInState locked = state;

    assertThat(unlock(LOCK, Optional.of(PHONE), now)).isEqualTo(UnlockAnswer.KEPT);
    assertThat(state).isSameAs(locked);
    assertThat(unlock(LOCK, Optional.of(device(9)), now))
        .as("a device that nobody knows")
        .isEqualTo(UnlockAnswer.REPLACED);
  }

  @Test
  void unlocks_ofOneLock_shareOneLaneAndItsCount_andTheLastDeviceHasIt() {
    Instant now = failTimes(3, STRANGER, LOCK);
    unlock(LOCK, STRANGER, now);
    fail(Optional.of(TABLET), ANOTHER, now);
    fail(Optional.of(PHONE), ANOTHER, now);
    fail(Optional.of(PHONE), ANOTHER, now);
    Unlock again = new Unlock(Unlock.Kind.LOCK, LOCK, STRANGER, device(9));

    assertThat(keep(state.unlock(again, RULES, now))).isEqualTo(UnlockAnswer.REPLACED);

    assertThat(lane(TABLET)).isEmpty();
    assertThat(failures(device(9))).isOne();
    assertThat(failures(PHONE)).isEqualTo(2);
    assertThat(state.devices()).hasSize(3);
  }

  @Test
  void aSignInAfterAnUnlock_givesTheDeviceALaneOfItsOwn_andTheNextUnlockOpensAnother() {
    Instant now = failTimes(3, STRANGER, LOCK);
    unlock(LOCK, STRANGER, now);
    signIn(TABLET, now);
    assertThat(lane(TABLET).orElseThrow().name()).isEqualTo(TABLET.value());
    Unlock again = new Unlock(Unlock.Kind.LOCK, LOCK, STRANGER, device(9));

    assertThat(keep(state.unlock(again, RULES, now))).isEqualTo(UnlockAnswer.REPLACED);

    assertThat(lane(TABLET)).isPresent();
    assertThat(lane(device(9)).orElseThrow().name()).isEqualTo(LOCK.value());
  }

  @Test
  void unlock_forAUsedUpBudget_needsNoLock() {
    Unlock unlock = new Unlock(Unlock.Kind.BUDGET, LOCK, STRANGER, TABLET);

    assertThat(keep(state.unlock(unlock, RULES, NOW))).isEqualTo(UnlockAnswer.REPLACED);
    assertThat(status(Optional.of(TABLET), NOW).lane()).hasValue(LOCK.value());
  }

  @Test
  void aDevice_hasOneLane_howeverItBecameKnown() {
    Instant now = failTimes(3, STRANGER, LOCK);
    unlock(LOCK, STRANGER, now);
    Instant later = NOW.plus(Duration.ofDays(1));
    for (int i = 0; i < 15; i++) {
      later = later.plus(fail(Optional.of(TABLET), ANOTHER, later).penalty().duration());
    }
    assertThat(status(Optional.of(TABLET), later).lane()).as("a stranger again").isEmpty();

    signIn(TABLET, later);

    assertThat(state.devices()).filteredOn(lane -> lane.device().equals(TABLET)).hasSize(1);
    assertThat(failures(TABLET)).isZero();
    assertThat(state.devices()).hasSize(3);
  }

  @Test
  void forgetDevices_makesStrangersOfThem_andTellsHowMany() {
    SignInState known = state;

    assertThat(keep(state.forgetDevices())).isEqualTo(2);
    assertThat(state)
        .isEqualTo(
            new SignInState(known.challenges(), known.strangers(), known.ceiling(), List.of()));
    SignInState none = state;
    assertThat(keep(state.forgetDevices())).isZero();
    assertThat(state).isSameAs(none);
    assertThat(status(Optional.of(PHONE), NOW).lane()).isEmpty();
  }
}
