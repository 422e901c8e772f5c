package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.List;

/**
 * The failures of everybody, and whether they are a surge: a sensor with hysteresis, and the only
 * statement of its rule. Called by store authors, who run {@link #observe} atomically.
 *
 * <p>Guarantees: every failure is counted, whatever the state; the end of a surge is only ever
 * moved to later, so that of two answers the later is right, in whatever order they arrive.
 * Switches off no sooner than {@link Thresholds#calm} after the last moment with {@link
 * Thresholds#off} failures in a period, and at most one period later. A clock that steps back
 * switches nothing off sooner. Immutable.
 *
 * @param failures the log of the failures
 * @param onUntil until when the switch is on, exclusive
 */
public record Surge(RateLog failures, Instant onUntil) {
  /** Nothing was observed. */
  public static final Surge NONE = new Surge(RateLog.EMPTY, Instant.EPOCH);

  /**
   * Counts a failure.
   *
   * @param thresholds when to switch
   * @param now the time of the failure
   * @return the record afterwards and its {@link #onUntil}
   */
  public Transition<Surge, Instant> observe(Thresholds thresholds, Instant now) {
    Quota unbounded = Quota.of(Quota.MAX_LIMIT, thresholds.period());
    Transition<RateLog, RateDecision> counted = failures.admit(List.of(unbounded), now);
    int count =
        counted.answer() instanceof Admitted admitted
            ? Quota.MAX_LIMIT - admitted.standing().remaining()
            : Quota.MAX_LIMIT;
    boolean hot = count > thresholds.on() || (isOn(now) && count >= thresholds.off());
    Instant end = now.plus(thresholds.period()).plus(thresholds.calm());
    Instant until = hot && end.isAfter(onUntil) ? end : onUntil;
    return new Transition<>(new Surge(counted.record(), until), until);
  }

  /**
   * Whether the switch is on. Changes nothing.
   *
   * @param now the time
   * @return true until {@code onUntil}
   */
  public boolean isOn(Instant now) {
    return now.isBefore(onUntil);
  }

  /**
   * From when on the record says no more than {@link #NONE} does, so that a store may drop it.
   *
   * @return the end of the last thing that it holds
   */
  public Instant expiresAt() {
    Instant log = failures.expiresAt();
    return log.isAfter(onUntil) ? log : onUntil;
  }
}
