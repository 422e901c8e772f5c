package dev.latchkey.auth.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * About what time the server has, without asking it each time: good enough to say when a caller has
 * given up, and asked anew when the server turns out to be another one. Safe for concurrent use.
 */
final class ServerTime {
  /** Before the drift of two clocks, at most 100 parts in a million, is worth a thought. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(30);

  private final Supplier<Instant> ask;
  private final AtomicReference<@Nullable Sample> sample = new AtomicReference<>();

  ServerTime(Supplier<Instant> ask) {
    this.ask = ask;
  }

  private record Sample(Instant time, long takenAt) {
    boolean isOld(long nanos) {
      return nanos - takenAt > GOOD_FOR.toNanos();
    }
  }

  Instant now() {
    long nanos = System.nanoTime();
    Sample last = sample.get();
    if (last == null || last.isOld(nanos)) {
      // Taken from before the question: a caller rather gives up a little early than late.
      last = new Sample(ask.get(), nanos);
      sample.set(last);
    }
    return last.time.plusNanos(System.nanoTime() - last.takenAt);
  }

  void forget() {
    sample.set(null);
  }
}
