package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Clock;
import java.util.Set;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The licence to say a rule again in another language: long random histories, every answer of which
 * is the one that the pure function of {@code auth-core} gives. Extended by store authors: give it
 * fresh stores, and every test must pass.
 *
 * <p>Clocks step in the histories, back as well, and stand at the very edges of what is kept, or a
 * millisecond to either side; configurations change. Times are whole milliseconds. Each history is
 * about records of its own, and its calls come one by one; eight histories run at once, each at a
 * time of its own, so that the stores are called from as many threads.
 *
 * <p>For stores that are what such languages are for: a request for several subjects is one change,
 * see {@code RateLimitStore}, and while a test runs nothing is dropped because of the time that a
 * call brings. Stores over compare-and-set do not do the former, the in-memory stores not the
 * latter; both run the pure functions themselves.
 *
 * <p>A history is the same at each run, whatever the store. A failure names its seed; {@code
 * -Dlatchkey.seed=} replays that history alone. With {@code -Dlatchkey.thorough} there are a
 * hundred times as many.
 *
 * <p>Does not prove what becomes of calls that come at once to one record; for that there is {@code
 * StoresContract}.
 */
@DisplayName("These stores and the pure functions")
public abstract class DifferentialContract {
  /** So many found the defects that were planted to try this; at 10 ms a call two minutes. */
  private static final int DEFAULT_CALLS = 100_000;

  /** With fewer some kinds of answers never come, and requests for several subjects too seldom. */
  private static final int FEWEST_CALLS = 20_000;

  private static final int STEPS = 250;

  /** How many histories make up the default. */
  private static final int SIGN_INS = 140;

  private static final int SESSIONS = 120;
  private static final int RATE_LIMITS = 30;

  /** Made by test frameworks, which call subclasses only. */
  protected DifferentialContract() {}

  /**
   * Fresh stores, with nothing in them that another test has put there. Called once a test; all its
   * histories share them.
   *
   * @param clock the time at which the histories begin, years ahead of every real clock; their
   *     calls bring times of their own, which the stores must take
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  /**
   * About how many calls the default build compares, all three tests together. Overridden where a
   * call is slow.
   *
   * @return 20,000 or more; 100,000 unless overridden
   */
  protected int calls() {
    return DEFAULT_CALLS;
  }

  private AuthStores fresh() {
    return stores(MutableClock.at(Draw.START));
  }

  private void run(int histories, LongConsumer history) throws InterruptedException {
    int calls = calls();
    if (calls < FEWEST_CALLS) {
      throw new IllegalArgumentException(
          "calls must be %d or more, got %d".formatted(FEWEST_CALLS, calls));
    }
    SeedsAtOnce.run(Math.toIntExact((long) histories * calls / DEFAULT_CALLS), history);
  }

  /** A history that is replayed alone need not meet them all. */
  private static void sawAllOf(Answers answers, String... kinds) {
    if (!SeedsAtOnce.isReplay()) {
      assertThat(answers.kinds()).as("answers that were compared").containsAll(Set.of(kinds));
    }
  }

  @Test
  @DisplayName("answer alike in random histories of sign-ins")
  final void signIns_inRandomHistories_areAnsweredAsThePureFunctionsDo()
      throws InterruptedException {
    AuthStores stores = fresh();
    Answers answers = new Answers();
    run(SIGN_INS, seed -> new SignInComparison(stores.otp(), seed, answers).run(STEPS));

    sawAllOf(
        answers,
        "addCode Gone",
        "addCode Locked",
        "addCode Opened",
        "addCode TooEarly",
        "forgetDevices none",
        "forgetDevices some",
        "full lane counts",
        "full lane is forgotten",
        "guess Expired",
        "guess Held",
        "guess Right",
        "guess Wrong DELAY known",
        "guess Wrong DELAY stranger",
        "guess Wrong LOCK known",
        "guess Wrong LOCK stranger",
        "guess Wrong NONE known",
        "guess Wrong NONE stranger",
        "open Locked",
        "open Opened",
        "unlock KEPT",
        "unlock REFUSED",
        "unlock REPLACED",
        "withdraw false",
        "withdraw true");
  }

  @Test
  @DisplayName("answer alike in random histories of sessions")
  final void sessions_inRandomHistories_areAnsweredAsThePureFunctionsDo()
      throws InterruptedException {
    AuthStores stores = fresh();
    Answers answers = new Answers();
    run(SESSIONS, seed -> new SessionComparison(stores.sessions(), seed, answers).run(STEPS));

    sawAllOf(
        answers,
        "end none",
        "end some",
        "isLive false",
        "isLive true",
        "list none",
        "list some",
        "rotate Ahead",
        "rotate NotLive",
        "rotate Reused",
        "rotate Rotated",
        "rotate WrongDevice",
        "start none",
        "start some");
  }

  @Test
  @DisplayName("answer alike in random histories of rate limits")
  final void rateLimits_inRandomHistories_areAnsweredAsThePureFunctionsDo()
      throws InterruptedException {
    AuthStores stores = fresh();
    Answers answers = new Answers();
    run(
        RATE_LIMITS,
        seed -> new RateLimitComparison(stores.rateLimits(), seed, answers).run(2 * STEPS));

    sawAllOf(
        answers,
        "acquire Admitted",
        "acquire Refused",
        "acquireAll Admitted",
        "acquireAll Refused");
  }
}
