package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A network in trouble under traffic, for one node of two: what its calls did is not known to it,
 * and the other node goes on all the while. Nothing is won twice, nothing fails otherwise than as
 * unavailable within the deadline, and service is back by itself soon after the network.
 */
final class NetworkTest {
  private RedisNode node;
  private FaultyProxy proxy;
  private RedisStores far;
  private RedisStores near;
  private Traffic traffic;

  @BeforeEach
  void start() {
    node = RedisNode.inMemory();
    proxy = FaultyProxy.to("127.0.0.1", node.port());
    String prefix = TestServers.freshPrefix();
    far = LiveStores.on("redis://127.0.0.1:" + proxy.port(), prefix);
    near = LiveStores.on(node.uri(), prefix);
    traffic = Traffic.over(far, near);
    traffic.awaitRounds(50, LiveStores.LONG);
  }

  @AfterEach
  void stop() {
    traffic.close();
    far.close();
    near.close();
    proxy.close();
    node.close();
  }

  private void healAndRecover(String what) throws InterruptedException {
    proxy.heal();
    Duration back = traffic.awaitRounds(1, LiveStores.RECOVERY);
    traffic.awaitCalm(50, LiveStores.LONG);
    Traffic.Report report = traffic.stop();
    report.print(what, back);
    assertThat(report.excess()).isEmpty();
    assertThat(report.longest()).isLessThan(LiveStores.IN_TIME);
  }

  @Test
  void aSlowNetwork_isWaitedFor_withinTheDeadline() throws InterruptedException {
    proxy.delay(Duration.ofMillis(50));
    traffic.awaitRounds(20, LiveStores.LONG);

    healAndRecover("slow network");
  }

  @Test
  void aNetworkTooSlow_isUnavailable() throws InterruptedException {
    proxy.delay(LiveStores.DEADLINE.multipliedBy(2));
    traffic.awaitUnavailable(20, LiveStores.LONG);

    healAndRecover("network too slow");
  }

  @Test
  void aCutNetwork_isUnavailable() throws InterruptedException {
    proxy.cut();
    traffic.awaitUnavailable(20, LiveStores.LONG);

    healAndRecover("network cut");
  }

  @Test
  void connectionsThatBreak_areMadeAgain() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      proxy.resetAll();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
    }

    healAndRecover("connections reset");
  }

  @Test
  void aNetworkThatWasAway_deliversNothingThatIsTooLate() throws InterruptedException {
    proxy.stall();
    traffic.awaitUnavailable(20, LiveStores.LONG);

    healAndRecover("network stalled");
  }

  @Test
  void aServerThatVanished_isUnavailable() throws InterruptedException {
    proxy.halfOpen();
    traffic.awaitUnavailable(20, LiveStores.LONG);

    healAndRecover("server half-open");
  }

  @Test
  void aLostReply_winsNothingTwice() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      proxy.loseReplies();
      traffic.awaitUnavailable(5, LiveStores.LONG);
      proxy.heal();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
    }

    healAndRecover("replies lost");
  }
}
