package dev.latchkey.auth.redis;

import dev.latchkey.auth.crypto.MasterSecret;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Stores as hosts have them, and what the tests expect of their timing. */
final class LiveStores {
  static final Duration DEADLINE = Duration.ofSeconds(1);

  /** The deadline, and what a busy machine may take before it lets a thread go on. */
  static final Duration IN_TIME = Duration.ofSeconds(3);

  /** From the return of the server, or the network, to service for all. */
  static final Duration RECOVERY = Duration.ofSeconds(5);

  /** Far more than anything takes that has no promise of its own. */
  static final Duration LONG = Duration.ofSeconds(60);

  /** One client a deployment, which lives as long as the tests. */
  private static final Map<String, Supplier<RedisStores.Builder>> SHARED =
      new ConcurrentHashMap<>();

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

  /** Empty stores for contracts, whose clocks are nobody's. */
  static RedisStores timeless(String uri, Clock clock) {
    return timeless(uri).accounts(MasterSecret.generate()).acceptAnyClock(clock).connect();
  }

  /** Empty stores, of which nobody need close as many as a contract has tests. */
  static RedisStores.Builder timeless(String uri) {
    return SHARED
        .computeIfAbsent(uri, LiveStores::share)
        .get()
        .prefix(TestServers.freshPrefix())
        .deadline(LONG);
  }

  private static Supplier<RedisStores.Builder> share(String uri) {
    RedisAddress address = RedisAddress.parse(uri);
    if (address.cluster()) {
      RedisClusterClient client = RedisClusterClient.create(address.seeds());
      client.setOptions(RedisStores.atMostOnce(ClusterClientOptions.builder()).build());
      return () -> RedisStores.using(client);
    }
    RedisClient client = RedisClient.create(address.seeds().get(0));
    client.setOptions(RedisStores.atMostOnce(ClientOptions.builder()).build());
    return () -> RedisStores.using(client);
  }
}
