package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls about several subjects wait for each other in one order, whatever theirs is. */
final class DeadlockTest {
  private static final int RACERS = 16;
  private static final int SUBJECTS = 6;

  /** PostgreSQL says 40P01, MariaDB 40001 with 1213, H2 40001. */
  private static boolean isDeadlock(SQLException refusal) {
    return List.of("40P01", "40001").contains(String.valueOf(refusal.getSQLState()));
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void subjectsInAnyOrder_neverWaitForEachOther(TestDatabase database) {
    Queue<SQLException> deadlocks = new ConcurrentLinkedQueue<>();
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool =
            LiveStores.pool(
                database.url(),
                RACERS,
                config -> {
                  config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
                  config.setConnectionTimeout(LiveStores.LONG.toMillis());
                })) {
      JdbcStores stores =
          LiveStores.patient(Watched.over(pool, new DeadlocksTo(deadlocks)), keyspace.schema());
      for (int round = 0; round < Thorough.rounds(30, 500); round++) {
        // New rows in the first of two rounds, and those of before in the next.
        assertThat(race(stores, round / 2)).isEqualTo(round % 2 == 0 ? RACERS : 0);
      }
    }
    assertThat(deadlocks).isEmpty();
  }

  private record DeadlocksTo(Queue<SQLException> deadlocks) implements Watched.Watcher {
    @Override
    public void before(String what) {}

    @Override
    public void failed(SQLException refusal) {
      if (isDeadlock(refusal)) {
        deadlocks.add(refusal);
      }
    }
  }

  /** How many are admitted of all who ask for the same subjects, each in another order. */
  private static long race(JdbcStores stores, int number) {
    Instant now = Clock.systemUTC().instant();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < SUBJECTS; i++) {
      requests.add(
          new Request(
              new Subject("deadlock", number + "-" + i),
              List.of(Quota.of(RACERS, Duration.ofHours(1)))));
    }
    return Race.of(RACERS)
        .run(
            i -> {
              List<Request> mine = new ArrayList<>(requests);
              Collections.rotate(mine, i);
              if (i % 2 == 0) {
                Collections.reverse(mine);
              }
              return stores.rateLimits().acquireAll(mine, now).stream()
                  .allMatch(RateDecision.Admitted.class::isInstance);
            })
        .count(true);
  }
}
