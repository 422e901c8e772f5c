package dev.latchkey.auth.redis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does, no longer than it may take. */
final class Eventually {
  private static final Duration BETWEEN = Duration.ofMillis(5);

  private Eventually() {}

  /** Returns how long it took until the condition held; an error counts as not yet. */
  static Duration within(Duration limit, String condition, BooleanSupplier holds) {
    long began = System.nanoTime();
    RuntimeException last = null;
    while (true) {
      try {
        if (holds.getAsBoolean()) {
          return since(began);
        }
      } catch (RuntimeException e) {
        last = e;
      }
      if (since(began).compareTo(limit) > 0) {
        throw new AssertionError("not within %s: %s".formatted(limit, condition), last);
      }
      LockSupport.parkNanos(BETWEEN.toNanos());
    }
  }

  static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
