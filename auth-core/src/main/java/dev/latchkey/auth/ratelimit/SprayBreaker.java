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
  private final Object hearing = new Object();
  private volatile Seen seen = new Seen(Instant.MIN, Instant.MIN, false);

  /**
   * A breaker over a store.
   *
   * @param store where failures are counted
   * @param thresholds when to switch
   * @param clock what time it is
   * @param onSwitch told true by each node that finds it on, and false by each that finds it off
   *     again: a lost answer of the store then silences no alarm; must not throw
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

  /**
   * What this node knows.
   *
   * @param until the latest end of a surge that it heard of. Ends only ever move to later, so that
   *     an answer that was overtaken by another brings nothing back
   * @param askedAt when it last asked
   * @param on what it last told
   */
  private record Seen(Instant until, Instant askedAt, boolean on) {
    Seen heard(Instant end, Instant now) {
      boolean news = end.isAfter(until);
      Instant latest = news ? end : until;
      return new Seen(latest, now, (news || on) && now.isBefore(latest));
    }

    boolean isFresh(Instant now) {
      return !now.isBefore(askedAt) && now.minus(REREAD_EVERY).isBefore(askedAt);
    }
  }

  /** Counts a wrong code. */
  public void failed() {
    Instant now = clock.instant();
    try {
      heard(store.observe(ALL, thresholds, now), now);
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
    if (!seen.isFresh(now)) {
      try {
        heard(store.surgeUntil(ALL), now);
      } catch (StoreUnavailableException e) {
        onOutage.accept(e);
        heard(Instant.MIN, now);
      }
    }
    return now.isBefore(seen.until());
  }

  private void heard(Instant end, Instant now) {
    Seen before;
    Seen after;
    synchronized (hearing) {
      before = seen;
      after = before.heard(end, now);
      seen = after;
    }
    if (after.on() != before.on()) {
      onSwitch.accept(after.on());
    }
  }
}
