package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random histories, every answer of which is the one that a slow and simple model gives: one that
 * keeps lists of all that ever happened, and knows nothing of the rules' real code. Extended by
 * store authors: give it fresh stores, and every test must pass.
 *
 * <p>Mostly calls come one by one, and now and then two or three at once, on threads of their own,
 * or one call twice. What a store answers to those must be explained by some order of them: this is
 * what it means that each is atomic.
 *
 * <p>Time goes on by milliseconds, minutes and weeks. A failure names its seed; {@code
 * -Dlatchkey.seed=} replays that history alone, many times over, since a race can end well by luck.
 */
@DisplayName("Random histories over these stores")
public abstract class HistoryContract {
  private static final int DEFAULT_SEEDS = 250;

  /** Made by test frameworks, which call subclasses only. */
  protected HistoryContract() {}

  /**
   * Fresh stores, with nothing in them that another history has put there. Called once a seed.
   *
   * @param clock the time at which the history begins; its verbs bring times of their own
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  /**
   * How many histories of each kind the default build runs. Overridden where a call is slow.
   *
   * @return 1 or more
   */
  protected int seeds() {
    return DEFAULT_SEEDS;
  }

  private AuthStores fresh() {
    return stores(MutableClock.at(Samples.START));
  }

  @Test
  @DisplayName("of rate limits answer as the list of all admissions does")
  final void rateLimits_inRandomHistories_answerAsTheModel() {
    run(seed -> RateLimitHistory.run(fresh().rateLimits(), new SplittableRandom(seed)));
  }

  @Test
  @DisplayName("of sign-ins answer as the lists of all challenges, guesses and devices do")
  final void signIns_inRandomHistories_answerAsTheModel() {
    run(seed -> SignInHistory.run(fresh().otp(), new SplittableRandom(seed)));
  }

  @Test
  @DisplayName("of sessions answer as the list of all sessions does")
  final void sessions_inRandomHistories_answerAsTheModel() {
    run(seed -> SessionHistory.run(fresh().sessions(), new SplittableRandom(seed)));
  }

  private void run(LongConsumer history) {
    Seeds.race(seeds(), 16 * seeds(), history);
  }
}
