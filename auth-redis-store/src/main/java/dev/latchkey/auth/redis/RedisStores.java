package dev.latchkey.auth.redis;

import dev.latchkey.auth.ratelimit.RateLimitStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All stores in Redis or Valkey. Called by applications. */
public final class RedisStores implements AutoCloseable {
  /** As long as a person waits for an answer without doubt, with room for a second try. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(1);

  /** What keys begin with where the host says nothing. */
  public static final String DEFAULT_PREFIX = "latchkey:";

  /** Clocks that agree are milliseconds apart; what is seconds off is wrong, and is refused. */
  static final Duration MAX_SKEW = Duration.ofSeconds(2);

  /** Lettuce would wait up to 30 s between two attempts, and as long after a server is back. */
  private static final Duration RECONNECT_AFTER = Duration.ofMillis(100);

  private final Line<?> line;
  private final RateLimitStore rateLimits;

  private RedisStores(Line<?> line, Commands commands) {
    this.line = line;
    this.rateLimits = new RedisRateLimitStore(commands);
  }

  /**
   * Stores on a server, with defaults.
   *
   * @param uri where it is
   * @return the stores
   */
  public static RedisStores connect(String uri) {
    return builder(uri).connect();
  }

  /**
   * Stores on a server.
   *
   * @param uri where it is
   * @return a builder
   */
  public static Builder builder(String uri) {
    RedisAddress address = RedisAddress.parse(uri);
    return new Builder(deadline -> own(address, deadline));
  }

  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public void close() {
    line.close();
  }

  private static Link<?> own(RedisAddress address, Duration deadline) {
    ClientResources resources =
        ClientResources.builder().reconnectDelay(Delay.constant(RECONNECT_AFTER)).build();
    address.seeds().forEach(seed -> seed.setTimeout(deadline));
    if (!address.cluster()) {
      RedisClient client = RedisClient.create(resources, address.seeds().get(0));
      client.setOptions(atMostOnce(ClientOptions.builder(), deadline).build());
      return new StandaloneLink(client, true);
    }
    ClusterClientOptions.Builder options =
        ClusterClientOptions.builder()
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enableAllAdaptiveRefreshTriggers()
                    .adaptiveRefreshTriggersTimeout(Duration.ofMillis(500))
                    .enablePeriodicRefresh(Duration.ofSeconds(30))
                    .build());
    RedisClusterClient client = RedisClusterClient.create(resources, address.seeds());
    client.setOptions(atMostOnce(options, deadline).build());
    return new ClusterLink(client, true);
  }

  /** What is not on its way when the connection breaks is refused, and what was is not sent again. */
  private static <B extends ClientOptions.Builder> B atMostOnce(B options, Duration deadline) {
    options
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .socketOptions(
            SocketOptions.builder().connectTimeout(deadline).keepAlive(true).build());
    return options;
  }

  /** Puts stores together. Not safe for concurrent use. */
  public static final class Builder {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,32}");

    private final Source source;
    private String prefix = DEFAULT_PREFIX;
    private Duration deadline = DEFAULT_DEADLINE;
    private int replicas;
    private @Nullable Clock anyClock;

    private Builder(Source source) {
      this.source = source;
    }

    public Builder prefix(String text) {
      if (!PREFIX.matcher(text).matches()) {
        throw new IllegalArgumentException(
            "prefix must be 1 to 32 of A-Z a-z 0-9 _ . : -, got " + text.length() + " characters");
      }
      this.prefix = text;
      return this;
    }

    public Builder deadline(Duration time) {
      this.deadline = time;
      return this;
    }

    public Builder waitForReplicas(int count) {
      this.replicas = count;
      return this;
    }

    public Builder acceptAnyClock(Clock clock) {
      this.anyClock = clock;
      return this;
    }

    public RedisStores connect() {
      return open(source.link(deadline));
    }

    private <C extends StatefulConnection<byte[], byte[]>> RedisStores open(Link<C> link) {
      Line<C> line = Line.open(link);
      Optional<Duration> skew = anyClock == null ? Optional.of(MAX_SKEW) : Optional.empty();
      return new RedisStores(
          line,
          new LettuceCommands<>(
              line, new LettuceCommands.Terms(prefix, deadline, replicas, skew)));
    }
  }

  /** How a link is made once the deadline is known. */
  private interface Source {
    Link<?> link(Duration deadline);
  }
}
