package dev.latchkey.auth.redis;

import dev.latchkey.auth.testkit.MutableClock;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.function.Function;

/** Stores under a fresh prefix on a single server, and a way to look behind them. */
final class TestStores {
  private final String prefix = TestServers.freshPrefix();
  private final RedisStores stores =
      LiveStores.timeless(TestServers.single())
          .prefix(prefix)
          .acceptAnyClock(MutableClock.create())
          .connect();

  RedisStores stores() {
    return stores;
  }

  /** The whole name of a key. */
  String key(String name) {
    return prefix + name;
  }

  /** Asks the server itself. */
  <T> T ask(Function<RedisCommands<String, String>, T> question) {
    return RedisNode.ask(RedisURI.create(TestServers.single()), question);
  }
}
