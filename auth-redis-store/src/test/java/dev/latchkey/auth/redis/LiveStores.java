package dev.latchkey.auth.redis;

import java.time.Clock;
import java.time.Duration;

/** Stores as hosts have them, and what the tests expect of their timing. */
final class LiveStores {
  static final Duration DEADLINE = Duration.ofSeconds(1);

  /** The deadline, and what a busy machine may take before it lets a thread go on. */
  static final Duration IN_TIME = Duration.ofSeconds(3);

  /** From the return of the server, or the network, to service for all. */
  static final Duration RECOVERY = Duration.ofSeconds(5);

  /** Far more than anything takes that has no promise of its own. */
  static final Duration LONG = Duration.ofSeconds(60);

  private LiveStores() {}

  static RedisStores on(String uri) {
    return on(uri, TestServers.freshPrefix());
  }

  static RedisStores on(String uri, String prefix) {
    return RedisStores.builder(uri).prefix(prefix).deadline(DEADLINE).connect();
  }

  /** Stores that wait as long as it takes, so that no busy machine makes them unavailable. */
  static RedisStores patient(String uri, String prefix) {
    return RedisStores.builder(uri)
        .prefix(prefix)
        .deadline(LONG)
        .acceptAnyClock(Clock.systemUTC())
        .connect();
  }
}
