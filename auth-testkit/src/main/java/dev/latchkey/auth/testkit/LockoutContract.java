package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static dev.latchkey.auth.testkit.Samples.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OtpStore} promises about wrong codes: that no more of them are compared than
 * the table of delays and locks, the challenges and the ceiling allow. Extended by store authors
 * who want this part alone; {@link OtpStoreContract} has it and all others.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("Delays and locks")
public abstract class LockoutContract extends OtpStoreFixture {
  /** Called by test frameworks, through a subclass. */
  protected LockoutContract() {}

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
      assertThat(open(OTHER, CODE, end.minus(MILLI))).isEqualTo(locked(end));
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
  @DisplayName("tells the running penalty")
  class Status {
    private static OtpStanding held(Penalty.Kind kind, Instant until, Optional<LockId> lock) {
      return new OtpStanding(kind, until, lock, Optional.empty(), Optional.empty());
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
  }

  @Nested
  @DisplayName("gives nothing away to a clock that steps back")
  class ClockSteps {
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
  }
}
