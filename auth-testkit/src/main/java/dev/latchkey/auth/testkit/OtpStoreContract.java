package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.GuessAnswer.Expired;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OpenAnswer.Gone;
import dev.latchkey.auth.otp.OpenAnswer.Locked;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OpenAnswer.TooEarly;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
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
 * What every {@link OtpStore} promises. Extended by store authors: answer {@link #emptyStore} with
 * an empty store, and every test must pass.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("A store of one-time codes")
public abstract class OtpStoreContract {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration RESEND_AFTER = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MAX_OPEN = 8;

  private static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, MAX_OPEN, RESEND_AFTER);

  /** No penalty but the ceiling's, so that the guesses of the challenges alone count. */
  private static final OtpRules LENIENT =
      OtpRules.of(LockoutTable.of(failures -> Penalty.NONE), 5, MAX_OPEN, RESEND_AFTER);

  private static final IdentityHash ADA = identity(1);
  private static final IdentityHash BOB = identity(2);
  private static final ChallengeId CHALLENGE = challenge(900_001);
  private static final ChallengeId OTHER = challenge(900_002);
  private static final CodeHash CODE = code(123_456);
  private static final CodeHash SECOND_CODE = code(222_222);
  private static final CodeHash THIRD_CODE = code(333_333);
  private static final CodeHash WRONG = code(654_321);
  private static final int RACERS = 64;

  private OtpClient store;
  private int failed;

  /** Called by test frameworks, through a subclass. */
  protected OtpStoreContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract OtpStore emptyStore();

  @BeforeEach
  final void openStore() {
    store = OtpClient.stranger(emptyStore(), device(1));
  }

  /** A stranger's wrong code. */
  private static Wrong wrong(int failures, int attemptsLeft, Penalty penalty) {
    return new Wrong(failures, attemptsLeft, penalty, false);
  }

  /** As a stranger stands whom nothing holds up. */
  private static OtpStanding free() {
    return new OtpStanding(
        Penalty.Kind.NONE, Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The lock that runs until then. */
  private Locked locked(Instant until) {
    return new Locked(until, store.lock(ADA, CHALLENGE, RULES, until.minus(MILLI)));
  }

  private static LiveCode live(CodeHash hash, Instant from) {
    return new LiveCode(hash, from, from.plus(LIFETIME));
  }

  private OpenAnswer open(ChallengeId challenge, CodeHash code, Instant now) {
    return store.open(ADA, challenge, live(code, now), RULES, now);
  }

  private OpenAnswer resend(CodeHash code, Instant now) {
    return store.addCode(ADA, CHALLENGE, live(code, now), RULES, now);
  }

  private GuessAnswer guess(CodeHash candidate, Instant now) {
    return store.guess(ADA, CHALLENGE, candidate, RULES, now);
  }

  private GuessAnswer guess(ChallengeId challenge, CodeHash candidate, Instant now) {
    return store.guess(ADA, challenge, candidate, RULES, now);
  }

  private OtpStanding standing(ChallengeId challenge, Instant now) {
    return store.status(ADA, challenge, RULES, now);
  }

  /** Others come, so that a store which clears away what is over on such an occasion does so. */
  private void othersCome(Instant now) {
    for (int i = 1_000; i < 1_020; i++) {
      store.open(identity(i), challenge(i), live(CODE, now), RULES, now);
    }
  }

  /** A wrong guess on a challenge of its own, at a time when nothing holds it up. */
  private Wrong fail(Instant now) {
    failed++;
    assertThat(open(lastFailed(), CODE, now)).isEqualTo(new Opened());
    GuessAnswer answer = guess(lastFailed(), WRONG, now);
    assertThat(answer).isInstanceOf(Wrong.class);
    return (Wrong) answer;
  }

  /** The challenge of the latest {@link #fail}. */
  private ChallengeId lastFailed() {
    return challenge(failed);
  }

  /** Fails so often in a row, waiting for each penalty. Returns when the last failure was. */
  private Instant failInARow(int failures) {
    Instant now = START;
    for (int i = 1; i <= failures; i++) {
      Wrong wrong = fail(now);
      assertThat(wrong.failures()).isEqualTo(i);
      if (i < failures) {
        now = now.plus(wrong.penalty().duration());
      }
    }
    return now;
  }

  @Nested
  @DisplayName("opens challenges")
  class Opening {
    @Test
    @DisplayName("and then takes the right code")
    void open_thenTheRightCode_isRight() {
      assertThat(open(CHALLENGE, CODE, START)).isEqualTo(new Opened());
      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("once, however often the same call is delivered")
    void open_deliveredTwice_opensOne() {
      open(CHALLENGE, CODE, START);

      assertThat(open(CHALLENGE, CODE, START)).isEqualTo(new Opened());
      assertThat(guess(CODE, START)).isEqualTo(new Right());
      assertThat(guess(CODE, START)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("and a call that is delivered again gives no guess back")
    void open_deliveredAgainAfterAWrongGuess_keepsTheCount() {
      store.open(ADA, CHALLENGE, live(CODE, START), LENIENT, START);
      for (int left = 4; left >= 1; left--) {
        store.open(ADA, CHALLENGE, live(CODE, START), LENIENT, START);
        assertThat(store.guess(ADA, CHALLENGE, WRONG, LENIENT, START))
            .isEqualTo(wrong(5 - left, left, Penalty.NONE));
      }
    }

    @Test
    @DisplayName("up to the bound, past which the oldest ends")
    void open_pastTheBound_endsTheOldest() {
      for (int i = 0; i < MAX_OPEN + 1; i++) {
        open(challenge(i), code(i), START.plusMillis(i));
      }
      Instant now = START.plusSeconds(1);

      assertThat(guess(challenge(0), code(0), now)).isEqualTo(new Expired());
      for (int i = 1; i <= MAX_OPEN; i++) {
        assertThat(guess(challenge(i), code(i), now)).as("challenge %d", i).isEqualTo(new Right());
      }
    }

    @Test
    @DisplayName("and what was pushed out stays so when a newer one is used")
    void guess_ofANewerChallenge_bringsNoOlderOneBack() {
      for (int i = 0; i < MAX_OPEN + 1; i++) {
        open(challenge(i), code(i), START.plusMillis(i));
      }
      Instant now = START.plusSeconds(1);
      assertThat(guess(challenge(MAX_OPEN), code(MAX_OPEN), now)).isEqualTo(new Right());

      assertThat(guess(challenge(0), code(0), now)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("each for one identity alone")
    void guess_forAnotherIdentity_isExpired() {
      open(CHALLENGE, CODE, START);

      assertThat(store.guess(BOB, CHALLENGE, CODE, RULES, START)).isEqualTo(new Expired());
      assertThat(store.addCode(BOB, CHALLENGE, live(CODE, START), RULES, START.plus(RESEND_AFTER)))
          .isEqualTo(new Gone());
      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("not while the identity is locked, and again at the very end of the lock")
    void open_whileLocked_isRefusedToTheEndOfTheLock() {
      Instant end = failInARow(3).plus(LockoutPolicy.THIRD.duration());

      assertThat(open(CHALLENGE, CODE, end.minus(MILLI))).isEqualTo(locked(end));
      assertThat(standing(CHALLENGE, end.minus(MILLI)).resendAt()).isEmpty();
      assertThat(open(CHALLENGE, CODE, end)).isEqualTo(new Opened());
      assertThat(guess(CODE, end)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("also while a delay is running")
    void open_whileDelayed_isOpened() {
      Instant now = failInARow(2);

      assertThat(guess(CHALLENGE, WRONG, now)).isInstanceOf(Held.class);
      assertThat(open(CHALLENGE, CODE, now)).isEqualTo(new Opened());
    }
  }

  @Nested
  @DisplayName("takes back codes that nobody was sent")
  class Withdrawing {
    @BeforeEach
    void openChallenge() {
      open(CHALLENGE, CODE, START);
    }

    private boolean withdraw(ChallengeId challenge, CodeHash code, Instant now) {
      return store.withdraw(ADA, challenge, code, now);
    }

    @Test
    @DisplayName("so that what they pushed out counts again")
    void withdraw_ofTheNewestCode_restoresTheOneItPushedOut() {
      Instant third = START.plus(RESEND_AFTER.multipliedBy(2));
      resend(SECOND_CODE, START.plus(RESEND_AFTER));
      resend(THIRD_CODE, third);

      assertThat(withdraw(CHALLENGE, THIRD_CODE, third)).isTrue();

      assertThat(guess(THIRD_CODE, third)).isEqualTo(wrong(1, 2, Penalty.NONE));
      assertThat(guess(CODE, third)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("and the next resend need not wait for them")
    void withdraw_ofAResend_takesItsWaitBack() {
      Instant resent = START.plus(RESEND_AFTER);
      resend(SECOND_CODE, resent);

      withdraw(CHALLENGE, SECOND_CODE, resent);

      assertThat(resend(THIRD_CODE, resent)).isEqualTo(new Opened());
    }

    @Test
    @DisplayName("and a challenge that had no other code is gone")
    void withdraw_ofTheOnlyCode_endsTheChallenge() {
      assertThat(withdraw(CHALLENGE, CODE, START)).isTrue();

      assertThat(guess(CODE, START)).isEqualTo(new Expired());
      assertThat(withdraw(CHALLENGE, CODE, START)).isFalse();
    }

    @Test
    @DisplayName("so that no number of failed mails pushes a challenge out")
    void withdraw_ofChallengesPastTheBound_restoresTheOldest() {
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < MAX_OPEN + SignInState.SPARE - 1; i++) {
          store.open(ADA, challenge(i), live(code(i), START), RULES, START);
        }
        for (int i = 0; i < MAX_OPEN + SignInState.SPARE - 1; i++) {
          assertThat(withdraw(challenge(i), code(i), START)).isTrue();
        }
      }

      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("and gives no guess back")
    void withdraw_afterWrongGuesses_keepsTheCount() {
      Instant resent = START.plus(RESEND_AFTER);
      guess(WRONG, START);
      resend(SECOND_CODE, resent);

      withdraw(CHALLENGE, SECOND_CODE, resent);

      assertThat(guess(WRONG, resent)).isInstanceOf(Wrong.class);
      assertThat(guess(WRONG, resent)).isInstanceOf(Held.class);
    }

    @Test
    @DisplayName("nothing else: not another code, challenge or identity")
    void withdraw_ofWhatIsNotThere_changesNothing() {
      assertThat(withdraw(CHALLENGE, SECOND_CODE, START)).isFalse();
      assertThat(withdraw(OTHER, CODE, START)).isFalse();
      assertThat(store.withdraw(BOB, CHALLENGE, CODE, START)).isFalse();

      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }
  }

  @Nested
  @DisplayName("adds codes to a challenge")
  class Resending {
    @BeforeEach
    void openChallenge() {
      open(CHALLENGE, CODE, START);
    }

    @Test
    @DisplayName("from the end of the wait on, not a millisecond sooner")
    void addCode_atTheEndOfTheWait_isOpened() {
      Instant allowed = START.plus(RESEND_AFTER);

      assertThat(resend(SECOND_CODE, START)).isEqualTo(new TooEarly(allowed));
      assertThat(resend(SECOND_CODE, allowed.minus(MILLI))).isEqualTo(new TooEarly(allowed));
      assertThat(resend(SECOND_CODE, allowed)).isEqualTo(new Opened());
    }

    @Test
    @DisplayName("and a refused one is no code")
    void addCode_refused_isNoCode() {
      resend(SECOND_CODE, START);

      assertThat(guess(SECOND_CODE, START)).isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("counting the wait from the newest code")
    void addCode_afterAResend_waitsAgain() {
      Instant resent = START.plus(RESEND_AFTER);
      resend(SECOND_CODE, resent);

      assertThat(resend(THIRD_CODE, resent.plus(RESEND_AFTER).minus(MILLI)))
          .isEqualTo(new TooEarly(resent.plus(RESEND_AFTER)));
      assertThat(resend(THIRD_CODE, resent.plus(RESEND_AFTER))).isEqualTo(new Opened());
    }

    @Test
    @DisplayName("so that the newest two codes are right, each to its own end")
    void guess_ofTheNewestTwoCodes_isRightToTheEndOfEach() {
      Instant resent = START.plus(RESEND_AFTER);
      Instant firstEnd = START.plus(LIFETIME);
      resend(SECOND_CODE, resent);

      assertThat(guess(CODE, firstEnd)).isEqualTo(wrong(1, 2, Penalty.NONE));
      assertThat(guess(SECOND_CODE, firstEnd)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("the older one to its last millisecond")
    void guess_ofTheOlderCode_isRightToItsLastMillisecond() {
      resend(SECOND_CODE, START.plus(RESEND_AFTER));

      assertThat(guess(CODE, START.plus(LIFETIME).minus(MILLI))).isEqualTo(new Right());
      assertThat(guess(SECOND_CODE, START.plus(LIFETIME))).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("the newer one to its last millisecond")
    void guess_ofTheNewerCode_isRightToItsLastMillisecond() {
      Instant resent = START.plus(RESEND_AFTER);
      open(OTHER, CODE, START);
      resend(SECOND_CODE, resent);
      store.addCode(ADA, OTHER, live(SECOND_CODE, resent), RULES, resent);

      Instant end = resent.plus(LIFETIME);
      assertThat(standing(CHALLENGE, end.minus(MILLI)).resendAt()).isPresent();
      assertThat(guess(SECOND_CODE, end.minus(MILLI))).isEqualTo(new Right());
      assertThat(standing(OTHER, end).resendAt()).isEmpty();
      assertThat(guess(OTHER, SECOND_CODE, end)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("and a third code ends the oldest")
    void addCode_ofAThird_endsTheOldest() {
      resend(SECOND_CODE, START.plusSeconds(30));
      resend(THIRD_CODE, START.plusSeconds(60));

      Instant now = START.plusSeconds(61);
      assertThat(guess(CODE, now)).isInstanceOf(Wrong.class);
      assertThat(guess(SECOND_CODE, now)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("once, however often the same call is delivered")
    void addCode_deliveredTwice_addsOne() {
      Instant resent = START.plus(RESEND_AFTER);
      LiveCode second = live(SECOND_CODE, resent);

      assertThat(store.addCode(ADA, CHALLENGE, second, RULES, resent)).isEqualTo(new Opened());
      assertThat(store.addCode(ADA, CHALLENGE, second, RULES, resent)).isEqualTo(new Opened());
      assertThat(guess(CODE, resent)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("and guesses stay counted")
    void addCode_keepsTheGuesses() {
      OtpRules two = OtpRules.of(LENIENT.lockout(), 2, MAX_OPEN, RESEND_AFTER);
      Instant resent = START.plus(RESEND_AFTER);
      assertThat(store.guess(ADA, CHALLENGE, WRONG, two, START))
          .isEqualTo(wrong(1, 1, Penalty.NONE));

      store.addCode(ADA, CHALLENGE, live(SECOND_CODE, resent), two, resent);

      assertThat(store.guess(ADA, CHALLENGE, WRONG, two, resent))
          .isEqualTo(wrong(2, 0, Penalty.NONE));
      assertThat(store.guess(ADA, CHALLENGE, SECOND_CODE, two, resent)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("not to one that was used")
    void addCode_toAUsedChallenge_isGone() {
      guess(CODE, START);

      assertThat(resend(SECOND_CODE, START.plus(RESEND_AFTER))).isEqualTo(new Gone());
      assertThat(guess(SECOND_CODE, START.plus(RESEND_AFTER))).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("not to one that is exhausted")
    void addCode_toAnExhaustedChallenge_isGone() {
      for (int i = 0; i < 5; i++) {
        store.guess(ADA, CHALLENGE, WRONG, LENIENT, START);
      }

      assertThat(resend(SECOND_CODE, START.plus(RESEND_AFTER))).isEqualTo(new Gone());
    }

    @Test
    @DisplayName("not to one that has expired, to the millisecond")
    void addCode_atTheEndOfTheChallenge_isGone() {
      open(OTHER, CODE, START);
      Instant end = START.plus(LIFETIME);
      Instant before = end.minus(MILLI);

      assertThat(store.addCode(ADA, OTHER, live(SECOND_CODE, before), RULES, before))
          .isEqualTo(new Opened());
      assertThat(resend(SECOND_CODE, end)).isEqualTo(new Gone());
    }

    @Test
    @DisplayName("not to one that never was")
    void addCode_toAnUnknownChallenge_isGone() {
      Instant now = START.plus(RESEND_AFTER);

      assertThat(store.addCode(ADA, challenge(900_009), live(SECOND_CODE, now), RULES, now))
          .isEqualTo(new Gone());
      assertThat(guess(challenge(900_009), SECOND_CODE, now)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("not while the identity is locked")
    void addCode_whileLocked_isRefused() {
      Instant locked = failInARow(3);
      Instant until = locked.plus(LockoutPolicy.THIRD.duration());

      assertThat(resend(SECOND_CODE, START.plus(RESEND_AFTER))).isEqualTo(locked(until));
    }
  }

  @Nested
  @DisplayName("compares guesses")
  class Guessing {
    @Test
    @DisplayName("and takes the right code once")
    void guess_rightTwice_isRightOnce() {
      open(CHALLENGE, CODE, START);

      assertThat(guess(CODE, START)).isEqualTo(new Right());
      assertThat(guess(CODE, START)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("and tells how many are left before the lock: two, one, none")
    void guess_wrong_tellsWhatIsLeft() {
      open(CHALLENGE, CODE, START);
      Penalty delay = Penalty.delay(Duration.ofSeconds(2));

      assertThat(guess(WRONG, START)).isEqualTo(wrong(1, 2, Penalty.NONE));
      assertThat(guess(WRONG, START)).isEqualTo(wrong(2, 1, delay));
      assertThat(guess(WRONG, START.plusSeconds(2))).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD));
    }

    @Test
    @DisplayName("to the last millisecond of a code, and not at its end")
    void guess_atTheExactEnd_isExpired() {
      open(CHALLENGE, CODE, START);
      open(OTHER, CODE, START);
      Instant end = START.plus(LIFETIME);

      assertThat(guess(CODE, end.minus(MILLI))).isEqualTo(new Right());
      assertThat(guess(OTHER, CODE, end)).isEqualTo(new Expired());
      assertThat(guess(OTHER, CODE, end.plus(MILLI))).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("of a challenge with the codes of that challenge alone")
    void guess_withTheCodeOfAnotherChallenge_isWrong() {
      open(CHALLENGE, CODE, START);
      open(OTHER, SECOND_CODE, START);

      assertThat(guess(OTHER, CODE, START)).isEqualTo(wrong(1, 2, Penalty.NONE));
      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("until a challenge is exhausted, and then not even the right one")
    void guess_pastTheAttempts_isExpired() {
      store.open(ADA, CHALLENGE, live(CODE, START), LENIENT, START);
      for (int i = 1; i <= 5; i++) {
        assertThat(store.guess(ADA, CHALLENGE, WRONG, LENIENT, START))
            .isEqualTo(wrong(i, 5 - i, Penalty.NONE));
      }

      assertThat(store.guess(ADA, CHALLENGE, CODE, LENIENT, START)).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("and counts none that it does not compare")
    void guess_notCompared_isNotCounted() {
      open(CHALLENGE, CODE, START);
      open(OTHER, CODE, START);
      guess(CODE, START);
      Instant end = START.plus(LIFETIME);
      for (int i = 0; i < 5; i++) {
        assertThat(guess(WRONG, START)).as("used").isEqualTo(new Expired());
        assertThat(guess(challenge(900_009), WRONG, START)).as("unknown").isEqualTo(new Expired());
      }
      for (int i = 0; i < 5; i++) {
        assertThat(guess(OTHER, WRONG, end)).as("expired").isEqualTo(new Expired());
      }

      assertThat(fail(end)).isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("and closes no challenge but the one that was right")
    void guess_right_leavesOtherChallengesOpen() {
      open(CHALLENGE, CODE, START);
      open(OTHER, SECOND_CODE, START);

      assertThat(guess(CODE, START)).isEqualTo(new Right());
      assertThat(guess(OTHER, SECOND_CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("with as many attempts and challenges as each call's own rules allow")
    void guess_underOtherRules_isJudgedByThose() {
      OtpRules strict = OtpRules.of(LENIENT.lockout(), 1, 1, Duration.ZERO);
      store.open(ADA, CHALLENGE, live(CODE, START), strict, START);
      store.open(ADA, OTHER, live(SECOND_CODE, START), strict, START);

      assertThat(store.guess(ADA, CHALLENGE, CODE, strict, START)).isEqualTo(new Expired());
      assertThat(store.guess(ADA, OTHER, WRONG, strict, START))
          .isEqualTo(wrong(1, 0, Penalty.NONE));
      assertThat(store.guess(ADA, OTHER, SECOND_CODE, strict, START)).isEqualTo(new Expired());
    }
  }

  @Nested
  @DisplayName("delays and locks")
  class Penalties {
    @Test
    @DisplayName("as the table says, after each of twenty wrong codes, to the millisecond")
    void guess_afterEachFailure_isHeldAsLongAsTheTableSays() {
      Instant now = START;
      for (int failures = 1; failures <= 20; failures++) {
        Wrong wrong = fail(now);
        Penalty penalty = RULES.lockout().after(failures);
        assertThat(wrong.failures()).isEqualTo(failures);
        assertThat(wrong.penalty()).as("after %d", failures).isEqualTo(penalty);
        Instant until = now.plus(penalty.duration());
        if (penalty.kind() != Penalty.Kind.NONE) {
          Held held = new Held(penalty.kind(), until);
          assertThat(guess(lastFailed(), CODE, now)).isEqualTo(held);
          assertThat(guess(lastFailed(), CODE, until.minus(MILLI))).isEqualTo(held);
        }
        // The next failure comes at the very end, and is compared.
        now = until;
      }
    }

    @Test
    @DisplayName("at the 3rd, 5th, 10th, 15th and each later consecutive wrong code")
    void guess_atTheSteps_locks() {
      Instant now = START;
      List<Integer> locking = new ArrayList<>();
      for (int i = 1; i <= 18; i++) {
        Wrong wrong = fail(now);
        if (wrong.penalty().kind() == Penalty.Kind.LOCK) {
          locking.add(wrong.failures());
          assertThat(wrong.attemptsLeft()).isZero();
        }
        now = now.plus(wrong.penalty().duration());
      }

      assertThat(locking).containsExactly(3, 5, 10, 15, 16, 17, 18);
    }

    @Test
    @DisplayName("while the right code does not sign in, and neither spends it")
    void guess_rightWhileHeld_isHeldAndNotSpent() {
      open(CHALLENGE, CODE, START);
      guess(WRONG, START);
      guess(WRONG, START);

      Held held = new Held(Penalty.Kind.DELAY, START.plusSeconds(2));
      assertThat(guess(CODE, START)).isEqualTo(held);
      assertThat(guess(CODE, START.plusSeconds(2).minus(MILLI))).isEqualTo(held);
      assertThat(guess(CODE, START.plusSeconds(2))).isEqualTo(new Right());
    }

    @Test
    @DisplayName("while wrong codes are not counted")
    void guess_wrongWhileHeld_isNotCounted() {
      Instant locked = failInARow(3);
      Instant end = locked.plus(LockoutPolicy.THIRD.duration());
      for (int i = 0; i < 10; i++) {
        assertThat(guess(lastFailed(), WRONG, end.minus(MILLI)))
            .isEqualTo(new Held(Penalty.Kind.LOCK, end));
      }

      assertThat(fail(end).failures()).isEqualTo(4);
    }

    @Test
    @DisplayName("one identity and no other")
    void guess_ofAnotherIdentity_isNotHeld() {
      Instant locked = failInARow(3);

      assertThat(store.open(BOB, CHALLENGE, live(CODE, locked), RULES, locked))
          .isEqualTo(new Opened());
      assertThat(store.guess(BOB, CHALLENGE, WRONG, RULES, locked))
          .isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("by a count that success clears")
    void guess_right_clearsTheCount() {
      Instant now = failInARow(2).plusSeconds(2);
      open(CHALLENGE, CODE, now);
      assertThat(guess(CODE, now)).isEqualTo(new Right());

      assertThat(fail(now)).isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("by a count that no new challenge clears")
    void open_manyTimes_clearsNoCount() {
      Instant now = failInARow(2).plusSeconds(2);
      for (int i = 0; i < 2 * MAX_OPEN; i++) {
        open(challenge(i), code(i), now);
      }

      assertThat(guess(challenge(15), WRONG, now)).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD));
    }

    @Test
    @DisplayName(
        "by a count that is kept for 90 days after the last wrong code, to the millisecond")
    void guess_whenTheCountIsForgotten_beginsAnew() {
      Instant forgotten = failInARow(2).plus(LockoutTable.DEFAULT_MEMORY);

      othersCome(forgotten.minus(MILLI));
      open(CHALLENGE, CODE, forgotten.minus(MILLI));
      assertThat(guess(WRONG, forgotten.minus(MILLI))).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD));
    }

    @Test
    @DisplayName("and begins anew at the end of the 90 days")
    void guess_atTheEndOfTheMemory_beginsAnew() {
      Instant forgotten = failInARow(2).plus(LockoutTable.DEFAULT_MEMORY);

      open(CHALLENGE, CODE, forgotten);
      assertThat(guess(WRONG, forgotten)).isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("by a count that is kept to the end of a lock that outlasts the memory")
    void guess_beforeTheEndOfALongLock_isStillHeld() {
      Duration memory = Duration.ofMinutes(1);
      Duration lock = Duration.ofHours(1);
      LockoutTable table =
          new LockoutTable(
              List.of(Penalty.lock(lock)),
              LockoutTable.DEFAULT_CEILING,
              LockoutTable.DEFAULT_CEILING_WINDOW,
              LockoutTable.DEFAULT_CEILING_LOCK,
              memory);
      OtpRules rules = OtpRules.of(table, 5, MAX_OPEN, RESEND_AFTER);
      store.open(ADA, CHALLENGE, live(CODE, START), rules, START);
      store.guess(ADA, CHALLENGE, WRONG, rules, START);
      Instant end = START.plus(lock);

      othersCome(end.minus(MILLI));
      assertThat(store.guess(ADA, CHALLENGE, WRONG, rules, end.minus(MILLI)))
          .isEqualTo(new Held(Penalty.Kind.LOCK, end));
      store.open(ADA, OTHER, live(CODE, end), rules, end);
      assertThat(store.guess(ADA, OTHER, WRONG, rules, end))
          .isEqualTo(wrong(1, 0, Penalty.lock(lock)));
    }

    @Test
    @DisplayName("by a count that is kept as long as the rules of the call say")
    void guess_underALongerMemory_isStillCounted() {
      Duration memory = LockoutTable.DEFAULT_MEMORY.multipliedBy(2);
      LockoutTable table =
          new LockoutTable(
              List.of(Penalty.NONE),
              LockoutTable.DEFAULT_CEILING,
              Duration.ofDays(1),
              LockoutTable.DEFAULT_CEILING_LOCK,
              memory);
      OtpRules rules = OtpRules.of(table, 5, MAX_OPEN, RESEND_AFTER);
      store.open(ADA, CHALLENGE, live(CODE, START), rules, START);
      store.guess(ADA, CHALLENGE, WRONG, rules, START);
      Instant late = START.plus(memory).minus(MILLI);

      othersCome(late);
      store.open(ADA, OTHER, live(CODE, late), rules, late);
      assertThat(store.guess(ADA, OTHER, WRONG, rules, late)).isEqualTo(wrong(2, 4, Penalty.NONE));
    }
  }

  @Nested
  @DisplayName("counts all failures of 90 days")
  class Ceiling {
    private static final Duration LOCK = LockoutTable.DEFAULT_CEILING_LOCK;
    private static final Duration WINDOW = LockoutTable.DEFAULT_CEILING_WINDOW;

    /** A wrong code, then the right one unless it is held up. */
    private Wrong failThenSucceed(Instant now) {
      Wrong wrong = fail(now);
      guess(lastFailed(), CODE, now);
      return wrong;
    }

    private Instant failTimes(int times, Instant from) {
      for (int i = 0; i < times; i++) {
        assertThat(failThenSucceed(from.plusSeconds(i)).penalty()).isEqualTo(Penalty.NONE);
      }
      return from.plusSeconds(times);
    }

    @Test
    @DisplayName("and at the 100th locks for 400 days, though success came between")
    void guess_theHundredthFailure_locks() {
      Instant now = failTimes(99, START);
      open(CHALLENGE, CODE, now);

      assertThat(guess(WRONG, now)).isEqualTo(wrong(1, 0, Penalty.lock(LOCK)));
      Instant end = now.plus(LOCK);
      assertThat(guess(CODE, now)).isEqualTo(new Held(Penalty.Kind.LOCK, end));
      othersCome(end.minus(MILLI));
      assertThat(open(OTHER, CODE, end.minus(MILLI)))
          .isEqualTo(locked(end));
      assertThat(open(OTHER, CODE, end)).isEqualTo(new Opened());
      assertThat(guess(OTHER, WRONG, end)).isEqualTo(wrong(1, 2, Penalty.NONE));
    }

    @Test
    @DisplayName("and tells how many are left before that: two, one, none")
    void guess_nearTheCeiling_tellsWhatIsLeft() {
      Instant now = failTimes(97, START);

      assertThat(failThenSucceed(now).attemptsLeft()).isEqualTo(2);
      assertThat(failThenSucceed(now).attemptsLeft()).isEqualTo(1);
      assertThat(failThenSucceed(now).attemptsLeft()).isZero();
    }

    @Test
    @DisplayName("counting one that is a millisecond younger than that")
    void guess_beforeTheOldestFailureIsForgotten_locks() {
      failThenSucceed(START);
      failTimes(98, START.plusSeconds(1));

      Instant now = START.plus(WINDOW).minus(MILLI);
      othersCome(now);
      assertThat(failThenSucceed(now).penalty()).isEqualTo(Penalty.lock(LOCK));
    }

    @Test
    @DisplayName("and none that is as old")
    void guess_whenTheOldestFailureIsForgotten_doesNotLock() {
      failThenSucceed(START);
      failTimes(98, START.plusSeconds(1));

      assertThat(failThenSucceed(START.plus(WINDOW)).penalty()).isEqualTo(Penalty.NONE);
    }
  }

  @Nested
  @DisplayName("tells how an identity stands")
  class Status {
    private static OtpStanding held(Penalty.Kind kind, Instant until, Optional<LockId> lock) {
      return new OtpStanding(kind, until, lock, Optional.empty(), Optional.empty());
    }

    @Test
    @DisplayName("when nothing is known of it")
    void status_ofAnUnknownIdentity_isFree() {
      assertThat(standing(CHALLENGE, START)).isEqualTo(free());
    }

    @Test
    @DisplayName("with the time of the next code of a live challenge")
    void status_ofALiveChallenge_tellsWhenItTakesACode() {
      open(CHALLENGE, CODE, START);

      assertThat(standing(CHALLENGE, START).resendAt()).hasValue(START.plus(RESEND_AFTER));
      assertThat(standing(OTHER, START).resendAt()).isEmpty();
      assertThat(store.status(BOB, CHALLENGE, RULES, START)).isEqualTo(free());
      assertThat(standing(CHALLENGE, START.plus(LIFETIME).minus(MILLI)).resendAt()).isPresent();
      assertThat(standing(CHALLENGE, START.plus(LIFETIME)).resendAt()).isEmpty();
    }

    @Test
    @DisplayName("and without one when the challenge was used")
    void status_ofAUsedChallenge_tellsNoTime() {
      open(CHALLENGE, CODE, START);
      guess(CODE, START);

      assertThat(standing(CHALLENGE, START)).isEqualTo(free());
    }

    @Test
    @DisplayName("with the running penalty, to its last millisecond")
    void status_whilePenaltiesRun_tellsThem() {
      Instant delayed = failInARow(2);
      Instant delayEnd = delayed.plusSeconds(2);
      assertThat(standing(CHALLENGE, delayEnd.minus(MILLI)))
          .isEqualTo(held(Penalty.Kind.DELAY, delayEnd, Optional.empty()));
      assertThat(standing(CHALLENGE, delayEnd)).isEqualTo(free());

      fail(delayEnd);
      Instant lockEnd = delayEnd.plus(LockoutPolicy.THIRD.duration());
      assertThat(standing(CHALLENGE, lockEnd.minus(MILLI)))
          .isEqualTo(held(Penalty.Kind.LOCK, lockEnd, Optional.of(locked(lockEnd).lock())));
      assertThat(standing(CHALLENGE, lockEnd)).isEqualTo(free());
    }

    @Test
    @DisplayName("and changes nothing")
    void status_changesNothing() {
      open(CHALLENGE, CODE, START);
      for (int i = 0; i < 10; i++) {
        standing(CHALLENGE, START);
      }

      assertThat(guess(CODE, START)).isEqualTo(new Right());
    }
  }

  @Nested
  @DisplayName("gives nothing away to a clock that steps back")
  class ClockSteps {
    @Test
    @DisplayName("a code waits until the clock is no more than 2 s behind it")
    void guess_withTheClockBehindTheCode_isExpired() {
      open(CHALLENGE, CODE, START);
      Instant tolerated = START.minus(LiveCode.MAX_SKEW);

      assertThat(guess(CODE, START.minus(HOUR))).isEqualTo(new Expired());
      assertThat(guess(CODE, tolerated.minus(MILLI))).isEqualTo(new Expired());
      assertThat(guess(CODE, tolerated)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("a code ends when it was to end, after a step back and a step forth")
    void guess_afterAStepBackAndForth_isExpiredAtTheSameTime() {
      open(CHALLENGE, CODE, START);
      open(OTHER, CODE, START);
      guess(WRONG, START.minus(HOUR));
      Instant end = START.plus(LIFETIME);

      assertThat(guess(CODE, end.minus(MILLI))).isEqualTo(new Right());
      assertThat(guess(OTHER, CODE, end)).isEqualTo(new Expired());
      assertThat(guess(OTHER, CODE, START.minus(HOUR))).isEqualTo(new Expired());
    }

    @Test
    @DisplayName("a code that is issued after the step ends by the clock of then")
    void guess_ofACodeFromBehind_isExpiredOnceTheClockIsRight() {
      open(OTHER, SECOND_CODE, START);
      Instant behind = START.minus(HOUR);
      open(CHALLENGE, CODE, behind);

      assertThat(guess(CODE, behind.plus(LIFETIME))).isEqualTo(new Expired());
      assertThat(guess(CODE, START)).isEqualTo(new Expired());
      assertThat(guess(OTHER, SECOND_CODE, START)).isEqualTo(new Right());
    }

    @Test
    @DisplayName("a lock ends when it was to end")
    void guess_whileLockedWithTheClockBehind_isHeldToTheSameEnd() {
      Instant locked = failInARow(3);
      Instant end = locked.plus(LockoutPolicy.THIRD.duration());
      Held held = new Held(Penalty.Kind.LOCK, end);

      assertThat(open(CHALLENGE, CODE, locked.minus(HOUR))).isEqualTo(locked(end));
      assertThat(guess(lastFailed(), WRONG, locked.minus(HOUR))).isEqualTo(held);
      assertThat(guess(lastFailed(), WRONG, end.minus(MILLI))).isEqualTo(held);
    }

    @Test
    @DisplayName("a lock that a step forth had ended goes on after the step back")
    void guess_afterAStepForthAndBack_isHeldToTheSameEnd() {
      Instant locked = failInARow(3);
      Instant end = locked.plus(LockoutPolicy.THIRD.duration());
      assertThat(open(CHALLENGE, CODE, locked.plus(HOUR))).isEqualTo(new Opened());

      assertThat(guess(WRONG, end.minus(MILLI))).isEqualTo(new Held(Penalty.Kind.LOCK, end));
      assertThat(fail(end).failures()).isEqualTo(4);
    }

    @Test
    @DisplayName("a penalty after the step begins no earlier than the failure before it")
    void guess_wrongWithTheClockBehind_isHeldFromTheLatestFailureOn() {
      fail(START);
      Instant behind = START.minus(HOUR);
      fail(behind);

      Instant end = START.plusSeconds(2);
      Held held = new Held(Penalty.Kind.DELAY, end);
      assertThat(guess(OTHER, WRONG, behind.plusSeconds(2))).isEqualTo(held);
      assertThat(guess(OTHER, WRONG, end.minus(MILLI))).isEqualTo(held);
      assertThat(fail(end).failures()).isEqualTo(3);
    }

    @Test
    @DisplayName("a failure after the step is remembered as long as the one before it")
    void guess_failuresFromBehind_areRememberedFromTheLatestOn() {
      fail(START);
      fail(START.minus(HOUR));

      Instant forgotten = START.plus(LockoutTable.DEFAULT_MEMORY);
      assertThat(fail(forgotten.minus(MILLI)).failures()).isEqualTo(3);
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(3, 1_000);

    @Test
    @DisplayName("of many parallel right codes exactly one signs in")
    void guess_rightInParallel_isRightOnce() {
      for (int round = 0; round < rounds; round++) {
        ChallengeId challenge = challenge(round);
        open(challenge, CODE, START);

        Tally<GuessAnswer> tally = Race.of(RACERS).run(i -> guess(challenge, CODE, START));

        assertThat(tally.count(new Right())).isOne();
        assertThat(tally.count(new Expired())).isEqualTo(RACERS - 1);
      }
    }

    @Test
    @DisplayName("two live codes of one challenge sign in once")
    void guess_bothLiveCodesInParallel_isRightOnce() {
      for (int round = 0; round < rounds; round++) {
        ChallengeId challenge = challenge(round);
        Instant resent = START.plus(RESEND_AFTER);
        open(challenge, CODE, START);
        store.addCode(ADA, challenge, live(SECOND_CODE, resent), RULES, resent);

        Tally<GuessAnswer> tally =
            Race.of(RACERS).run(i -> guess(challenge, i % 2 == 0 ? CODE : SECOND_CODE, resent));

        assertThat(tally.count(new Right())).isOne();
      }
    }

    @Test
    @DisplayName(
        "of many parallel wrong codes over several challenges no more are compared than the"
            + " table allows")
    void guess_wrongInParallelOverSeveralChallenges_isComparedAsOftenAsTheTableAllows() {
      for (int round = 0; round < rounds; round++) {
        IdentityHash identity = identity(100 + round);
        openAll(identity, RULES, MAX_OPEN);

        // The second wrong code delays: of all at one moment, two are compared.
        assertThat(wrongInParallel(identity, RULES, START)).containsExactlyInAnyOrder(1, 2);
        // The third locks: of all at the end of that delay, one is.
        assertThat(wrongInParallel(identity, RULES, START.plusSeconds(2))).containsExactly(3);
        assertThat(wrongInParallel(identity, RULES, START.plusSeconds(3))).isEmpty();
      }
    }

    @Test
    @DisplayName("of many parallel wrong codes no more are compared than each challenge allows")
    void guess_wrongInParallel_isComparedAsOftenAsChallengesAllow() {
      for (int round = 0; round < rounds; round++) {
        IdentityHash identity = identity(100 + round);
        openAll(identity, LENIENT, MAX_OPEN);

        assertThat(wrongInParallel(identity, LENIENT, START))
            .containsExactlyInAnyOrderElementsOf(upTo(MAX_OPEN * LENIENT.maxAttempts()));
      }
    }

    @Test
    @DisplayName("of many parallel wrong codes no more are compared than the ceiling allows")
    void guess_wrongInParallel_isComparedAsOftenAsTheCeilingAllows() {
      OtpRules wide = OtpRules.of(LENIENT.lockout(), 10, 64, RESEND_AFTER);
      openAll(ADA, wide, 32);

      List<Integer> counted = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        counted.addAll(wrongInParallel(ADA, wide, START));
      }

      assertThat(counted).containsExactlyInAnyOrderElementsOf(upTo(LockoutTable.DEFAULT_CEILING));
    }

    private void openAll(IdentityHash identity, OtpRules rules, int challenges) {
      for (int i = 0; i < challenges; i++) {
        store.open(identity, challenge(i), live(CODE, START), rules, START);
      }
    }

    /** Each racer tries every challenge with a wrong code; gives the counts that were answered. */
    private List<Integer> wrongInParallel(IdentityHash identity, OtpRules rules, Instant now) {
      return Race.of(RACERS)
          .run(
              racer -> {
                List<Integer> counted = new ArrayList<>();
                for (int i = 0; i < MAX_OPEN; i++) {
                  ChallengeId challenge = challenge((racer + i) % Math.min(rules.maxOpen(), 32));
                  if (store.guess(identity, challenge, WRONG, rules, now) instanceof Wrong wrong) {
                    counted.add(wrong.failures());
                  }
                }
                return counted;
              })
          .outcomes()
          .stream()
          .flatMap(List::stream)
          .toList();
    }

    private List<Integer> upTo(int last) {
      return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    @DisplayName("one challenge is opened by the same call, however often it is delivered at once")
    void open_theSameInParallel_opensOne() {
      for (int round = 0; round < rounds; round++) {
        ChallengeId challenge = challenge(round);

        Tally<OpenAnswer> tally = Race.of(RACERS).run(i -> open(challenge, CODE, START));

        assertThat(tally.count(new Opened())).isEqualTo(RACERS);
        assertThat(guess(challenge, CODE, START)).isEqualTo(new Right());
        assertThat(guess(challenge, CODE, START)).isEqualTo(new Expired());
      }
    }

    @Test
    @DisplayName("no more challenges than the bound are open after many are opened at once")
    void open_manyInParallel_keepsToTheBound() {
      for (int round = 0; round < rounds; round++) {
        int first = round * RACERS;
        Race.of(RACERS).run(i -> open(challenge(first + i), CODE, START));

        long live =
            IntStream.range(first, first + RACERS)
                .filter(i -> standing(challenge(i), START).resendAt().isPresent())
                .count();
        assertThat(live).isEqualTo(MAX_OPEN);
      }
    }

    @Test
    @DisplayName("of many parallel resends one is taken")
    void addCode_inParallel_isTakenOnce() {
      for (int round = 0; round < rounds; round++) {
        ChallengeId challenge = challenge(round);
        Instant resent = START.plus(RESEND_AFTER);
        open(challenge, CODE, START);

        Tally<OpenAnswer> tally =
            Race.of(RACERS)
                .run(i -> store.addCode(ADA, challenge, live(code(i), resent), RULES, resent));

        assertThat(tally.count(new Opened())).isOne();
        assertThat(tally.count(new TooEarly(resent.plus(RESEND_AFTER)))).isEqualTo(RACERS - 1);
      }
    }

    @Test
    @DisplayName("a resend that races the right code opens nothing again")
    void addCode_racingTheRightCode_leavesTheChallengeClosed() {
      for (int round = 0; round < rounds; round++) {
        ChallengeId challenge = challenge(round);
        Instant resent = START.plus(RESEND_AFTER);
        open(challenge, CODE, START);

        Race.of(8)
            .run(
                i ->
                    i % 2 == 0
                        ? guess(challenge, CODE, resent)
                        : store.addCode(ADA, challenge, live(SECOND_CODE, resent), RULES, resent));

        assertThat(guess(challenge, SECOND_CODE, resent)).isEqualTo(new Expired());
      }
    }
  }
}
