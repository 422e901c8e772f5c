package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.DisciplinedClock;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * About what time the server has: good enough to say when a caller has given up. Unlike the clock
 * of the stores it may run backwards, since another server can be there from one call to the next.
 * Safe for concurrent use.
 */
final class ServerTime {
  private final Supplier<Instant> ask;
  private volatile DisciplinedClock clock;

  ServerTime(Supplier<Instant> ask) {
    this.ask = ask;
    this.clock = fresh(ask);
  }

  Instant now() {
    return clock.instant();
  }

  /** The server turned out to have another time: it is asked before the next answer. */
  void forget() {
    clock = fresh(ask);
  }

  private static DisciplinedClock fresh(Supplier<Instant> ask) {
    return DisciplinedClock.over(ask, System::nanoTime);
  }
}
