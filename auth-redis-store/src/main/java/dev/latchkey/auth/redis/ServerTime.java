package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What time the server has at least, to say when a caller has given up: what it answered, and what
 * has passed since its answer came. Never ahead of it by more than an oscillator drifts in {@link
 * DisciplinedClock#RESAMPLE_AFTER}; behind it by the way of that answer, which the answers of the
 * calls need too. Unlike the clock of the stores it may run backwards, since another server can be
 * there from one call to the next. Safe for concurrent use.
 */
final class ServerTime {
  private final Supplier<Instant> ask;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable Sample> last = new AtomicReference<>();
  private final ReentrantLock asking = new ReentrantLock();

  /**
   * What the server said.
   *
   * @param time its time
   * @param cameAt when that was here, by the monotonic clock
   * @param askAt when it is to be asked again, by the monotonic clock
   */
  private record Sample(Instant time, long cameAt, long askAt) {}

  /**
   * Asks when it is first needed.
   *
   * @param ask the server for its time
   * @param nanoTime a monotonic clock
   */
  ServerTime(Supplier<Instant> ask, LongSupplier nanoTime) {
    this.ask = ask;
    this.nanoTime = nanoTime;
  }

  Instant now() {
    Sample sample = last.get();
    if (sample == null) {
      // Nobody has a time yet: everybody asks, so that none waits for another's deadline.
      sample = sample();
    } else if (nanoTime.getAsLong() - sample.askAt() >= 0 && asking.tryLock()) {
      try {
        sample = sampleOr(sample);
      } finally {
        asking.unlock();
      }
    }
    return sample.time().plusNanos(nanoTime.getAsLong() - sample.cameAt());
  }

  /** The server turned out to have another time: it is asked before the next answer. */
  void forget() {
    last.set(null);
  }

  private Sample sample() {
    Instant time = ask.get();
    long now = nanoTime.getAsLong();
    Sample sample = new Sample(time, now, now + DisciplinedClock.RESAMPLE_AFTER.toNanos());
    last.set(sample);
    return sample;
  }

  /** What the call wants the time for meets the same outage, and tells of it. */
  private Sample sampleOr(Sample known) {
    try {
      return sample();
    } catch (StoreUnavailableException e) {
      long later = nanoTime.getAsLong() + DisciplinedClock.RETRY_AFTER.toNanos();
      last.compareAndSet(known, new Sample(known.time(), known.cameAt(), later));
      return known;
    }
  }
}
