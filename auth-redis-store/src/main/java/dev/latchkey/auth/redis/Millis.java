package dev.latchkey.auth.redis;

import java.time.Duration;
import java.time.Instant;

/**
 * Times as arguments of scripts: whole milliseconds, and never more than scripts can count exactly,
 * which is until the year 287396. What is further away is as good as never.
 */
final class Millis {
  private static final long MOST = 1L << 53;

  private Millis() {}

  /** Since the epoch. */
  static String of(Instant time) {
    long seconds = time.getEpochSecond();
    return Long.toString(isCountable(seconds) ? time.toEpochMilli() : most(seconds));
  }

  static String of(Duration time) {
    long seconds = time.toSeconds();
    return Long.toString(isCountable(seconds) ? time.toMillis() : most(seconds));
  }

  private static boolean isCountable(long seconds) {
    return -MOST / 1_000 < seconds && seconds < MOST / 1_000;
  }

  private static long most(long seconds) {
    return seconds < 0 ? -MOST : MOST;
  }
}
