package dev.latchkey.auth.jdbc;

import java.time.Duration;

/** When a call is given up, by the monotonic clock. */
final class Deadline {
  private final long end;

  private Deadline(long end) {
    this.end = end;
  }

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** What is left in whole milliseconds, 1 at least. */
  int millisLeft() throws Trouble {
    require();
    return Math.toIntExact(Math.max(1, left().toMillis()));
  }

  /** Goes on only before the end. */
  void require() throws Trouble {
    if (isOver()) {
      throw Trouble.late();
    }
  }

  boolean isOver() {
    return end - System.nanoTime() <= 0;
  }
}
