package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Contest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What is promised holds in whatever isolation the host's connections come, and nothing fails. */
@ParameterizedClass
@CsvSource({
  "POSTGRESQL, TRANSACTION_READ_COMMITTED, ",
  "POSTGRESQL, TRANSACTION_REPEATABLE_READ, ",
  "POSTGRESQL, TRANSACTION_SERIALIZABLE, ",
  "MARIADB, TRANSACTION_READ_COMMITTED, ",
  "MARIADB, TRANSACTION_REPEATABLE_READ, ",
  "MARIADB, TRANSACTION_REPEATABLE_READ, set session innodb_snapshot_isolation = on",
  "MARIADB, TRANSACTION_SERIALIZABLE, ",
  "H2, TRANSACTION_READ_COMMITTED, ",
  "H2, TRANSACTION_REPEATABLE_READ, ",
  "H2, TRANSACTION_SERIALIZABLE, "
})
final class IsolationTest {
  private static final int RACERS = 16;

  /** More than may undo each other one after the other. */
  private static final int CROWD = 48;

  private static final int EACH = 4;

  private static final Duration HOUR = Duration.ofHours(1);

  private final TestDatabase database;
  private final String isolation;

  /** What a connection is told at first, if anything. */
  private final @Nullable String first;

  private Keyspace keyspace;
  private HikariDataSource pool;
  private JdbcStores stores;

  IsolationTest(TestDatabase database, String isolation, @Nullable String first) {
    this.database = database;
    this.isolation = isolation;
    this.first = first;
  }

  @BeforeEach
  void start() {
    keyspace = database.freshKeyspace();
    pool =
        LiveStores.pool(
            database.url(),
            CROWD,
            config -> {
              config.setTransactionIsolation(isolation);
              config.setConnectionInitSql(first);
              config.setConnectionTimeout(LiveStores.LONG.toMillis());
            });
    stores = LiveStores.patient(pool, keyspace.schema());
  }

  @AfterEach
  void stop() {
    pool.close();
    keyspace.close();
  }

  @Test
  void contests_areWonAsOftenAsMayBe() {
    for (int number = 1; number <= Thorough.rounds(1, 200); number++) {
      for (Contest contest : Contest.values()) {
        int round = number;
        Instant now = stores.clock().instant();
        contest.prepare(stores, round, now);

        assertThat(Race.of(RACERS).run(i -> contest.tryToWin(stores, round, i, now)).count(true))
            .as("%s, round %d", contest, round)
            .isEqualTo(contest.wins());
      }
    }
  }

  @Test
  void failures_areAllCounted() {
    Subject subject = new Subject("isolation", "failures");
    int failures = CROWD * EACH;
    Thresholds thresholds = new Thresholds(HOUR, failures, 1, HOUR);
    Instant now = stores.clock().instant();

    Race.of(CROWD)
        .run(
            i -> {
              for (int again = 0; again < EACH; again++) {
                stores.rateLimits().observe(subject, thresholds, now);
              }
              return i;
            });
    assertThat(stores.rateLimits().surgeUntil(subject)).isBeforeOrEqualTo(now);

    assertThat(stores.rateLimits().observe(subject, thresholds, now)).isAfter(now);
  }

  @Test
  void sessions_areNoMoreThanMayBe() {
    Records ada = new Records(1);
    Instant now = stores.clock().instant();

    var answers =
        Race.of(RACERS)
            .run(
                i ->
                    stores
                        .sessions()
                        .start(ada.account(), new Records(10 + i).session(now), 3, now)
                        .size());

    assertThat(stores.sessions().list(ada.account(), now)).hasSize(3);
    assertThat(answers.count(0)).isEqualTo(3);
    assertThat(answers.count(1)).isEqualTo(RACERS - 3);
  }

  @Test
  void wrongGuesses_areComparedAsOftenAsMayBe() {
    Records ada = new Records(1);
    Instant now = stores.clock().instant();
    ada.open(stores.otp(), now);

    var answers =
        Race.of(RACERS).run(i -> ada.guess(stores.otp(), 2 + i, now).getClass().getSimpleName());

    assertThat(answers.count("Wrong")).isEqualTo(5);
    assertThat(answers.count("Expired")).isEqualTo(RACERS - 5);
  }

  @Test
  void subjectsAskedTogether_areAdmittedTogether() {
    Instant now = stores.clock().instant();
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Subject subject = new Subject("isolation", "together-" + i);
      requests.add(new Request(subject, List.of(Quota.of(5 + i, HOUR))));
    }

    var answers =
        Race.of(RACERS)
            .run(
                i -> {
                  List<Request> mine = new ArrayList<>(requests);
                  Collections.rotate(mine, i);
                  return stores.rateLimits().acquireAll(mine, now).stream()
                      .allMatch(RateDecision.Admitted.class::isInstance);
                });

    assertThat(answers.count(true)).isEqualTo(5);
    for (int i = 0; i < 4; i++) {
      int left = 0;
      while (stores.rateLimits().acquire(requests.get(i).subject(), requests.get(i).quotas(), now)
          instanceof RateDecision.Admitted) {
        left++;
      }
      assertThat(left).as("subject %d", i).isEqualTo(i);
    }
  }
}
