package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Notices that somebody guesses codes of many accounts at once. Called by applications. A sensor
 * and never a refusal: what it changes is how long new codes are and how many guesses short ones
 * take.
 *
 * <p>Guarantees: nodes that share the store agree within {@link #REREAD_EVERY}. Does not guarantee
 * anything while the store is out of reach: the node goes on as it last knew. Safe for concurrent
 * use.
 */
public final class SprayBreaker {
  /** How long a node goes by what it last read: one question a second, whatever the traffic. */
  public static final Duration REREAD_EVERY = Duration.ofSeconds(1);

  private static final Subject ALL = new Subject("guess.failed", "all");

  private final RateLimitStore store;
  private final Thresholds thresholds;
  private final Clock clock;
  private final Consumer<Boolean> onSwitch;
  private final Consumer<StoreUnavailableException> onOutage;
  private volatile Seen seen = new Seen(false, Instant.MIN);

  /**
   * A breaker over a store.
   *
   * @param store where failures are counted
   * @param thresholds when to switch
   * @param clock what time it is
   * @param onSwitch told true by the node that tripped it, and false by each node that finds it off
   *     again; must not throw
   * @param onOutage told of each failure of the store; must not throw
   */
  public SprayBreaker(
      RateLimitStore store,
      Thresholds thresholds,
      Clock clock,
      Consumer<Boolean> onSwitch,
      Consumer<StoreUnavailableException> onOutage) {
    this.store = store;
    this.thresholds = thresholds;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.onSwitch = onSwitch;
    this.onOutage = onOutage;
  }

  private record Seen(boolean on, Instant at) {}

  /** Counts a wrong code. */
  public void failed() {
    Instant now = clock.instant();
    try {
      Observation observation = store.observe(ALL, thresholds, now);
      saw(observation.on(), now);
      if (observation.tripped()) {
        onSwitch.accept(true);
      }
    } catch (StoreUnavailableException e) {
      onOutage.accept(e);
    }
  }

  /**
   * Whether an attack is on.
   *
   * @return what the store said within the last {@link #REREAD_EVERY}, or last if it is out of
   *     reach
   */
  public boolean isOn() {
    Instant now = clock.instant();
    Seen last = seen;
    if (isFresh(last, now)) {
      return last.on();
    }
    try {
      saw(store.isTripped(ALL, now), now);
    } catch (StoreUnavailableException e) {
      onOutage.accept(e);
      saw(last.on(), now);
    }
    return seen.on();
  }

  private static boolean isFresh(Seen last, Instant now) {
    return !last.at().equals(Instant.MIN)
        && !now.isBefore(last.at())
        && now.isBefore(last.at().plus(REREAD_EVERY));
  }

  private void saw(boolean on, Instant now) {
    boolean wasOn = seen.on();
    seen = new Seen(on, now);
    if (wasOn && !on) {
      onSwitch.accept(false);
    }
  }
}
