package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.GuessAnswer.Expired;
import dev.latchkey.auth.otp.GuessAnswer.Held;
import dev.latchkey.auth.otp.GuessAnswer.Right;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.OpenAnswer.Gone;
import dev.latchkey.auth.otp.OpenAnswer.Locked;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OpenAnswer.TooEarly;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.store.Transition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignInStateTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration MEMORY = LockoutTable.DEFAULT_MEMORY;
  private static final Duration CEILING_LOCK = LockoutTable.DEFAULT_CEILING_LOCK;
  private static final OtpRules RULES = OtpPolicy.standard().rules();
  private static final OtpRules LENIENT =
      OtpPolicy.standard().lockout(failures -> Penalty.NONE).rules();

  private static final ChallengeId A = ChallengeId.random(SecureBytes.system());
  private static final ChallengeId B = ChallengeId.random(SecureBytes.system());
  private static final Optional<DeviceId> STRANGER = Optional.empty();
  private static final DeviceId NEWCOMER = new DeviceId(Base64Url.encode(new byte[32]));
  private static final CodeHash FIRST = hash();
  private static final CodeHash SECOND = hash();
  private static final CodeHash THIRD = hash();
  private static final CodeHash WRONG = hash();

  private SignInState state = SignInState.EMPTY;
  private long guesses;

  private static CodeHash hash() {
    return CodeHash.matchless(SecureBytes.system());
  }

  private <T> T keep(Transition<SignInState, T> done) {
    state = done.record();
    return done.answer();
  }

  private OpenAnswer open(ChallengeId challenge, CodeHash code, Instant now) {
    return keep(
        state.open(challenge, new LiveCode(code, now, now.plus(LIFETIME)), STRANGER, RULES, now));
  }

  private OpenAnswer addCode(ChallengeId challenge, CodeHash code, Instant now) {
    return keep(
        state.addCode(
            challenge, new LiveCode(code, now, now.plus(LIFETIME)), STRANGER, RULES, now));
  }

  private GuessAnswer guess(ChallengeId challenge, CodeHash code, Instant now) {
    return guess(challenge, code, RULES, now);
  }

  private GuessAnswer guess(ChallengeId challenge, CodeHash code, OtpRules rules, Instant now) {
    Guess guess = new Guess(challenge, CodeForm.SIX_DIGITS, code, STRANGER, NEWCOMER, nextLock());
    return keep(state.guess(guess, rules, now));
  }

  /** Every guess brings a name of its own. */
  private LockId nextLock() {
    guesses++;
    return LockId.fromBytes(ByteBuffer.allocate(LockId.BYTES).putLong(guesses).array())
        .orElseThrow();
  }

  /** The name of the lock that is running. */
  private LockId lockName() {
    return state.strangers().lock().orElseThrow();
  }

  private static Wrong wrong(int failures, int attemptsLeft, Penalty penalty) {
    return new Wrong(failures, attemptsLeft, penalty, false);
  }

  /** A wrong guess on a challenge of its own. */
  private Wrong fail(Instant now) {
    ChallengeId challenge = ChallengeId.random(SecureBytes.system());
    assertThat(open(challenge, FIRST, now)).isEqualTo(new Opened());
    return (Wrong) guess(challenge, WRONG, now);
  }

  @Test
  void guess_consecutiveWrongCodes_delayAndLockAsTheTableSays() {
    Instant now = NOW;
    List<Integer> locks = new ArrayList<>();
    for (int failures = 1; failures <= 25; failures++) {
      Wrong wrong = fail(now);
      assertThat(wrong.failures()).isEqualTo(failures);
      assertThat(wrong.penalty()).isEqualTo(LockoutPolicy.standard().after(failures));
      if (wrong.penalty().kind() == Penalty.Kind.LOCK) {
        locks.add(failures);
      }
      now = now.plus(wrong.penalty().duration());
      if (wrong.penalty().kind() != Penalty.Kind.NONE) {
        Instant before = now.minusMillis(1);
        assertThat(guess(A, WRONG, before)).isEqualTo(new Held(wrong.penalty().kind(), now));
      }
    }

    assertThat(locks).containsExactly(3, 5, 10, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25);
  }

  @Test
  void guess_tellsTheAttemptsLeft_twoThenOneThenNone() {
    open(A, FIRST, NOW);

    assertThat(guess(A, WRONG, NOW)).isEqualTo(wrong(1, 2, Penalty.NONE));
    assertThat(guess(A, WRONG, NOW)).isEqualTo(wrong(2, 1, Penalty.delay(Duration.ofSeconds(2))));
    assertThat(guess(A, WRONG, NOW.plusSeconds(2))).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD));
  }

  @Test
  void guess_tellsTheAttemptsLeft_ofTheChallengeWhereThoseAreFewer() {
    OtpRules two = OtpPolicy.standard().maxAttempts(2).rules();
    keep(state.open(A, new LiveCode(FIRST, NOW, NOW.plus(LIFETIME)), STRANGER, two, NOW));

    assertThat(guess(A, WRONG, two, NOW)).isEqualTo(wrong(1, 1, Penalty.NONE));
    assertThat(guess(A, WRONG, two, NOW))
        .isEqualTo(wrong(2, 0, Penalty.delay(Duration.ofSeconds(2))));
    assertThat(guess(A, FIRST, two, NOW.plusSeconds(2))).isEqualTo(new Expired());
  }

  @Test
  void guess_withTheCodeOfAnotherChallenge_isWrong() {
    open(A, FIRST, NOW);
    open(B, SECOND, NOW);

    assertThat(guess(B, FIRST, NOW)).isInstanceOf(Wrong.class);
    assertThat(guess(A, SECOND, NOW)).isInstanceOf(Wrong.class);
    assertThat(guess(A, FIRST, NOW.plusSeconds(2))).isEqualTo(new Right());
    assertThat(guess(B, SECOND, NOW.plusSeconds(2))).isEqualTo(new Right());
  }

  @Test
  void guess_ofTheNewestTwoCodes_isRightToTheEndOfEach_andNotOfAThird() {
    open(A, FIRST, NOW);
    addCode(A, SECOND, NOW.plusSeconds(30));
    SignInState two = state;

    assertThat(guess(A, FIRST, NOW.plus(LIFETIME).minusMillis(1))).isEqualTo(new Right());
    assertThat(guess(A, SECOND, NOW.plus(LIFETIME).minusMillis(1))).isEqualTo(new Expired());
    state = two;
    assertThat(guess(A, FIRST, NOW.plus(LIFETIME))).isInstanceOf(Wrong.class);
    assertThat(guess(A, SECOND, NOW.plus(LIFETIME).plusSeconds(30).minusMillis(1)))
        .isEqualTo(new Right());
    state = two;
    addCode(A, THIRD, NOW.plusSeconds(60));
    assertThat(guess(A, FIRST, NOW.plusSeconds(60))).isInstanceOf(Wrong.class);
    assertThat(guess(A, SECOND, NOW.plusSeconds(60))).isEqualTo(new Right());
  }

  @Test
  void addCode_isTooEarly_openedOrGone() {
    open(A, FIRST, NOW);
    Instant allowed = NOW.plusSeconds(30);

    assertThat(addCode(A, SECOND, allowed.minusMillis(1))).isEqualTo(new TooEarly(allowed));
    assertThat(addCode(A, SECOND, allowed)).isEqualTo(new Opened());
    assertThat(addCode(B, SECOND, allowed)).isEqualTo(new Gone());
    assertThat(addCode(A, THIRD, allowed.plus(LIFETIME))).isEqualTo(new Gone());
  }

  @Test
  void duplicatedCalls_changeNothing() {
    open(A, FIRST, NOW);
    SignInState opened = state;
    assertThat(open(A, FIRST, NOW)).isEqualTo(new Opened());
    assertThat(state).isSameAs(opened);

    addCode(A, SECOND, NOW.plusSeconds(30));
    SignInState added = state;
    assertThat(addCode(A, SECOND, NOW.plusSeconds(30))).isEqualTo(new Opened());
    assertThat(state).isSameAs(added);
  }

  @Test
  void refusals_changeNothing() {
    open(A, FIRST, NOW);
    guess(A, WRONG, NOW);
    guess(A, WRONG, NOW);
    SignInState before = state;

    guess(A, FIRST, NOW.plusSeconds(1));
    guess(B, FIRST, NOW.plusSeconds(2));
    guess(A, FIRST, NOW.plus(LIFETIME));
    addCode(A, SECOND, NOW);
    addCode(B, SECOND, NOW);
    state.status(A, STRANGER, RULES, NOW);

    assertThat(state).isSameAs(before);
  }

  private boolean isOpen(ChallengeId challenge, OtpRules rules, Instant now) {
    return state.status(challenge, STRANGER, rules, now).resendAt().isPresent();
  }

  @Test
  void open_pastTheBound_endsTheOldest_andKeepsAFewInSpare() {
    List<ChallengeId> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(ChallengeId.random(SecureBytes.system()));
      open(ids.get(i), FIRST, NOW.plusSeconds(i));
    }
    Instant now = NOW.plusSeconds(20);

    assertThat(ids.stream().filter(id -> isOpen(id, RULES, now)))
        .containsExactlyElementsOf(ids.subList(12, 20));
    assertThat(guess(ids.get(11), FIRST, now)).isEqualTo(new Expired());
    assertThat(state.challenges()).hasSize(8 + SignInState.SPARE);
  }

  @Test
  void open_whenOthersHaveExpired_dropsThem() {
    open(B, FIRST, NOW);
    open(A, FIRST, NOW.plus(LIFETIME));

    assertThat(state.challenges().stream().map(Challenge::id)).containsExactly(A);
  }

  @Test
  void withdraw_restoresWhatTheCodePushedOut_andNothingElse() {
    open(A, FIRST, NOW);
    addCode(A, SECOND, NOW.plusSeconds(30));
    addCode(A, THIRD, NOW.plusSeconds(60));
    Instant now = NOW.plusSeconds(60);
    assertThat(guess(A, FIRST, now)).isInstanceOf(Wrong.class);
    SignInState before = state;

    assertThat(keep(state.withdraw(A, WRONG))).isFalse();
    assertThat(keep(state.withdraw(B, THIRD))).isFalse();
    assertThat(state).isSameAs(before);
    assertThat(keep(state.withdraw(A, THIRD))).isTrue();
    assertThat(keep(state.withdraw(A, THIRD))).isFalse();

    assertThat(state.strangers().failures()).isOne();
    assertThat(state.challenges().get(0).guesses()).isOne();
    assertThat(guess(A, FIRST, now)).isEqualTo(new Right());
  }

  @Test
  void withdraw_ofTheOnlyCode_endsTheChallenge() {
    open(A, FIRST, NOW);

    assertThat(keep(state.withdraw(A, FIRST))).isTrue();
    assertThat(state).isEqualTo(SignInState.EMPTY);
    assertThat(guess(A, FIRST, NOW)).isEqualTo(new Expired());
  }

  @Test
  void theCount_outlivesChallengesResendsAndLocks_andOnlySuccessClearsIt() {
    fail(NOW);
    Wrong second = fail(NOW);
    Instant now = NOW.plus(second.penalty().duration());
    for (int i = 0; i < 20; i++) {
      open(ChallengeId.random(SecureBytes.system()), FIRST, now);
    }
    Wrong third = fail(now);
    assertThat(third.failures()).isEqualTo(3);
    now = now.plus(third.penalty().duration());
    assertThat(fail(now).failures()).isEqualTo(4);

    now = now.plusSeconds(8);
    open(A, FIRST, now);
    assertThat(guess(A, FIRST, now)).isEqualTo(new Right());
    assertThat(state.strangers()).isEqualTo(Lane.CLEAR);
    assertThat(fail(now).failures()).isOne();
  }

  @Test
  void theCount_isKeptFor90Days_afterTheLastWrongCode() {
    fail(NOW);
    fail(NOW);
    SignInState two = state;

    assertThat(fail(NOW.plus(MEMORY).minusMillis(1)).failures()).isEqualTo(3);
    state = two;
    assertThat(fail(NOW.plus(MEMORY)).failures()).isOne();
  }

  @Test
  void theCount_isKeptToTheEndOfTheLock_whereThatIsLater() {
    LockoutTable table =
        new LockoutTable(
            List.of(Penalty.lock(Duration.ofDays(100))),
            LockoutTable.DEFAULT_CEILING,
            LockoutTable.DEFAULT_CEILING_WINDOW,
            CEILING_LOCK,
            MEMORY);
    OtpRules rules = OtpRules.of(table, 5, 8, Duration.ofSeconds(30));
    keep(state.open(A, new LiveCode(FIRST, NOW, NOW.plus(LIFETIME)), STRANGER, rules, NOW));
    guess(A, WRONG, rules, NOW);
    Instant end = NOW.plus(Duration.ofDays(100));

    assertThat(guess(A, WRONG, rules, end.minusMillis(1)))
        .isEqualTo(new Held(Penalty.Kind.LOCK, end));
    assertThat(state.expiresAt(MEMORY)).isEqualTo(end);
  }

  @Test
  void theHundredthFailureIn90Days_locksFor400Days_thoughSuccessCameBetween() {
    Instant now = NOW;
    for (int i = 1; i <= 99; i++) {
      Wrong wrong = fail(now);
      assertThat(wrong.penalty()).isEqualTo(Penalty.NONE);
      assertThat(wrong.attemptsLeft()).isEqualTo(Math.min(2, 100 - i));
      open(A, SECOND, now);
      assertThat(guess(A, SECOND, now)).isEqualTo(new Right());
      now = now.plusSeconds(60);
    }

    assertThat(fail(now)).isEqualTo(wrong(1, 0, Penalty.lock(CEILING_LOCK)));
    Instant end = now.plus(CEILING_LOCK);
    assertThat(open(A, FIRST, end.minusMillis(1))).isEqualTo(new Locked(end, lockName()));
    assertThat(fail(end)).isEqualTo(wrong(1, 2, Penalty.NONE));
    assertThat(state.ceiling().expiresAt()).isEqualTo(end.plus(Duration.ofDays(90)));
  }

  @Test
  void theHundredthFailure_doesNotLock_whenTheFirstIs90DaysOld() {
    fail(NOW);
    open(A, SECOND, NOW);
    guess(A, SECOND, NOW);
    for (int i = 2; i <= 99; i++) {
      fail(NOW.plusSeconds(i));
      open(A, SECOND, NOW.plusSeconds(i));
      guess(A, SECOND, NOW.plusSeconds(i));
    }
    SignInState all = state;
    Instant forgotten = NOW.plus(LockoutTable.DEFAULT_CEILING_WINDOW);

    assertThat(fail(forgotten).penalty()).isEqualTo(Penalty.NONE);
    state = all;
    assertThat(fail(forgotten.minusMillis(1)).penalty()).isEqualTo(Penalty.lock(CEILING_LOCK));
  }

  /** A driver that sends again after a reconnect must not hide a lock that is to be mailed. */
  @Test
  void guessThatLocks_deliveredTwice_isAnsweredAlike_andCountedOnce() {
    open(A, FIRST, NOW);
    guess(A, WRONG, NOW);
    guess(A, WRONG, NOW);
    Instant third = NOW.plusSeconds(2);
    Guess guess = new Guess(A, CodeForm.SIX_DIGITS, WRONG, STRANGER, NEWCOMER, nextLock());

    GuessAnswer first = keep(state.guess(guess, RULES, third));
    SignInState after = state;

    assertThat(first).isEqualTo(wrong(3, 0, LockoutPolicy.THIRD));
    Instant end = third.plus(LockoutPolicy.THIRD.duration());
    assertThat(keep(state.guess(guess, RULES, end.minusMillis(1)))).isEqualTo(first);
    assertThat(state).isSameAs(after);
    assertThat(guess(A, WRONG, third)).isEqualTo(new Held(Penalty.Kind.LOCK, end));
  }

  /** Whatever happens in whatever order, and however the clock steps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void randomHistories_keepEveryPromise(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < 20; history++) {
      state = SignInState.EMPTY;
      OtpRules rules = random.nextBoolean() ? RULES : LENIENT;
      List<ChallengeId> ids = new ArrayList<>();
      List<ChallengeId> used = new ArrayList<>();
      Instant now = NOW;
      int failures = 0;
      for (int i = 0; i < 150; i++) {
        now =
            switch (random.nextInt(8)) {
              case 0 -> now.plus(LIFETIME);
              case 1 -> now.minus(Duration.ofMinutes(random.nextInt(90)));
              case 2 -> now.plusSeconds(random.nextInt(60));
              case 3 -> state.strangers().until().isAfter(now) ? state.strangers().until() : now;
              default -> now.plusMillis(random.nextInt(2_000));
            };
        Penalty.Kind held = state.strangers().heldBy(now);
        Instant until = state.strangers().until();
        LiveCode code =
            new LiveCode(random.nextBoolean() ? FIRST : SECOND, now, now.plus(LIFETIME));
        int what = random.nextInt(5);
        if (what == 0 || ids.isEmpty()) {
          ids.add(ChallengeId.random(SecureBytes.system()));
          OpenAnswer answer = keep(state.open(ids.get(ids.size() - 1), code, STRANGER, rules, now));
          assertThat(answer)
              .isEqualTo(held == Penalty.Kind.LOCK ? new Locked(until, lockName()) : new Opened());
        } else {
          ChallengeId id = ids.get(random.nextInt(ids.size()));
          if (what == 1) {
            keep(state.addCode(id, code, STRANGER, rules, now));
          } else if (what == 2 && random.nextBoolean()) {
            keep(state.withdraw(id, random.nextBoolean() ? FIRST : SECOND));
          } else {
            GuessAnswer answer = guess(id, random.nextInt(3) == 0 ? FIRST : WRONG, rules, now);
            if (held != Penalty.Kind.NONE) {
              assertThat(answer).isEqualTo(new Held(held, until));
            } else if (answer instanceof Right) {
              assertThat(used).doesNotContain(id);
              used.add(id);
              failures = 0;
            } else if (answer instanceof Wrong wrong) {
              failures++;
              assertThat(wrong.failures()).isEqualTo(failures);
              assertThat(used).doesNotContain(id);
              assertThat(state.strangers().until())
                  .isEqualTo(state.strangers().lastFailureAt().plus(wrong.penalty().duration()));
            }
          }
        }
        Instant at = now;
        assertThat(ids.stream().filter(id -> isOpen(id, rules, at)).count())
            .isLessThanOrEqualTo(rules.maxOpen());
        assertThat(state.challenges())
            .hasSizeLessThanOrEqualTo(rules.maxOpen() + SignInState.SPARE);
        assertThat(state.challenges())
            .allMatch(challenge -> challenge.guesses() < rules.maxAttempts());
        assertThat(state.expiresAt(MEMORY)).isAfterOrEqualTo(state.strangers().until());
      }
    }
  }

  @Test
  void expiresAt_isTheEndOfTheLastThingThatItHolds() {
    assertThat(SignInState.EMPTY.expiresAt(MEMORY)).isEqualTo(Instant.EPOCH);
    open(A, FIRST, NOW);
    assertThat(state.expiresAt(MEMORY)).isEqualTo(NOW.plus(LIFETIME));
    guess(A, WRONG, NOW);
    assertThat(state.expiresAt(MEMORY)).isEqualTo(NOW.plus(MEMORY));
    assertThat(
            new SignInState(List.of(), Lane.CLEAR, RateLog.EMPTY, List.of())
                .expiresAt(Duration.ofDays(1)))
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void records_checkTheirBounds_andShowNoHash() {
    LiveCode code = new LiveCode(FIRST, NOW, NOW.plus(LIFETIME));
    assertThatIllegalArgumentException().isThrownBy(() -> new Challenge(A, NOW, List.of(), 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Challenge(A, NOW, List.of(code, code, code, code), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Challenge(A, NOW, List.of(code), -1));
    assertThatIllegalArgumentException().isThrownBy(() -> new LiveCode(FIRST, NOW, NOW));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChallengeId("short"));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChallengeId(A.value() + "="));

    open(A, FIRST, NOW);
    assertThat(state.toString()).doesNotContain(FIRST.text());
  }

  @Test
  void isLive_ofACode_isFromTwoSecondsBeforeItsBeginToItsEnd() {
    LiveCode code = new LiveCode(FIRST, NOW, NOW.plus(LIFETIME));

    assertThat(code.isLive(NOW.minusMillis(2_001))).isFalse();
    assertThat(code.isLive(NOW.minusMillis(2_000))).isTrue();
    assertThat(code.isLive(NOW.plus(LIFETIME).minusMillis(1))).isTrue();
    assertThat(code.isLive(NOW.plus(LIFETIME))).isFalse();
  }
}
