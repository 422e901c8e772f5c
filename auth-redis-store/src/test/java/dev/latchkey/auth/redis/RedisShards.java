package dev.latchkey.auth.redis;

import static java.util.stream.Collectors.joining;

import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Cluster of three shards, each with one replica or none. */
final class RedisShards implements AutoCloseable {
  private static final int SHARDS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration FORMING = Duration.ofSeconds(60);

  private final List<RedisNode> primaries = new ArrayList<>();
  private final List<RedisNode> replicas = new ArrayList<>();

  private RedisShards() {}

  static RedisShards withoutReplicas() {
    return start(false);
  }

  /** When a primary is gone, its replica follows it within a few seconds. */
  static RedisShards withReplicas() {
    return start(true);
  }

  private static RedisShards start(boolean replicated) {
    RedisShards shards = new RedisShards();
    for (int i = 0; i < SHARDS; i++) {
      shards.primaries.add(node());
      if (replicated) {
        shards.replicas.add(node());
      }
    }
    shards.form();
    return shards;
  }

  private static RedisNode node() {
    return RedisNode.persistent(
        "cluster-enabled yes",
        "cluster-node-timeout 1000",
        "cluster-replica-validity-factor 0",
        "repl-diskless-sync yes",
        "repl-diskless-sync-delay 0");
  }

  private void form() {
    for (int i = 0; i < SHARDS; i++) {
      int[] slots = IntStream.range(SLOTS * i / SHARDS, SLOTS * (i + 1) / SHARDS).toArray();
      int epoch = i + 1;
      primaries.get(i).ask(node -> node.clusterAddSlots(slots) + node.clusterSetConfigEpoch(epoch));
    }
    RedisNode first = primaries.get(0);
    for (RedisNode other : nodes().toList()) {
      first.ask(node -> node.clusterMeet("127.0.0.1", other.port()));
    }
    int known = primaries.size() + replicas.size();
    awaitAll("known:" + known, "cluster_state:ok", "cluster_known_nodes:" + known);
    for (int i = 0; i < replicas.size(); i++) {
      String primary = primaries.get(i).ask(node -> node.clusterMyId());
      replicas.get(i).ask(node -> node.clusterReplicate(primary));
    }
    for (RedisNode replica : replicas) {
      Eventually.within(
          FORMING,
          "a replica that follows",
          () -> replica.ask(node -> node.info("replication")).contains("master_link_status:up"));
    }
    Eventually.within(
        FORMING,
        "all know the replicas",
        () ->
            nodes()
                .allMatch(
                    one ->
                        count(one.ask(node -> node.clusterNodes()), "slave") == replicas.size()));
  }

  private static int count(String text, String word) {
    return text.split(word, -1).length - 1;
  }

  private void awaitAll(String condition, String... infos) {
    Eventually.within(
        FORMING,
        condition,
        () ->
            nodes()
                .map(one -> one.ask(node -> node.clusterInfo()))
                .allMatch(info -> Stream.of(infos).allMatch(info::contains)));
  }

  Stream<RedisNode> nodes() {
    return Stream.concat(primaries.stream(), replicas.stream());
  }

  List<RedisNode> primaries() {
    return primaries;
  }

  /** In the order of their primaries. */
  List<RedisNode> replicas() {
    return replicas;
  }

  String uri() {
    return "redis-cluster://" + nodes().map(RedisNode::address).collect(joining(","));
  }

  @Override
  public void close() {
    nodes().forEach(RedisNode::close);
  }
}
