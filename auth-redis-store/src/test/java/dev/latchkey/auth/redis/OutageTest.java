package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.traffic.Traffic;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A server in trouble under traffic. It keeps what it acknowledged: so nothing is won twice, not
 * even across a crash, nothing fails otherwise than as unavailable within the deadline, and service
 * is back by itself soon after the server.
 */
final class OutageTest {
  private RedisNode node;
  private RedisStores stores;
  private Traffic traffic;

  @BeforeEach
  void start() {
    node = RedisNode.durable();
    stores = LiveStores.on(node.uri());
    traffic = Traffic.over(stores);
    traffic.awaitRounds(50, LiveStores.LONG);
  }

  @AfterEach
  void stop() {
    traffic.close();
    stores.close();
    node.close();
  }

  /** Service is back in time and for all, and nothing was won twice. */
  private Traffic.Report recovered(String what) throws InterruptedException {
    Duration back = traffic.awaitRounds(1, LiveStores.RECOVERY);
    traffic.awaitCalm(50, LiveStores.LONG);
    Traffic.Report report = traffic.stop();
    report.print(what, back);
    assertThat(report.excess()).isEmpty();
    assertThat(report.longest()).isLessThan(LiveStores.IN_TIME);
    return report;
  }

  @Test
  void killedConnections_areMadeAgain() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      node.ask(commands -> commands.clientKill(KillArgs.Builder.typeNormal()));
      traffic.awaitRounds(1, LiveStores.RECOVERY);
      traffic.awaitRounds(10, LiveStores.LONG);
    }

    assertThat(recovered("connections killed").unavailable()).isPositive();
  }

  @Test
  void aRestart_isSurvived() throws InterruptedException {
    node.stop();
    traffic.awaitUnavailable(20, LiveStores.LONG);
    node.restart();

    recovered("restart");
  }

  @Test
  void aCrash_isSurvived_moreThanOnce() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      node.kill();
      traffic.awaitUnavailable(20, LiveStores.LONG);
      node.restart();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
      traffic.awaitRounds(20, LiveStores.LONG);
    }

    recovered("crashes");
  }
}
