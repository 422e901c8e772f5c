package dev.latchkey.auth.redis;

import dev.latchkey.auth.testkit.MutableClock;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.function.Function;

/** Stores under a fresh prefix, and a way to look behind them. */
final class TestStores {
  private final String prefix = "x" + System.nanoTime() + ":";
  private final RedisStores stores =
      RedisStores.builder(TestServers.single())
          .prefix(prefix)
          .acceptAnyClock(MutableClock.create())
          .connect();

  static TestStores single() {
    return new TestStores();
  }

  RedisStores stores() {
    return stores;
  }

  String key(String name) {
    return prefix + name;
  }

  <T> T ask(Function<RedisCommands<String, String>, T> question) {
    try (var client = io.lettuce.core.RedisClient.create(RedisURI.create(TestServers.single()));
        var connection = client.connect()) {
      return question.apply(connection.sync());
    }
  }
}
