package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.traffic.Traffic;
import org.junit.jupiter.api.Test;

final class FlushedScriptsTest {
  @Test
  void scriptsThatAreGone_areLoadedAgain_andNobodyNotices() throws InterruptedException {
    try (RedisNode node = RedisNode.inMemory();
        RedisStores stores = LiveStores.patient(node.uri(), TestServers.freshPrefix());
        Traffic traffic = Traffic.over(stores)) {
      for (int i = 0; i < 10; i++) {
        traffic.awaitRounds(10, LiveStores.LONG);
        node.ask(commands -> commands.scriptFlush());
      }
      traffic.awaitRounds(10, LiveStores.LONG);

      Traffic.Report report = traffic.stop();
      assertThat(report.unavailable()).isZero();
      assertThat(report.excess()).isEmpty();
    }
  }
}
