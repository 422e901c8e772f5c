package dev.latchkey.auth.redis;

import dev.latchkey.auth.testkit.MutableClock;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.function.Function;

/** Stores under a fresh prefix, and a way to look behind them. */
final class TestStores {
  private static final RedisClient CLIENT = RedisClient.create();

  private final String prefix = TestRedis.freshPrefix();
  private final RedisStores stores =
      TestRedis.builder().prefix(prefix).acceptAnyClock(MutableClock.create()).connect();

  RedisStores stores() {
    return stores;
  }

  /** The whole name of a key. */
  String key(String name) {
    return prefix + name;
  }

  /** Asks the server itself. */
  <T> T ask(Function<RedisCommands<String, String>, T> question) {
    try (StatefulRedisConnection<String, String> connection =
        CLIENT.connect(RedisURI.create(TestRedis.uri()))) {
      return question.apply(connection.sync());
    }
  }
}
