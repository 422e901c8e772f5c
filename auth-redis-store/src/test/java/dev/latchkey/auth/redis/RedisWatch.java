package dev.latchkey.auth.redis;

import static java.util.stream.Collectors.joining;

import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A primary with a replica, and three sentinels that watch over them. Both write to disk: a primary
 * that comes back empty, before the sentinels have made up their minds, empties its replica too.
 */
final class RedisWatch implements AutoCloseable {
  static final String NAME = "latchkey";
  private static final Duration FORMING = Duration.ofSeconds(60);

  private final RedisNode primary;
  private final RedisNode replica;
  private final List<RedisNode> sentinels;

  private RedisWatch(RedisNode primary, RedisNode replica, List<RedisNode> sentinels) {
    this.primary = primary;
    this.replica = replica;
    this.sentinels = sentinels;
  }

  static RedisWatch start() {
    RedisNode primary =
        RedisNode.persistent("repl-diskless-sync yes", "repl-diskless-sync-delay 0");
    RedisNode replica = RedisNode.persistent("replicaof 127.0.0.1 " + primary.port());
    Eventually.within(
        FORMING,
        "a replica that follows",
        () -> replica.ask(node -> node.info("replication")).contains("master_link_status:up"));
    List<RedisNode> sentinels = Stream.generate(() -> sentinel(primary)).limit(3).toList();
    for (RedisNode sentinel : sentinels) {
      Eventually.within(
          FORMING,
          "a sentinel that knows the others and the replica",
          () ->
              sentinel
                  .ask(node -> node.info("sentinel"))
                  .contains("status=ok,address=" + primary.address() + ",slaves=1,sentinels=3"));
    }
    return new RedisWatch(primary, replica, sentinels);
  }

  private static RedisNode sentinel(RedisNode primary) {
    return RedisNode.sentinel(
        "sentinel monitor %s 127.0.0.1 %d 2".formatted(NAME, primary.port()),
        "sentinel down-after-milliseconds %s 1000".formatted(NAME),
        "sentinel failover-timeout %s 3000".formatted(NAME));
  }

  RedisNode primary() {
    return primary;
  }

  RedisNode replica() {
    return replica;
  }

  String uri() {
    return "redis-sentinel://%s#%s"
        .formatted(sentinels.stream().map(RedisNode::address).collect(joining(",")), NAME);
  }

  @Override
  public void close() {
    sentinels.forEach(RedisNode::close);
    replica.close();
    primary.close();
  }
}
