package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.GuessAnswer.Expired;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OtpStore} promises about guesses: which are compared, and that the right one is
 * right once. Extended by store authors who want this part alone; {@link OtpStoreContract} has it
 * and all others.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("Guesses")
public abstract class GuessContract extends OtpStoreFixture {
  /** Called by test frameworks, through a subclass. */
  protected GuessContract() {}

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
  }
}
