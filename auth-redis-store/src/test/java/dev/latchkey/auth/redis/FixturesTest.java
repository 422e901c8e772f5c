package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.traffic.Eventually;
import org.junit.jupiter.api.Test;

/** The servers of the other tests do what those tests rely on. */
final class FixturesTest {
  @Test
  void durable_keepsWhatItAcknowledged_whenKilled() {
    try (RedisNode node = RedisNode.durable()) {
      node.ask(commands -> commands.set("key", "kept"));
      node.kill();
      node.restart();

      assertThat(node.<String>ask(commands -> commands.get("key"))).isEqualTo("kept");
      assertThat(node.<String>ask(commands -> commands.info("server")))
          .contains("redis_version:6.2");
    }
  }

  @Test
  void watch_followsWithTheReplica() {
    try (RedisWatch watch = RedisWatch.start()) {
      watch
          .primary()
          .ask(commands -> commands.set("key", "kept") + commands.waitForReplication(1, 10_000));
      watch.primary().kill();

      Eventually.within(
          RedisNode.STARTING,
          "the replica is primary",
          () ->
              watch
                  .replica()
                  .ask(commands -> commands.info("replication"))
                  .contains("role:master"));
      assertThat(watch.replica().<String>ask(commands -> commands.get("key"))).isEqualTo("kept");
    }
  }

  @Test
  void shards_replaceALostPrimary() {
    try (RedisShards shards = RedisShards.withReplicas()) {
      RedisNode lost = shards.primaries().get(0);
      RedisNode other = shards.primaries().get(1);
      lost.kill();

      Eventually.within(
          RedisNode.STARTING,
          "all slots are served again",
          () ->
              other.ask(node -> node.clusterNodes()).contains("master,fail")
                  && other.ask(node -> node.clusterInfo()).contains("cluster_state:ok"));
    }
  }
}
