package dev.latchkey.auth.redis;

import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that keep the promises of the stores, and whether others, and their servers, do. */
final class Clients {
  /** Lettuce would wait up to 30 s between two attempts, and as long after a server is back. */
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(100);

  /** For the steps of a connection; calls wait for it no longer than their own deadline. */
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);

  /** A map of slots that nothing seems wrong with may be as old. */
  private static final Duration REFRESH_EVERY = Duration.ofSeconds(30);

  /** Of the many signs of a changed Cluster that come at once one is enough. */
  private static final Duration REFRESH_AT_MOST_EVERY = Duration.ofMillis(500);

  private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");
  private static final Pattern UNLIMITED = Pattern.compile("(?m)^maxmemory:0\\s*$");

  private Clients() {}

  static Link<?> own(RedisAddress address) {
    ClientResources resources =
        ClientResources.builder().reconnectDelay(Delay.constant(RECONNECT_AFTER)).build();
    SocketOptions socket =
        SocketOptions.builder().connectTimeout(CONNECT_WITHIN).keepAlive(true).build();
    address.seeds().forEach(seed -> seed.setTimeout(CONNECT_WITHIN));
    if (!address.cluster()) {
      RedisClient client = RedisClient.create(resources, address.seeds().get(0));
      client.setOptions(atMostOnce(ClientOptions.builder()).socketOptions(socket).build());
      return new StandaloneLink(client, () -> shutDown(client, resources));
    }
    RedisClusterClient client = RedisClusterClient.create(resources, address.seeds());
    client.setOptions(
        atMostOnce(ClusterClientOptions.builder())
            .socketOptions(socket)
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enableAllAdaptiveRefreshTriggers()
                    .adaptiveRefreshTriggersTimeout(REFRESH_AT_MOST_EVERY)
                    .enablePeriodicRefresh(REFRESH_EVERY)
                    .build())
            .build());
    return new ClusterLink(client, () -> shutDown(client, resources));
  }

  private static void shutDown(AbstractRedisClient client, ClientResources resources) {
    client.shutdown();
    resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  static <B extends ClientOptions.Builder> B atMostOnce(B options) {
    options
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        // Each call has a deadline of its own; the connection's would end it sooner, unnoticed.
        .timeoutOptions(TimeoutOptions.create());
    return options;
  }

  static void requireAtMostOnce(ClientOptions options) {
    if (!options.isAutoReconnect() || options.isSuspendReconnectOnProtocolFailure()) {
      throw new IllegalArgumentException(
          "client must open a lost connection again, whatever the reason: set autoReconnect(true)"
              + " and suspendReconnectOnProtocolFailure(false)");
    }
    boolean buffers =
        switch (options.getDisconnectedBehavior()) {
          case REJECT_COMMANDS -> false;
          case ACCEPT_COMMANDS, DEFAULT -> true;
        };
    Command<byte[], byte[], String> script =
        new Command<>(CommandType.EVALSHA, new StatusOutput<>(ByteArrayCodec.INSTANCE));
    boolean repeats = !options.getReplayFilter().test(script);
    if (buffers || repeats) {
      throw new IllegalArgumentException(
          "client must neither buffer commands nor send them again: set options that"
              + " RedisStores.atMostOnce has made");
    }
  }

  /** What a server does not want to tell can not be refused. */
  static void requireNoEviction(Commands commands) {
    String memory;
    try {
      memory = commands.info("redis.connect", "memory");
    } catch (StoreUnavailableException e) {
      if (e.retryable()) {
        throw e;
      }
      return;
    }
    Matcher policy = POLICY.matcher(memory);
    if (policy.find()
        && !policy.group(1).equals("noeviction")
        && !UNLIMITED.matcher(memory).find()) {
      throw new IllegalStateException(
          "server must not evict keys, since an evicted lock is no lock: set maxmemory-policy"
              + " noeviction, or say acceptEviction(); it is "
              + policy.group(1));
    }
  }
}
