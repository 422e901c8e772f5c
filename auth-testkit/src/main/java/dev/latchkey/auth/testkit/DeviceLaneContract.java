package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.identity;
import static dev.latchkey.auth.testkit.Samples.lock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.GuessAnswer.Expired;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer.Locked;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OtpStore} promises about known devices: that strangers can not lock an owner
 * out, and win no guess by trying. Extended by store authors who want this part alone; {@link
 * OtpStoreContract} has it and all others.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("A store of one-time codes and the devices that it knows")
public abstract class DeviceLaneContract {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration RESEND_AFTER = Duration.ofSeconds(30);
  private static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, 8, RESEND_AFTER);

  /** No penalty but the ceiling's. */
  private static final OtpRules LENIENT =
      OtpRules.of(LockoutTable.of(failures -> Penalty.NONE), 5, 8, RESEND_AFTER);

  private static final Penalty TWO_SECONDS = Penalty.delay(Duration.ofSeconds(2));
  private static final IdentityHash ADA = identity(1);
  private static final IdentityHash BOB = identity(2);
  private static final ChallengeId CHALLENGE = challenge(900_001);
  private static final CodeHash CODE = code(123_456);
  private static final CodeHash SECOND_CODE = code(222_222);
  private static final CodeHash WRONG = code(654_321);
  private static final DeviceId PHONE = device(1);
  private static final DeviceId LAPTOP = device(2);
  private static final DeviceId NEWCOMER = device(3);
  private static final int RACERS = 64;

  private OtpStore store;
  private OtpClient stranger;
  private OtpClient phone;
  private OtpClient laptop;
  private int challenges;

  /** Called by test frameworks, through a subclass. */
  protected DeviceLaneContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract OtpStore emptyStore();

  @BeforeEach
  final void openStore() {
    store = emptyStore();
    stranger = OtpClient.stranger(store, device(900));
    phone = OtpClient.on(store, PHONE);
    laptop = OtpClient.on(store, LAPTOP);
  }

  private static LiveCode live(CodeHash hash, Instant from) {
    return new LiveCode(hash, from, from.plus(LIFETIME));
  }

  private static Wrong wrong(int failures, int attemptsLeft, Penalty penalty, boolean known) {
    return new Wrong(failures, attemptsLeft, penalty, known);
  }

  /** The challenge that was opened last. */
  private ChallengeId latest() {
    return challenge(challenges);
  }

  private ChallengeId openNext(OtpClient client, Instant now) {
    challenges++;
    assertThat(client.open(ADA, latest(), live(CODE, now), RULES, now)).isEqualTo(new Opened());
    return latest();
  }

  private void signIn(OtpClient client, Instant now) {
    assertThat(client.guess(ADA, openNext(client, now), CODE, RULES, now)).isEqualTo(new Right());
  }

  private void signInNewcomer(DeviceId newcomer, Instant now) {
    signIn(OtpClient.stranger(store, newcomer), now);
  }

  /** A wrong guess on a challenge of its own, at a time when nothing holds the client up. */
  private Wrong fail(OtpClient client, Instant now) {
    GuessAnswer answer = client.guess(ADA, openNext(client, now), WRONG, RULES, now);
    assertThat(answer).isInstanceOf(Wrong.class);
    return (Wrong) answer;
  }

  /** Fails so often in a row, waiting for each penalty. Returns when the last penalty ends. */
  private Instant failInARow(OtpClient client, int failures, Instant from) {
    Instant now = from;
    for (int i = 1; i <= failures; i++) {
      Wrong wrong = fail(client, now);
      assertThat(wrong.failures()).isEqualTo(i);
      now = now.plus(wrong.penalty().duration());
    }
    return now;
  }

  private OtpStanding standing(OtpClient client, Instant now) {
    return client.status(ADA, challenge(900_009), RULES, now);
  }

  private LockId lockOf(OtpClient client, Instant now) {
    return client.lock(ADA, CHALLENGE, RULES, now);
  }

  private Optional<String> laneOf(DeviceId device, Instant now) {
    return standing(OtpClient.on(store, device), now).lane();
  }

  private boolean isKnown(DeviceId device, Instant now) {
    return laneOf(device, now).isPresent();
  }

  /** Others come, so that a store which clears away what is over on such an occasion does so. */
  private void othersCome(Instant now) {
    for (int i = 1_000; i < 1_020; i++) {
      stranger.open(identity(i), challenge(i), live(CODE, now), RULES, now);
    }
  }

  private static OtpStanding free(Optional<String> lane) {
    return new OtpStanding(
        Penalty.Kind.NONE, Instant.EPOCH, Optional.empty(), lane, Optional.empty());
  }

  private UnlockAnswer unlock(LockId grant, DeviceId newcomer, Instant now) {
    return store.unlock(
        ADA, new Unlock(Unlock.Kind.LOCK, grant, Optional.empty(), newcomer), RULES, now);
  }

  private UnlockAnswer unlockBudget(LockId grant, DeviceId newcomer, Instant now) {
    return store.unlock(
        ADA, new Unlock(Unlock.Kind.BUDGET, grant, Optional.empty(), newcomer), RULES, now);
  }

  @Nested
  @DisplayName("knows a device from its first right code on")
  class Knowing {
    @Test
    @DisplayName("which is the newcomer where none was shown")
    void guess_rightWithoutADevice_makesTheNewcomerKnown() {
      assertThat(isKnown(NEWCOMER, START)).isFalse();

      signInNewcomer(NEWCOMER, START);

      assertThat(laneOf(NEWCOMER, START)).hasValue(NEWCOMER.value());
    }

    @Test
    @DisplayName("which is the one that was shown, known or not")
    void guess_rightWithADevice_makesThatKnownAndNoNewcomer() {
      signIn(new OtpClient(store, Optional.of(PHONE), NEWCOMER), START);

      assertThat(laneOf(PHONE, START)).hasValue(PHONE.value());
      assertThat(isKnown(NEWCOMER, START)).isFalse();
    }

    @Test
    @DisplayName("and keeps it at the next ones")
    void guess_rightOfAKnownDevice_keepsItsLane() {
      signInNewcomer(PHONE, START);
      Instant later = START.plusSeconds(1);

      signIn(new OtpClient(store, Optional.of(PHONE), NEWCOMER), later);

      assertThat(laneOf(PHONE, later)).hasValue(PHONE.value());
      assertThat(isKnown(NEWCOMER, later)).isFalse();
    }

    @Test
    @DisplayName("and not from a wrong code, nor from one that is not compared")
    void guess_notRight_makesNobodyKnown() {
      Instant held = START;
      fail(phone, held);
      fail(phone, held);
      assertThat(phone.guess(ADA, latest(), CODE, RULES, held)).isInstanceOf(Held.class);
      Instant end = START.plus(LIFETIME);
      assertThat(phone.guess(ADA, latest(), CODE, RULES, end)).isEqualTo(new Expired());

      assertThat(isKnown(PHONE, end)).isFalse();
    }

    @Test
    @DisplayName("of one identity alone")
    void guess_right_makesNoDeviceOfAnotherIdentityKnown() {
      signIn(phone, START);

      assertThat(phone.status(BOB, CHALLENGE, RULES, START)).isEqualTo(free(Optional.empty()));
    }

    @Test
    @DisplayName("for as long as the rules say, to the millisecond")
    void status_atTheEndOfTheDevicesTime_isAStrangers() {
      signIn(phone, START);
      Instant end = START.plus(OtpRules.DEFAULT_DEVICE_LIFETIME);

      othersCome(end.minus(MILLI));
      assertThat(isKnown(PHONE, end.minus(MILLI))).isTrue();
      assertThat(isKnown(PHONE, end)).isFalse();
      assertThat(isKnown(PHONE, end.plus(MILLI))).isFalse();
      assertThat(fail(phone, end).known()).isFalse();
    }

    @Test
    @DisplayName("and for as long again after its next right code")
    void guess_rightOfAKnownDevice_beginsItsTimeAnew() {
      signIn(phone, START);
      Instant again = START.plus(Duration.ofDays(399));
      signIn(phone, again);
      Instant end = again.plus(OtpRules.DEFAULT_DEVICE_LIFETIME);

      assertThat(isKnown(PHONE, end.minus(MILLI))).isTrue();
      assertThat(isKnown(PHONE, end)).isFalse();
    }

    @Test
    @DisplayName(
        "and eight of them, after which the one whose code is the longest ago is forgotten")
    void guess_rightOfANinthDevice_endsTheOldest() {
      for (int i = 1; i <= 8; i++) {
        signInNewcomer(device(i), START.plusSeconds(i));
      }
      signIn(phone, START.plusSeconds(9));

      signInNewcomer(device(9), START.plusSeconds(10));

      Instant now = START.plusSeconds(11);
      assertThat(IntStream.rangeClosed(1, 9).filter(i -> isKnown(device(i), now)).boxed())
          .containsExactly(1, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    @DisplayName("until all are forgotten at once, and nothing else with them")
    void forgetDevices_makesThemStrangers() {
      signIn(phone, START);
      signIn(laptop, START);
      fail(stranger, START);
      ChallengeId open = openNext(phone, START);

      assertThat(store.forgetDevices(BOB, START)).isZero();
      assertThat(store.forgetDevices(ADA, START)).isEqualTo(2);
      assertThat(store.forgetDevices(ADA, START)).isZero();

      assertThat(isKnown(PHONE, START)).isFalse();
      assertThat(isKnown(LAPTOP, START)).isFalse();
      assertThat(fail(phone, START))
          .as("the strangers' count")
          .isEqualTo(wrong(2, 1, TWO_SECONDS, false));
      assertThat(stranger.guess(ADA, open, CODE, RULES, START.plusSeconds(2)))
          .isEqualTo(new Right());
    }
  }

  @Nested
  @DisplayName("keeps the failures of strangers and of each device apart")
  class Apart {
    @BeforeEach
    void signInBoth() {
      signIn(phone, START);
      signIn(laptop, START);
    }

    @Test
    @DisplayName("those of strangers count for no device")
    void guess_wrongOfStrangers_countsForNoDevice() {
      Instant now = failInARow(stranger, 7, START);

      assertThat(fail(phone, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
      assertThat(fail(laptop, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
      assertThat(fail(stranger, now).failures()).isEqualTo(8);
    }

    @Test
    @DisplayName("those of a device count for no stranger and no other device")
    void guess_wrongOfADevice_countsForNobodyElse() {
      Instant now = failInARow(phone, 7, START);

      assertThat(fail(stranger, now)).isEqualTo(wrong(1, 2, Penalty.NONE, false));
      assertThat(fail(laptop, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
      assertThat(fail(phone, now).failures()).isEqualTo(8);
    }

    @Test
    @DisplayName("a lock of strangers holds no device: it asks, asks again and signs in")
    void everything_ofADeviceWhileStrangersAreLocked_goesOn() {
      Instant end = failInARow(stranger, 3, START);
      Instant now = end.minus(LockoutPolicy.THIRD.duration());
      LockId lock = lockOf(stranger, now);
      Instant resent = now.plus(RESEND_AFTER);
      assertThat(standing(stranger, now))
          .isEqualTo(
              new OtpStanding(
                  Penalty.Kind.LOCK, end, Optional.of(lock), Optional.empty(), Optional.empty()));
      assertThat(standing(phone, now)).isEqualTo(free(Optional.of(PHONE.value())));

      ChallengeId challenge = openNext(phone, now);
      assertThat(stranger.addCode(ADA, challenge, live(SECOND_CODE, resent), RULES, resent))
          .isEqualTo(new Locked(end, lock));
      assertThat(phone.addCode(ADA, challenge, live(SECOND_CODE, resent), RULES, resent))
          .isEqualTo(new Opened());
      assertThat(stranger.guess(ADA, challenge, CODE, RULES, resent))
          .isEqualTo(new Held(Penalty.Kind.LOCK, end));
      assertThat(phone.guess(ADA, challenge, CODE, RULES, resent)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("a lock of a device holds nobody else, to its last millisecond")
    void everything_whileADeviceIsLocked_goesOnForOthers() {
      Instant end = failInARow(phone, 3, START);
      Instant last = end.minus(MILLI);
      LockId lock = lockOf(phone, last);

      assertThat(standing(phone, last))
          .isEqualTo(
              new OtpStanding(
                  Penalty.Kind.LOCK,
                  end,
                  Optional.of(lock),
                  Optional.of(PHONE.value()),
                  Optional.empty()));
      assertThat(phone.open(ADA, CHALLENGE, live(CODE, last), RULES, last))
          .isEqualTo(new Locked(end, lock));
      ChallengeId challenge = openNext(stranger, last);
      assertThat(phone.guess(ADA, challenge, CODE, RULES, last))
          .isEqualTo(new Held(Penalty.Kind.LOCK, end));
      assertThat(laptop.guess(ADA, challenge, CODE, RULES, last)).isEqualTo(new Right());
      assertThat(phone.open(ADA, CHALLENGE, live(CODE, end), RULES, end)).isEqualTo(new Opened());
    }

    @Test
    @DisplayName("a delay holds only those whose it is")
    void guess_whileOthersAreDelayed_isCompared() {
      fail(stranger, START);
      fail(stranger, START);
      Held held = new Held(Penalty.Kind.DELAY, START.plusSeconds(2));
      ChallengeId challenge = openNext(phone, START);

      assertThat(stranger.guess(ADA, challenge, WRONG, RULES, START)).isEqualTo(held);
      assertThat(phone.guess(ADA, challenge, WRONG, RULES, START))
          .isEqualTo(wrong(1, 2, Penalty.NONE, true));
    }

    @Test
    @DisplayName("a right code of a device clears its own count alone")
    void guess_rightOfADevice_clearsItsOwnCount() {
      Instant now = failInARow(stranger, 2, START);
      failInARow(laptop, 2, START);
      failInARow(phone, 2, START);

      signIn(phone, now);

      assertThat(fail(phone, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
      assertThat(fail(laptop, now)).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD, true));
      assertThat(fail(stranger, now)).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD, false));
    }

    @Test
    @DisplayName("a right code of a stranger clears the strangers' count alone")
    void guess_rightOfAStranger_clearsTheStrangersCount() {
      Instant now = failInARow(phone, 2, START);
      failInARow(stranger, 2, START);

      signIn(stranger, now);

      assertThat(fail(stranger, now)).isEqualTo(wrong(1, 2, Penalty.NONE, false));
      assertThat(fail(phone, now)).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD, true));
    }

    @Test
    @DisplayName("the ceiling counts those of strangers and of no device, and holds no device")
    void guess_wrongOfADevice_countsForNoCeiling() {
      Instant now = START;
      for (int i = 0; i < 99; i++) {
        fail(stranger, now);
        signIn(stranger, now);
        if (i % 3 == 0) {
          fail(phone, now);
          signIn(phone, now);
        }
        now = now.plusSeconds(1);
      }
      assertThat(fail(phone, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));

      Penalty ceiling = Penalty.lock(LockoutTable.DEFAULT_CEILING_LOCK);
      assertThat(fail(stranger, now)).isEqualTo(wrong(1, 0, ceiling, false));
      signIn(phone, now.plusSeconds(1));
    }

    @Test
    @DisplayName("a device waits as the table says, and from the 15th failure on is a stranger")
    void guess_wrongOfADeviceFifteenTimes_isAStrangersFromThenOn() {
      Instant now = START;
      for (int failures = 1; failures <= 14; failures++) {
        Wrong wrong = fail(phone, now);
        Penalty penalty = RULES.lockout().after(failures);
        assertThat(wrong.failures()).isEqualTo(failures);
        assertThat(wrong.penalty()).isEqualTo(penalty);
        assertThat(wrong.known()).isTrue();
        assertThat(isKnown(PHONE, now)).isTrue();
        now = now.plus(penalty.duration());
      }

      Penalty day = Penalty.lock(Duration.ofHours(24));
      assertThat(fail(phone, now)).isEqualTo(wrong(15, 0, day, true));

      assertThat(standing(phone, now)).isEqualTo(free(Optional.empty()));
      assertThat(fail(phone, now)).isEqualTo(wrong(1, 2, Penalty.NONE, false));
      assertThat(fail(stranger, now)).isEqualTo(wrong(2, 1, TWO_SECONDS, false));
    }

    @Test
    @DisplayName("and a right code makes such a device known anew")
    void guess_rightOfADeviceWithFifteenFailures_makesItKnownAnew() {
      Instant now = failInARow(phone, 15, START);
      assertThat(isKnown(PHONE, now)).isFalse();

      signIn(phone, now);

      assertThat(fail(phone, now)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
    }

    @Test
    @DisplayName(
        "a device's count is kept for 90 days after its last wrong code, to the millisecond")
    void guess_wrongOfADevice_isCountedFor90Days() {
      fail(phone, START);
      fail(phone, START);
      fail(laptop, START);
      fail(laptop, START);
      Instant forgotten = START.plus(LockoutTable.DEFAULT_MEMORY);

      othersCome(forgotten.minus(MILLI));
      assertThat(fail(phone, forgotten.minus(MILLI)))
          .isEqualTo(wrong(3, 0, LockoutPolicy.THIRD, true));
      assertThat(fail(laptop, forgotten)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
    }

    @Test
    @DisplayName(
        "a penalty of a device begins no earlier than its failure before, if the clock is"
            + " behind")
    void guess_wrongOfADeviceWithTheClockBehind_isHeldFromTheLatestFailureOn() {
      fail(phone, START.plusSeconds(60));
      ChallengeId challenge = openNext(phone, START);
      assertThat(phone.guess(ADA, challenge, WRONG, RULES, START)).isInstanceOf(Wrong.class);

      Held held = new Held(Penalty.Kind.DELAY, START.plusSeconds(62));
      assertThat(phone.guess(ADA, challenge, WRONG, RULES, START.plusSeconds(62).minus(MILLI)))
          .isEqualTo(held);
    }
  }

  @Nested
  @DisplayName("lets an owner in past a lock")
  class Unlocking {
    private Instant end;
    private Instant now;
    private LockId lock;

    @BeforeEach
    void lockStrangers() {
      end = failInARow(stranger, 3, START);
      now = end.minus(LockoutPolicy.THIRD.duration());
      lock = lockOf(stranger, now);
    }

    @Test
    @DisplayName("by a device that is known from then on, and signs in while the lock goes on")
    void unlock_ofTheRunningLock_makesTheNewcomerKnown() {
      assertThat(unlock(lock, PHONE, now)).isEqualTo(UnlockAnswer.REPLACED);

      assertThat(laneOf(PHONE, now)).hasValue(lock.value());
      assertThat(standing(stranger, now).penalty()).isEqualTo(Penalty.Kind.LOCK);
      signIn(phone, now);
      assertThat(laneOf(PHONE, now)).as("after signing in").hasValue(PHONE.value());
      assertThat(isKnown(PHONE, now.plus(OtpRules.DEFAULT_DEVICE_LIFETIME).minus(MILLI))).isTrue();
      assertThat(isKnown(PHONE, now.plus(OtpRules.DEFAULT_DEVICE_LIFETIME))).isFalse();
    }

    @Test
    @DisplayName("and gives strangers no guess back")
    void unlock_leavesTheStrangersCountAlone() {
      unlock(lock, PHONE, now);
      signIn(phone, now);

      ChallengeId challenge = openNext(phone, now);
      assertThat(stranger.guess(ADA, challenge, WRONG, RULES, end.minus(MILLI)))
          .isEqualTo(new Held(Penalty.Kind.LOCK, end));
      assertThat(fail(stranger, end).failures()).isEqualTo(4);
    }

    @Test
    @DisplayName("to the last millisecond of the lock, and not at its end")
    void unlock_atTheEndOfTheLock_isRefused() {
      assertThat(unlock(lock, PHONE, end.minus(MILLI))).isEqualTo(UnlockAnswer.REPLACED);
      assertThat(unlock(lock, LAPTOP, end)).isEqualTo(UnlockAnswer.REFUSED);
      assertThat(unlock(lock, LAPTOP, end.plus(MILLI))).isEqualTo(UnlockAnswer.REFUSED);

      assertThat(isKnown(PHONE, end)).isTrue();
      assertThat(isKnown(LAPTOP, end)).isFalse();
    }

    @Test
    @DisplayName("and by no token of an earlier lock")
    void unlock_ofAnEarlierLock_isRefused() {
      Wrong fourth = fail(stranger, end);
      Instant fifth = end.plus(fourth.penalty().duration());
      assertThat(fail(stranger, fifth).penalty().kind()).isEqualTo(Penalty.Kind.LOCK);
      LockId second = lockOf(stranger, fifth);

      assertThat(unlock(lock, PHONE, fifth)).isEqualTo(UnlockAnswer.REFUSED);
      assertThat(isKnown(PHONE, fifth)).isFalse();
      assertThat(unlock(second, PHONE, fifth)).isEqualTo(UnlockAnswer.REPLACED);
    }

    @Test
    @DisplayName("and by none of a lock that never was, of a delay, or of another identity")
    void unlock_ofNoLock_isRefused() {
      assertThat(unlock(lock(77), PHONE, now)).isEqualTo(UnlockAnswer.REFUSED);
      ChallengeId challenge = openNext(stranger, end);
      Wrong fourth = (Wrong) stranger.guess(ADA, challenge, WRONG, lock(78), RULES, end);
      assertThat(fourth.penalty().kind()).isEqualTo(Penalty.Kind.DELAY);
      assertThat(unlock(lock(78), PHONE, end)).isEqualTo(UnlockAnswer.REFUSED);
      Unlock ofAda = new Unlock(Unlock.Kind.LOCK, lock, Optional.empty(), PHONE);
      assertThat(store.unlock(BOB, ofAda, RULES, now)).isEqualTo(UnlockAnswer.REFUSED);

      assertThat(isKnown(PHONE, end)).isFalse();
      assertThat(phone.status(BOB, CHALLENGE, RULES, now).lane()).isEmpty();
    }

    @Test
    @DisplayName("nor of a device whose time is over, though its lock would go on")
    void unlock_ofTheLockOfAForgottenDevice_isRefused() {
      signInNewcomer(PHONE, end);
      Instant forgotten = end.plus(RULES.deviceLifetime());
      Instant third = failInARow(phone, 2, forgotten.minusSeconds(10));
      ChallengeId challenge = openNext(phone, third);
      Wrong locking = new Wrong(3, 0, LockoutPolicy.THIRD, true);
      assertThat(phone.guess(ADA, challenge, WRONG, lock(79), RULES, third)).isEqualTo(locking);

      assertThat(unlock(lock(79), NEWCOMER, forgotten)).isEqualTo(UnlockAnswer.REFUSED);
      assertThat(phone.guess(ADA, challenge, WRONG, lock(79), RULES, forgotten))
          .isEqualTo(new Wrong(1, 2, Penalty.NONE, false));
    }

    @Test
    @DisplayName("once more with another device, which takes the first one's place and its count")
    void unlock_again_replacesTheDeviceAndInheritsTheCount() {
      unlock(lock, PHONE, now);
      fail(phone, now);
      fail(phone, now);

      assertThat(unlock(lock, LAPTOP, now)).isEqualTo(UnlockAnswer.REPLACED);

      assertThat(isKnown(PHONE, now)).isFalse();
      assertThat(laneOf(LAPTOP, now)).hasValue(lock.value());
      ChallengeId challenge = openNext(laptop, now);
      assertThat(laptop.guess(ADA, challenge, WRONG, RULES, now))
          .isEqualTo(new Held(Penalty.Kind.DELAY, now.plusSeconds(2)));
      assertThat(fail(laptop, now.plusSeconds(2)))
          .isEqualTo(wrong(3, 0, LockoutPolicy.THIRD, true));
    }

    @Test
    @DisplayName(
        "so that no number of unlocks wins a guess: at 15 failures the device is a stranger")
    void unlock_ofALaneWithFifteenFailures_makesNobodyKnown() {
      unlockBudget(lock(77), PHONE, end);
      Instant later = failInARow(phone, 15, end);

      assertThat(unlockBudget(lock(77), LAPTOP, later)).isEqualTo(UnlockAnswer.REPLACED);

      assertThat(isKnown(LAPTOP, later)).isFalse();
      assertThat(fail(laptop, later))
          .as("the strangers' count")
          .isEqualTo(wrong(4, 1, Penalty.delay(Duration.ofSeconds(8)), false));
    }

    @Test
    @DisplayName("once, however often the same call is delivered")
    void unlock_deliveredTwice_changesNothingMore() {
      assertThat(unlock(lock, PHONE, now)).isEqualTo(UnlockAnswer.REPLACED);
      fail(phone, now);

      assertThat(unlock(lock, PHONE, now)).isEqualTo(UnlockAnswer.REPLACED);

      assertThat(fail(phone, now)).isEqualTo(wrong(2, 1, TWO_SECONDS, true));
      assertThat(store.forgetDevices(ADA, now)).isOne();
    }

    @Test
    @DisplayName("and a device that is known and not locked stays as it is")
    void unlock_withAUsableDevice_keepsIt() {
      Unlock first = new Unlock(Unlock.Kind.BUDGET, lock(77), Optional.empty(), PHONE);
      store.unlock(ADA, first, RULES, now);
      fail(phone, now);

      assertThat(
              store.unlock(
                  ADA,
                  new Unlock(Unlock.Kind.LOCK, lock, Optional.of(PHONE), NEWCOMER),
                  RULES,
                  now))
          .isEqualTo(UnlockAnswer.KEPT);

      assertThat(isKnown(NEWCOMER, now)).isFalse();
      assertThat(laneOf(PHONE, now)).hasValue(lock(77).value());
      assertThat(fail(phone, now).failures()).isEqualTo(2);
      assertThat(store.forgetDevices(ADA, now)).isOne();
    }

    @Test
    @DisplayName("and one that is not known, or locked itself, is replaced")
    void unlock_withADeviceThatIsNotUsable_takesTheNewcomer() {
      Unlock unlock = new Unlock(Unlock.Kind.LOCK, lock, Optional.of(PHONE), NEWCOMER);
      assertThat(store.unlock(ADA, unlock, RULES, now)).isEqualTo(UnlockAnswer.REPLACED);
      assertThat(isKnown(PHONE, now)).isFalse();
      assertThat(isKnown(NEWCOMER, now)).isTrue();

      signIn(OtpClient.stranger(store, PHONE), end);
      Instant phoneEnd = failInARow(phone, 3, end);
      Instant last = phoneEnd.minus(MILLI);
      LockId ofPhone = lockOf(phone, last);
      Unlock own = new Unlock(Unlock.Kind.LOCK, ofPhone, Optional.of(PHONE), LAPTOP);
      assertThat(store.unlock(ADA, own, RULES, last)).isEqualTo(UnlockAnswer.REPLACED);
      assertThat(fail(laptop, last)).isEqualTo(wrong(1, 2, Penalty.NONE, true));
    }

    @Test
    @DisplayName("and needs no lock where the strangers' budget of codes was used up")
    void unlock_ofABudget_needsNoLock() {
      assertThat(unlockBudget(lock(77), PHONE, end)).isEqualTo(UnlockAnswer.REPLACED);
      assertThat(laneOf(PHONE, end)).hasValue(lock(77).value());
      fail(phone, end);

      assertThat(unlockBudget(lock(77), LAPTOP, end)).isEqualTo(UnlockAnswer.REPLACED);
      assertThat(isKnown(PHONE, end)).isFalse();
      assertThat(fail(laptop, end).failures()).isEqualTo(2);
    }

    @Test
    @DisplayName("within the bound of eight devices, the oldest goes")
    void unlock_pastTheBound_endsTheOldest() {
      for (int i = 11; i <= 18; i++) {
        signIn(OtpClient.on(store, device(i)), end.plusSeconds(i));
      }
      Instant later = end.plusSeconds(60);

      unlockBudget(lock(77), PHONE, later);

      assertThat(isKnown(device(11), later)).isFalse();
      assertThat(isKnown(device(12), later)).isTrue();
      assertThat(isKnown(PHONE, later)).isTrue();
    }
  }

  @Nested
  @DisplayName("answers a guess that locked alike when it is delivered again")
  class SecondDeliveries {
    /** Fails until the last failure locks, which comes again and again until the lock ends. */
    private Instant failAndRepeat(OtpClient client, int failures, Penalty lock, boolean known) {
      Instant now = failInARow(client, failures - 1, START);
      Instant end = now.plus(lock.duration());
      ChallengeId challenge = openNext(client, now);
      for (Instant time : List.of(now, now, now.plus(MILLI), end.minus(MILLI))) {
        assertThat(client.guess(ADA, challenge, WRONG, lock(1), RULES, time))
            .isEqualTo(wrong(failures, 0, lock, known));
      }
      return end;
    }

    @Test
    @DisplayName("and counts it once: of a stranger")
    void guess_ofAStrangerThatLocks_deliveredTwice_isAnsweredAlikeAndCountedOnce() {
      Instant end = failAndRepeat(stranger, 3, LockoutPolicy.THIRD, false);

      assertThat(standing(stranger, end.minus(MILLI)).until()).isEqualTo(end);
      assertThat(fail(stranger, end).failures()).isEqualTo(4);
    }

    @Test
    @DisplayName("of a known device")
    void guess_ofADeviceThatLocks_deliveredTwice_isAnsweredAlikeAndCountedOnce() {
      signInNewcomer(PHONE, START);

      Instant end = failAndRepeat(phone, 5, LockoutPolicy.FIFTH, true);

      assertThat(standing(phone, end.minus(MILLI)).until()).isEqualTo(end);
      assertThat(fail(phone, end))
          .isEqualTo(wrong(6, 4, Penalty.delay(Duration.ofSeconds(32)), true));
      assertThat(fail(stranger, end).failures()).isEqualTo(1);
    }

    @Test
    @DisplayName("of a known device that is a stranger from this very guess on")
    void guess_ofADevicesFifteenthFailure_deliveredTwice_isAnsweredAlikeAndCountedOnce() {
      signInNewcomer(PHONE, START);

      Instant end = failAndRepeat(phone, 15, LockoutPolicy.FIFTEENTH, true);

      assertThat(isKnown(PHONE, end.minus(MILLI))).isFalse();
      assertThat(fail(stranger, end.minus(MILLI)).failures()).isEqualTo(1);
    }

    @Test
    @DisplayName("but no other guess, which is held")
    void guess_ofAnotherNameWhileLocked_isHeld() {
      Instant end = failAndRepeat(stranger, 3, LockoutPolicy.THIRD, false);

      assertThat(stranger.guess(ADA, CHALLENGE, WRONG, RULES, end.minus(MILLI)))
          .isEqualTo(new Held(Penalty.Kind.LOCK, end));
    }

    @Test
    @DisplayName("but not one that brought an earlier lock")
    void guess_thatBroughtAnEarlierLock_isHeld() {
      Instant end = failAndRepeat(stranger, 3, LockoutPolicy.THIRD, false);
      ChallengeId earlier = latest();
      Instant now = end.plus(fail(stranger, end).penalty().duration());
      Instant later = now.plus(fail(stranger, now).penalty().duration());

      assertThat(stranger.guess(ADA, earlier, WRONG, lock(1), RULES, now))
          .isEqualTo(new Held(Penalty.Kind.LOCK, later));
    }
  }

  @Nested
  @DisplayName("takes fewer guesses for short codes while an attack is on")
  class ShortCodes {
    private final OtpRules attack = LENIENT.shortCodeAttempts(1);

    private GuessAnswer guess(CodeForm form, CodeHash candidate) {
      return stranger.guess(ADA, CHALLENGE, form, candidate, attack, START);
    }

    @BeforeEach
    void openChallenge() {
      stranger.open(ADA, CHALLENGE, live(CODE, START), attack, START);
    }

    @Test
    @DisplayName("which is one, and the right one passes")
    void guess_shortAndRight_isRight() {
      assertThat(guess(CodeForm.SIX_DIGITS, CODE)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("and a second one is not compared, though it were right")
    void guess_shortAfterAWrongOne_isExpired() {
      assertThat(guess(CodeForm.SIX_DIGITS, WRONG)).isEqualTo(wrong(1, 0, Penalty.NONE, false));

      assertThat(guess(CodeForm.SIX_DIGITS, CODE)).isEqualTo(new Expired());
      assertThat(guess(CodeForm.SIX_DIGITS, WRONG)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("while a guess of eight characters has all of them")
    void guess_long_hasAllAttempts() {
      for (int i = 1; i <= 4; i++) {
        assertThat(guess(CodeForm.EIGHT_BASE32, WRONG))
            .isEqualTo(wrong(i, 5 - i, Penalty.NONE, false));
      }
      assertThat(guess(CodeForm.EIGHT_BASE32, CODE)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("also one after a short one, with which it shares one count")
    void guess_longAfterAShortOne_isCountedWithIt() {
      guess(CodeForm.SIX_DIGITS, WRONG);
      for (int i = 2; i <= 5; i++) {
        assertThat(guess(CodeForm.EIGHT_BASE32, WRONG))
            .isEqualTo(wrong(i, 5 - i, Penalty.NONE, false));
      }

      assertThat(guess(CodeForm.EIGHT_BASE32, CODE)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("and all of them again when it is over")
    void guess_shortWhenTheAttackIsOver_hasAllAttempts() {
      guess(CodeForm.SIX_DIGITS, WRONG);

      assertThat(stranger.guess(ADA, CHALLENGE, CODE, LENIENT, START)).isEqualTo(new Right());
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(3, 1_000);

    @Test
    @DisplayName(
        "of wrong codes of strangers and devices at once, each lane compares what its table allows")
    void guess_wrongOfAllInParallel_isComparedAsOftenAsEachTableAllows() {
      for (int round = 0; round < rounds; round++) {
        IdentityHash identity = identity(100 + round);
        makeKnown(identity, PHONE);
        makeKnown(identity, LAPTOP);
        for (int i = 0; i < 8; i++) {
          stranger.open(identity, challenge(i), live(CODE, START), RULES, START);
        }

        assertThat(counted(identity, START))
            .containsExactly(List.of(1, 2), List.of(1, 2), List.of(1, 2));
        assertThat(counted(identity, START.plusSeconds(2)))
            .containsExactly(List.of(3), List.of(3), List.of(3));
        assertThat(counted(identity, START.plusSeconds(3)))
            .containsExactly(List.of(), List.of(), List.of());
      }
    }

    private void makeKnown(IdentityHash identity, DeviceId device) {
      OtpClient client = OtpClient.on(store, device);
      client.open(identity, CHALLENGE, live(CODE, START), RULES, START);
      assertThat(client.guess(identity, CHALLENGE, CODE, RULES, START)).isEqualTo(new Right());
    }

    /** The counts that were answered to strangers, phone and laptop, each in order. */
    private List<List<Integer>> counted(IdentityHash identity, Instant now) {
      List<OtpClient> clients = List.of(stranger, phone, laptop);
      List<List<Wrong>> wrongs =
          Race.of(RACERS)
              .run(
                  racer -> {
                    List<Wrong> mine = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                      ChallengeId challenge = challenge((racer + i) % 8);
                      GuessAnswer answer =
                          clients.get(racer % 3).guess(identity, challenge, WRONG, RULES, now);
                      if (answer instanceof Wrong wrong) {
                        assertThat(wrong.known()).isEqualTo(racer % 3 != 0);
                        mine.add(wrong);
                      }
                    }
                    return mine;
                  })
              .outcomes();
      return IntStream.range(0, 3)
          .mapToObj(
              client ->
                  IntStream.range(0, RACERS)
                      .filter(racer -> racer % 3 == client)
                      .boxed()
                      .flatMap(racer -> wrongs.get(racer).stream())
                      .map(Wrong::failures)
                      .sorted()
                      .toList())
          .toList();
    }

    @Test
    @DisplayName("a guess that locks is counted once, and each delivery learns of the lock")
    void guess_thatLocks_deliveredInParallel_isAnsweredAlike() {
      Instant now = failInARow(stranger, 2, START);
      ChallengeId third = openNext(stranger, now);

      Tally<GuessAnswer> tally =
          Race.of(RACERS).run(i -> stranger.guess(ADA, third, WRONG, lock(1), RULES, now));

      assertThat(tally.outcomes()).containsOnly(wrong(3, 0, LockoutPolicy.THIRD, false));
    }

    @Test
    @DisplayName("of right codes of many newcomers the one that is right is known, and no other")
    void guess_rightOfManyNewcomersInParallel_makesOneKnown() {
      for (int round = 0; round < rounds; round++) {
        IdentityHash identity = identity(100 + round);
        stranger.open(identity, CHALLENGE, live(CODE, START), RULES, START);

        Tally<GuessAnswer> tally =
            Race.of(RACERS)
                .run(
                    i ->
                        OtpClient.stranger(store, device(i))
                            .guess(identity, CHALLENGE, CODE, RULES, START));

        assertThat(tally.count(new Right())).isOne();
        for (int i = 0; i < RACERS; i++) {
          OtpClient client = OtpClient.on(store, device(i));
          assertThat(client.status(identity, CHALLENGE, RULES, START).lane().isPresent())
              .isEqualTo(tally.outcomes().get(i) instanceof Right);
        }
      }
    }

    @Test
    @DisplayName("many unlocks of one lock at once share one lane, and one device has it")
    void unlock_inParallel_sharesOneLane() {
      for (int round = 0; round < rounds; round++) {
        IdentityHash identity = identity(100 + round);
        LockId lock = lockStrangersOf(identity);
        Instant now = START.plusSeconds(2);
        for (int i = 1; i < 8; i++) {
          stranger.open(identity, challenge(i), live(CODE, START), RULES, START);
        }

        Tally<GuessAnswer> tally =
            Race.of(RACERS)
                .run(
                    i -> {
                      Unlock unlock =
                          new Unlock(Unlock.Kind.LOCK, lock, Optional.empty(), device(i));
                      assertThat(store.unlock(identity, unlock, RULES, now))
                          .isEqualTo(UnlockAnswer.REPLACED);
                      return OtpClient.on(store, device(i))
                          .guess(identity, CHALLENGE, WRONG, RULES, now);
                    });

        assertThat(tally.all(Wrong.class).stream().map(Wrong::failures))
            .as("compared, over all devices")
            .isNotEmpty()
            .doesNotHaveDuplicates()
            .isSubsetOf(1, 2);
        assertThat(tally.all(Wrong.class)).allMatch(Wrong::known);
        long known =
            IntStream.range(0, RACERS)
                .filter(
                    i ->
                        OtpClient.on(store, device(i))
                            .status(identity, CHALLENGE, RULES, now)
                            .lane()
                            .isPresent())
                .count();
        assertThat(known).isOne();
        assertThat(store.forgetDevices(identity, now)).isOne();
      }
    }

    /** Locks the strangers, two seconds after the start, and leaves one challenge open. */
    private LockId lockStrangersOf(IdentityHash identity) {
      stranger.open(identity, CHALLENGE, live(CODE, START), RULES, START);
      for (int i = 0; i < 3; i++) {
        ChallengeId challenge = challenge(800 + i);
        Instant now = START.plusSeconds(i == 2 ? 2 : 0);
        stranger.open(identity, challenge, live(CODE, now), RULES, now);
        assertThat(stranger.guess(identity, challenge, WRONG, RULES, now))
            .isInstanceOf(Wrong.class);
      }
      return stranger.lock(identity, CHALLENGE, RULES, START.plusSeconds(2));
    }
  }
}
