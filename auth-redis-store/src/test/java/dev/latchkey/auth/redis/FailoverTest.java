package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.traffic.Eventually;
import dev.latchkey.auth.testkit.traffic.Traffic;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A primary is lost under traffic, and its replica follows it. What it acknowledged and had not
 * sent on is lost with it: such a thing can be won again, and the tests say how many were. Who
 * waits for a replica loses nothing, and has no service while there is none.
 */
@Execution(ExecutionMode.CONCURRENT)
final class FailoverTest {
  /**
   * To notice the loss takes a second here, to agree on the new primary a few, and sentinels take
   * ten more to make a replica of the one that comes back. A map of slots that is only read anew by
   * the clock, each 30 s, is too old.
   */
  private static final Duration FAILOVER = Duration.ofSeconds(25);

  private static final Pattern OFFSET = Pattern.compile("master_repl_offset:(\\d+)");

  /** What a replica on the same machine can be behind: a round or two of each group. */
  private static final int LAST_MOMENT = 2 * Traffic.GROUPS;

  /** Kills the primary, lets another follow it, and goes on when all is well again. */
  private static Traffic.Report lose(
      String what, RedisStores open, RedisNode primary, RedisNode replica, Runnable then)
      throws InterruptedException {
    try (RedisStores stores = open;
        Traffic traffic = Traffic.over(stores)) {
      traffic.awaitRounds(100, LiveStores.LONG);
      awaitCaughtUp(primary, replica);
      long began = System.nanoTime();
      primary.kill();
      Eventually.within(
          FAILOVER,
          "the replica is the primary",
          () -> replica.ask(node -> node.info("replication")).contains("role:master"));
      then.run();
      traffic.awaitCalm(50, LiveStores.LONG);
      Duration outage = Duration.ofNanos(System.nanoTime() - began);
      Traffic.Report report = traffic.stop();
      report.print(what, outage);
      assertThat(outage).isLessThan(FAILOVER);
      assertThat(report.unavailable()).isPositive();
      assertThat(report.longest()).isLessThan(LiveStores.IN_TIME);
      return report;
    }
  }

  /** A replica that a busy machine has not let run is behind by more than the last moment. */
  private static void awaitCaughtUp(RedisNode primary, RedisNode replica) {
    long written = offset(primary);
    Eventually.within(
        LiveStores.LONG, "the replica has what was written", () -> offset(replica) >= written);
  }

  private static long offset(RedisNode node) {
    Matcher offset = OFFSET.matcher(node.ask(commands -> commands.info("replication")));
    assertThat(offset.find()).isTrue();
    return Long.parseLong(offset.group(1));
  }

  private static void leaveItDead() {}

  private static RedisStores waiting(String uri) {
    return RedisStores.builder(uri)
        .prefix(TestServers.freshPrefix())
        .deadline(LiveStores.DEADLINE)
        .waitForReplicas(1)
        .connect();
  }

  @Test
  void sentinel_replacesThePrimary_andServiceIsBack() throws InterruptedException {
    try (RedisWatch watch = RedisWatch.start()) {
      Traffic.Report report =
          lose(
              "Sentinel",
              LiveStores.on(watch.uri()),
              watch.primary(),
              watch.replica(),
              FailoverTest::leaveItDead);
      assertThat(report.excess()).hasSizeLessThanOrEqualTo(LAST_MOMENT);
    }
  }

  @Test
  void cluster_replacesThePrimary_andServiceIsBack() throws InterruptedException {
    try (RedisShards shards = RedisShards.withReplicas()) {
      Traffic.Report report =
          lose(
              "Cluster",
              LiveStores.on(shards.uri()),
              shards.primaries().get(0),
              shards.replicas().get(0),
              FailoverTest::leaveItDead);
      assertThat(report.excess()).hasSizeLessThanOrEqualTo(LAST_MOMENT);
    }
  }

  @Test
  void sentinel_withAReplicaWaitedFor_losesNothing() throws InterruptedException {
    try (RedisWatch watch = RedisWatch.start()) {
      Traffic.Report report =
          lose(
              "Sentinel, waiting",
              waiting(watch.uri()),
              watch.primary(),
              watch.replica(),
              watch.primary()::restart);
      assertThat(report.excess()).isEmpty();
    }
  }

  @Test
  void cluster_withReplicasWaitedFor_losesNothing() throws InterruptedException {
    try (RedisShards shards = RedisShards.withReplicas()) {
      Traffic.Report report =
          lose(
              "Cluster, waiting",
              waiting(shards.uri()),
              shards.primaries().get(0),
              shards.replicas().get(0),
              shards.primaries().get(0)::restart);
      assertThat(report.excess()).isEmpty();
    }
  }
}
