package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Traffic;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A network in trouble under traffic, for one node of two: what its calls did is not known to it,
 * and the other node goes on all the while. Nothing is won twice, nothing fails otherwise than as
 * unavailable within the deadline, and service is back by itself soon after the network.
 */
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL", "MARIADB"})
final class DatabaseNetworkTest {
  private final TestDatabase database;

  private FaultyProxy proxy;
  private HikariDataSource farPool;
  private HikariDataSource nearPool;
  private Traffic traffic;

  DatabaseNetworkTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    // Nobody else gets it afterwards: what is late can still be under way.
    Keyspace keyspace = database.freshKeyspace();
    proxy = LiveStores.network(database);
    farPool = LiveStores.pool(LiveStores.through(proxy, database), LiveStores.CONNECTIONS);
    nearPool = LiveStores.pool(database.url(), LiveStores.CONNECTIONS);
    traffic = Traffic.over(LiveStores.on(farPool, keyspace), LiveStores.on(nearPool, keyspace));
    traffic.awaitRounds(20, LiveStores.LONG);
  }

  @AfterEach
  void stop() {
    traffic.close();
    // First: a pool waits for its connections.
    proxy.close();
    farPool.close();
    nearPool.close();
  }

  private void healAndRecover(String what) throws InterruptedException {
    proxy.heal();
    Duration back = traffic.awaitRounds(1, LiveStores.RECOVERY);
    traffic.awaitCalm(20, LiveStores.LONG);
    Traffic.Report report = traffic.stop();
    report.print(database + ": " + what, back);
    assertThat(report.excess()).isEmpty();
    assertThat(report.longest()).isLessThan(LiveStores.IN_TIME);
  }

  @Test
  void aSlowNetwork_isWaitedFor_withinTheDeadline() throws InterruptedException {
    proxy.delay(Duration.ofMillis(10));
    traffic.awaitRounds(20, LiveStores.LONG);

    healAndRecover("slow network");
  }

  @Test
  void aNetworkTooSlow_isUnavailable() throws InterruptedException {
    proxy.delay(LiveStores.DEADLINE.multipliedBy(2));
    traffic.awaitUnavailable(12, LiveStores.LONG);

    healAndRecover("network too slow");
  }

  @Test
  void aCutNetwork_isUnavailable() throws InterruptedException {
    proxy.cut();
    traffic.awaitUnavailable(12, LiveStores.LONG);

    healAndRecover("network cut");
  }

  @Test
  void connectionsThatBreak_areMadeAgain() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      proxy.resetAll();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
    }

    healAndRecover("connections reset");
  }

  @Test
  void aNetworkThatWasAway_deliversNothingThatIsTooLate() throws InterruptedException {
    proxy.stall();
    traffic.awaitUnavailable(12, LiveStores.LONG);

    healAndRecover("network stalled");
  }

  @Test
  void aServerThatVanished_isUnavailable() throws InterruptedException {
    proxy.halfOpen();
    traffic.awaitUnavailable(12, LiveStores.LONG);

    healAndRecover("server half-open");
  }

  @Test
  void aLostReply_winsNothingTwice() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      proxy.loseReplies();
      traffic.awaitUnavailable(5, LiveStores.LONG);
      proxy.heal();
      traffic.awaitRounds(1, LiveStores.RECOVERY);
    }

    healAndRecover("replies lost");
  }
}
