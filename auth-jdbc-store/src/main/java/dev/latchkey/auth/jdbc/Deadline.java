package dev.latchkey.auth.jdbc;

import java.time.Duration;

/** When a call is given up, by the monotonic clock. */
final class Deadline {
  private final long began;
  private final long end;

  private Deadline(long began, long end) {
    this.began = began;
    this.end = end;
  }

  static Deadline in(Duration time) {
    long now = System.nanoTime();
    return new Deadline(now, now + time.toNanos());
  }

  /** What has passed since the call began. */
  Duration passed() {
    return Duration.ofNanos(System.nanoTime() - began);
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
