package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.challenge;
import static dev.latchkey.auth.testkit.Samples.code;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.GuessAnswer.Wrong;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OpenAnswer.Locked;
import dev.latchkey.auth.otp.OpenAnswer.Opened;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the contracts of a store of one-time codes have in common: a client, a challenge, failures.
 */
abstract class OtpStoreFixture {
  static final Duration LIFETIME = Duration.ofMinutes(5);
  static final Duration RESEND_AFTER = Duration.ofSeconds(30);
  static final Duration HOUR = Duration.ofHours(1);
  static final int MAX_OPEN = 8;

  static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, MAX_OPEN, RESEND_AFTER);

  /** No penalty but the ceiling's, so that the guesses of the challenges alone count. */
  static final OtpRules LENIENT =
      OtpRules.of(LockoutTable.of(failures -> Penalty.NONE), 5, MAX_OPEN, RESEND_AFTER);

  static final IdentityHash ADA = identity(1);
  static final IdentityHash BOB = identity(2);
  static final ChallengeId CHALLENGE = challenge(900_001);
  static final ChallengeId OTHER = challenge(900_002);
  static final CodeHash CODE = code(123_456);
  static final CodeHash SECOND_CODE = code(222_222);
  static final CodeHash THIRD_CODE = code(333_333);
  static final CodeHash WRONG = code(654_321);
  static final int RACERS = 64;

  OtpClient store;
  private int failed;

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
  static Wrong wrong(int failures, int attemptsLeft, Penalty penalty) {
    return new Wrong(failures, attemptsLeft, penalty, false);
  }

  /** As a stranger stands whom nothing holds up. */
  static OtpStanding free() {
    return new OtpStanding(
        Penalty.Kind.NONE, Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The lock that runs until then. */
  Locked locked(Instant until) {
    return new Locked(until, store.lock(ADA, CHALLENGE, RULES, until.minus(MILLI)));
  }

  static LiveCode live(CodeHash hash, Instant from) {
    return new LiveCode(hash, from, from.plus(LIFETIME));
  }

  OpenAnswer open(ChallengeId challenge, CodeHash code, Instant now) {
    return store.open(ADA, challenge, live(code, now), RULES, now);
  }

  OpenAnswer resend(CodeHash code, Instant now) {
    return store.addCode(ADA, CHALLENGE, live(code, now), RULES, now);
  }

  GuessAnswer guess(CodeHash candidate, Instant now) {
    return store.guess(ADA, CHALLENGE, candidate, RULES, now);
  }

  GuessAnswer guess(ChallengeId challenge, CodeHash candidate, Instant now) {
    return store.guess(ADA, challenge, candidate, RULES, now);
  }

  OtpStanding standing(ChallengeId challenge, Instant now) {
    return store.status(ADA, challenge, RULES, now);
  }

  /** Others come, so that a store which clears away what is over on such an occasion does so. */
  void othersCome(Instant now) {
    for (int i = 1_000; i < 1_020; i++) {
      store.open(identity(i), challenge(i), live(CODE, now), RULES, now);
    }
  }

  /** A wrong guess on a challenge of its own, at a time when nothing holds it up. */
  Wrong fail(Instant now) {
    failed++;
    assertThat(open(lastFailed(), CODE, now)).isEqualTo(new Opened());
    GuessAnswer answer = guess(lastFailed(), WRONG, now);
    assertThat(answer).isInstanceOf(Wrong.class);
    return (Wrong) answer;
  }

  /** The challenge of the latest {@link #fail}. */
  ChallengeId lastFailed() {
    return challenge(failed);
  }

  /** Fails so often in a row, waiting for each penalty. Returns when the last failure was. */
  Instant failInARow(int failures) {
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
}
