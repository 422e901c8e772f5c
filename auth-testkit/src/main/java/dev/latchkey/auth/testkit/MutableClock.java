package dev.latchkey.auth.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until it is moved. Called by tests.
 *
 * <p>Guarantees: all threads see a move at once; of parallel moves none is lost. A copy for another
 * zone moves along. Safe for concurrent use.
 */
public final class MutableClock extends Clock {
  /** Where a clock of {@link #create()} stands: a moment with nothing special about it. */
  public static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

  private final AtomicReference<Instant> time;
  private final ZoneId zone;

  private MutableClock(AtomicReference<Instant> time, ZoneId zone) {
    this.time = time;
    this.zone = zone;
  }

  /**
   * A clock that stands at {@link #START}, in UTC.
   *
   * @return the clock
   */
  public static MutableClock create() {
    return at(START);
  }

  /**
   * A clock that stands at the given time, in UTC.
   *
   * @param time where it stands
   * @return the clock
   */
  public static MutableClock at(Instant time) {
    return new MutableClock(
        new AtomicReference<>(Objects.requireNonNull(time, "time")), ZoneOffset.UTC);
  }

  /**
   * Moves to a time, forward or back.
   *
   * @param to where it then stands
   */
  public void set(Instant to) {
    time.set(Objects.requireNonNull(to, "to"));
  }

  /**
   * Moves forward.
   *
   * @param by zero or more
   * @return where it then stands
   */
  public Instant advance(Duration by) {
    requireForward(by);
    return time.updateAndGet(now -> now.plus(by));
  }

  /**
   * Moves back, as clocks do when they are corrected.
   *
   * @param by zero or more
   * @return where it then stands
   */
  public Instant stepBack(Duration by) {
    requireForward(by);
    return time.updateAndGet(now -> now.minus(by));
  }

  private static void requireForward(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("by must be zero or more, got " + by);
    }
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(time.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new MutableClock(time, Objects.requireNonNull(other, "other"));
  }

  @Override
  public String toString() {
    return "MutableClock[" + instant() + ", " + zone + "]";
  }
}
