package dev.latchkey.auth.testkit.traffic;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what another thread or process does, no longer than it may take. Called by tests of
 * what can not be told to happen.
 */
public final class Eventually {
  private static final Duration BETWEEN = Duration.ofMillis(5);

  private Eventually() {}

  /**
   * Waits until a condition holds, which is asked again every few milliseconds, on this thread.
   *
   * @param limit how long that may take
   * @param condition the condition in words, for the failure
   * @param holds whether it holds; an exception counts as not yet
   * @return how long it took
   * @throws AssertionError past the limit, with the last exception as its cause
   */
  public static Duration within(Duration limit, String condition, BooleanSupplier holds) {
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

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
