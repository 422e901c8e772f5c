package dev.latchkey.auth.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of a store, told without asking it each time: its time when it was last asked, and what
 * a monotonic clock of this machine says has passed since. Called by store authors, for the clock
 * of their bundle.
 *
 * <p>Guarantees: right to half the round trip in which the store was asked, which is at most {@link
 * #MAX_ERROR}, and to what the machine's oscillator drifts in {@link #RESAMPLE_AFTER} (less than 3
 * ms at 100 parts in a million). The store is asked again on the thread of a caller, one at a time,
 * while the others go on; so whoever asks pays the store's deadline at worst. Whatever the store
 * says, the time never runs backwards: where the store turns out to be behind, it stands still
 * until the store has caught up.
 *
 * <p>Two exceptions. The store's time went back by more than {@link #TOLERANCE}: the clock follows,
 * since a store refuses whoever is further off, and a clock that stood still would be refused until
 * the store has caught up. And the store can not be reached: the last offset is kept, however long,
 * and tried again every {@link #RETRY_AFTER}; the drift (about 10 s a day at worst) is then the
 * error, and a store that is back refuses whoever it has put too far off until it is asked again.
 * Before the first answer there is no time: the exception of the store is thrown. Safe for
 * concurrent use.
 */
public final class DisciplinedClock extends Clock {
  /** Often enough that drift does not matter, seldom enough that the store does not notice. */
  public static final Duration RESAMPLE_AFTER = Duration.ofSeconds(30);

  /** After a sample that failed or took too long. */
  public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** A slower answer is worth less than the offset that is known: a quarter of the tolerance. */
  public static final Duration MAX_ERROR = Duration.ofMillis(500);

  /** How far off stores let their callers be. */
  public static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final Discipline discipline;
  private final ZoneId zone;

  private DisciplinedClock(Discipline discipline, ZoneId zone) {
    this.discipline = discipline;
    this.zone = zone;
  }

  /**
   * A clock, in UTC.
   *
   * @param storeTime asks the store for its time, within the store's deadline; throws {@link
   *     StoreUnavailableException}
   * @param nanoTime a monotonic clock such as {@link System#nanoTime}
   * @return the clock; it has asked for nothing yet
   */
  public static DisciplinedClock over(Supplier<Instant> storeTime, LongSupplier nanoTime) {
    return new DisciplinedClock(
        new Discipline(
            Objects.requireNonNull(storeTime, "storeTime"),
            Objects.requireNonNull(nanoTime, "nanoTime")),
        ZoneOffset.UTC);
  }

  /**
   * Makes the next reader ask the store, as if {@link #RESAMPLE_AFTER} had passed. Called by store
   * authors when the store has refused a call for its time. All that is guaranteed still holds.
   */
  public void askAgain() {
    discipline.askNow();
  }

  @Override
  public Instant instant() {
    return discipline.now();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new DisciplinedClock(discipline, Objects.requireNonNull(other, "other"));
  }

  @Override
  public String toString() {
    return "DisciplinedClock[" + zone + "]";
  }

  /** What clocks for different zones share. Times are nanoseconds since 1970, good until 2262. */
  private static final class Discipline {
    private static final long NANOS = 1_000_000_000;

    private final Supplier<Instant> storeTime;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Known> known = new AtomicReference<>();
    private final ReentrantLock asking = new ReentrantLock();

    Discipline(Supplier<Instant> storeTime, LongSupplier nanoTime) {
      this.storeTime = storeTime;
      this.nanoTime = nanoTime;
    }

    /**
     * What is known of the store's time.
     *
     * @param offset from the monotonic clock to the store's time
     * @param askAt when the monotonic clock says that the store is to be asked again
     * @param told the latest time that anybody was told
     */
    private record Known(long offset, long askAt, long told) {
      Known askAgainAt(long later) {
        return new Known(offset, later, told);
      }
    }

    Instant now() {
      Known last = known.get();
      if (last == null) {
        // Nobody has a time yet: everybody asks, so that none waits for another's deadline.
        ask();
      } else if (isDue(last) && asking.tryLock()) {
        try {
          askAgain();
        } finally {
          asking.unlock();
        }
      }
      return tell();
    }

    private boolean isDue(@Nullable Known last) {
      return last != null && nanoTime.getAsLong() - last.askAt() >= 0;
    }

    private Instant tell() {
      while (true) {
        Known last = Objects.requireNonNull(known.get());
        long now = nanoTime.getAsLong() + last.offset();
        if (now <= last.told()) {
          return instant(last.told());
        }
        if (known.compareAndSet(last, new Known(last.offset(), last.askAt(), now))) {
          return instant(now);
        }
      }
    }

    private void askAgain() {
      if (!isDue(known.get())) {
        return; // Somebody else asked between our look at the time and our turn.
      }
      try {
        ask();
      } catch (StoreUnavailableException e) {
        // The verb that the caller wants the time for meets the same outage, and tells of it.
        retryLater();
      }
    }

    private void ask() {
      long before = nanoTime.getAsLong();
      Instant answer = storeTime.get();
      long after = nanoTime.getAsLong();
      long error = (after - before) / 2;
      boolean exact = error <= MAX_ERROR.toNanos();
      if (!exact && known.get() != null) {
        retryLater();
        return;
      }
      long now = answer.getEpochSecond() * NANOS + answer.getNano();
      long offset = now - (before + error);
      long askAt = after + (exact ? RESAMPLE_AFTER : RETRY_AFTER).toNanos();
      known.updateAndGet(last -> new Known(offset, askAt, floor(last, now)));
    }

    /** Nothing before it is told from now on. */
    private static long floor(@Nullable Known last, long now) {
      if (last == null || last.told() > now + TOLERANCE.toNanos()) {
        return Long.MIN_VALUE;
      }
      return last.told();
    }

    void askNow() {
      long now = nanoTime.getAsLong();
      known.updateAndGet(last -> last == null ? null : last.askAgainAt(now));
    }

    private void retryLater() {
      long askAt = nanoTime.getAsLong() + RETRY_AFTER.toNanos();
      known.updateAndGet(last -> Objects.requireNonNull(last).askAgainAt(askAt));
    }

    private static Instant instant(long nanos) {
      return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
  }
}
