package dev.latchkey.auth.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;

/** One server for all tests of a run, and a prefix for each of them. */
final class TestRedis {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final String URI = Optional.ofNullable(System.getenv("TEST_REDIS_URL")).orElseGet(TestRedis::start);

  private TestRedis() {}

  static String uri() {
    return URI;
  }

  /** Stores in which there is nothing yet, on a clock of the test's own. */
  static RedisStores stores(Clock clock) {
    return builder().acceptAnyClock(clock).connect();
  }

  static RedisStores.Builder builder() {
    return RedisStores.builder(URI).prefix("t" + System.nanoTime() + "." + PREFIXES.incrementAndGet() + ":");
  }

  private static String start() {
    try (ServerSocket free = new ServerSocket(0)) {
      int port = free.getLocalPort();
      free.close();
      RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        try {
          server.stop();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }));
      return "redis://127.0.0.1:" + port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
