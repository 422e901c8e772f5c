package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Contest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the one-statement forms of PostgreSQL are worth, beside the transactions that they stand
 * for: in one run, in turns, one caller, each a call that succeeds. Prints medians and their ratio.
 * Run with {@code mvn verify -pl auth-jdbc-store -am -Dtest=OneStatementFiguresTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dlatchkey.figures}.
 */
@EnabledIfSystemProperty(named = "latchkey.figures", matches = ".*")
final class OneStatementFiguresTest {
  private static final int WARM_UP = 500;
  private static final int CALLS = 500;

  private final AtomicLong numbers = new AtomicLong();

  @Test
  void aSignInAndARefresh_inOneStatementAndInATransaction() {
    try (DatabaseNode node = PostgresNode.durable();
        FaultyProxy network = FaultyProxy.to("127.0.0.1", node.port());
        HikariDataSource near = node.pool(2);
        HikariDataSource far =
            DatabaseNode.pool(
                node.url().replace(":" + node.port(), ":" + network.port()), 2, TestStores.LONG)) {
      JdbcStores.of(near).migrate();
      compare("loopback", near);
      network.delay(Duration.ofMillis(1));
      compare("1 ms each way", far);
    }
  }

  private void compare(String network, HikariDataSource pool) {
    for (Contest contest : List.of(Contest.ONE_SIGN_IN, Contest.ONE_SUCCESSOR)) {
      JdbcStores one = JdbcStores.builder(pool).deadline(TestStores.LONG).build();
      JdbcStores many =
          JdbcStores.builder(pool).deadline(TestStores.LONG).withoutOneStatementForms().build();
      long[] byOne = new long[CALLS];
      long[] byMany = new long[CALLS];
      for (int i = -WARM_UP; i < CALLS; i++) {
        long inOne = nanos(one, contest);
        long inMany = nanos(many, contest);
        if (i >= 0) {
          byOne[i] = inOne;
          byMany[i] = inMany;
        }
      }
      print(network, contest, median(byOne), median(byMany));
    }
  }

  private long nanos(JdbcStores stores, Contest contest) {
    long number = numbers.incrementAndGet();
    Instant now = stores.clock().instant();
    contest.prepare(stores, number, now);
    long began = System.nanoTime();
    boolean won = contest.tryToWin(stores, number, number, now);
    long took = System.nanoTime() - began;
    assertThat(won).isTrue();
    return took;
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static void print(String network, Contest contest, long one, long many) {
    System.out.printf(
        Locale.ROOT,
        "%s, %s: one statement %d us, transaction %d us, ratio %.2f%n",
        network,
        contest,
        one / 1_000,
        many / 1_000,
        (double) one / many);
  }
}
