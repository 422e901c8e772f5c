package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.testkit.traffic.Eventually;
import org.junit.jupiter.api.Test;

/** What becomes of codes where a server may have lost that they were used. */
final class HistoryTest {
  private static boolean signsIn(RedisStores stores, long number) {
    return Contest.ONE_SIGN_IN.tryToWin(stores, number, 1, stores.clock().instant());
  }

  private static void openChallenge(RedisStores stores, long number) {
    Contest.ONE_SIGN_IN.prepare(stores, number, stores.clock().instant());
  }

  @Test
  void aCode_thatWasUsedAtThePrimary_isWorthNothingAtTheReplicaThatTakesOverWithoutKnowingIt() {
    String prefix = TestServers.freshPrefix();
    try (RedisNode primary = RedisNode.inMemory();
        RedisNode replica = RedisNode.inMemory()) {
      replica.ask(redis -> redis.replicaof("127.0.0.1", primary.port()));
      try (RedisStores before = LiveStores.on(primary.uri(), prefix)) {
        openChallenge(before, 1);
        openChallenge(before, 2);
        Eventually.within(
            LiveStores.LONG,
            "the replica has it",
            () -> replica.<Long>ask(redis -> redis.dbsize()).equals(primary.ask(r -> r.dbsize())));
        replica.ask(redis -> redis.replicaofNoOne());

        try (RedisStores after = LiveStores.on(replica.uri(), prefix)) {
          assertThat(signsIn(before, 1)).as("at the old primary, which is still there").isTrue();
          assertThat(signsIn(after, 1)).as("again, at the new one").isFalse();
          assertThat(signsIn(after, 2)).as("at the new one alone, which can not know").isFalse();
          openChallenge(after, 2);
          assertThat(signsIn(after, 2)).as("with a new code").isTrue();
        }
      }
    }
  }

  @Test
  void aCode_thatWasMailedBeforeARestart_isWorthNothingAfterIt_andIsSpentOnlyOnce() {
    try (RedisNode node = RedisNode.durable();
        RedisStores stores = LiveStores.on(node.uri())) {
      openChallenge(stores, 1);
      node.kill();
      node.restart();
      Eventually.within(LiveStores.RECOVERY, "an answer", () -> !signsIn(stores, 9));

      assertThat(signsIn(stores, 1)).isFalse();
      openChallenge(stores, 1);
      assertThat(signsIn(stores, 1)).isTrue();
      assertThat(signsIn(stores, 1)).isFalse();
    }
  }
}
