package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.GuessAnswer.Expired;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OpenAnswer.Gone;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OpenAnswer.TooEarly;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OtpStore} promises about challenges: how they are opened, take further codes,
 * are taken back, and what is told of them. Extended by store authors who want this part alone;
 * {@link OtpStoreContract} has it and all others.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("Challenges")
public abstract class ChallengeContract extends OtpStoreFixture {
  /** Called by test frameworks, through a subclass. */
  protected ChallengeContract() {}

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
  @DisplayName("tells how an identity stands")
  class Status {
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
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(3, 1_000);

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
