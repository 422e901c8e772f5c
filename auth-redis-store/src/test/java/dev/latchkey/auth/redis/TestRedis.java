package dev.latchkey.auth.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;

/** One server and one client for all tests of a run, and a prefix for each of them. */
final class TestRedis {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final String URI =
      Optional.ofNullable(System.getenv("TEST_REDIS_URL")).orElseGet(TestRedis::start);
  private static final RedisClient CLIENT = client();

  private TestRedis() {}

  static String uri() {
    return URI;
  }

  /** Stores in which there is nothing yet, on a clock of the test's own. */
  static RedisStores stores(Clock clock) {
    return builder().acceptAnyClock(clock).connect();
  }

  /** Stores in which there is nothing yet. */
  static RedisStores.Builder builder() {
    return RedisStores.using(CLIENT).prefix(freshPrefix());
  }

  static String freshPrefix() {
    return "t" + System.nanoTime() + "." + PREFIXES.incrementAndGet() + ":";
  }

  private static RedisClient client() {
    RedisClient client = RedisClient.create(URI);
    client.setOptions(RedisStores.atMostOnce(ClientOptions.builder()).build());
    return client;
  }

  private static String start() {
    try {
      int port;
      try (ServerSocket free = new ServerSocket(0)) {
        port = free.getLocalPort();
      }
      RedisServer server = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
      server.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
      return "redis://127.0.0.1:" + port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stop(RedisServer server) {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
