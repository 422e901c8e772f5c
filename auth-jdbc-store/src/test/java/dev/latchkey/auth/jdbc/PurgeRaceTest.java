package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Contest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that are over are deleted at the moment at which somebody begins them anew. */
@ParameterizedClass
@EnumSource
final class PurgeRaceTest {
  /** More than anything is kept. */
  private static final Duration AGES = Duration.ofDays(1_000);

  private static final Records ADA = new Records(1);
  private static final int RACERS = 8;
  private static final int PURGERS = 2;

  private final TestDatabase database;

  private final MutableClock clock = MutableClock.create();
  private Keyspace keyspace;
  private HikariDataSource pool;
  private JdbcStores stores;

  PurgeRaceTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    keyspace = database.freshKeyspace();
    pool = LiveStores.patientPool(database.url(), RACERS + PURGERS);
    stores = TestStores.on(keyspace).deadline(LiveStores.LONG).acceptAnyClock(clock).build();
  }

  @AfterEach
  void stop() {
    pool.close();
    keyspace.close();
  }

  @Test
  void contestsOverRecordsThatAreDeleted_areWonAsOftenAsMayBe() {
    for (int round = 1; round <= Thorough.rounds(4, 200); round++) {
      for (Contest contest : Contest.values()) {
        Instant now = clock.instant();
        int number = round;

        var wins =
            Race.of(RACERS + PURGERS)
                .run(
                    i -> {
                      if (i < PURGERS) {
                        stores.purge(now, 1_000);
                        return false;
                      }
                      contest.prepare(stores, i, now);
                      boolean won = false;
                      for (int again = 0; again <= contest.wins(); again++) {
                        won |= contest.tryToWin(stores, i, again + 100L * number, now);
                      }
                      return won;
                    })
                .count(true);

        assertThat(wins).isEqualTo(contest.wins() == 0 ? 0 : RACERS);
        clock.advance(AGES);
      }
    }
  }

  /**
   * Stores of which the first statement that locks comes after a purge. Only PostgreSQL has made
   * sure by then that there is a row, and not locked it: where it is locked, the purge passes by.
   */
  private JdbcStores overtaken() {
    AtomicInteger purged = new AtomicInteger();
    return JdbcStores.builder(
            Watched.over(
                pool,
                what -> {
                  if (what.contains("for update") && purged.getAndIncrement() == 0) {
                    int deleted = stores.purge(clock.instant(), 1_000);
                    assertThat(deleted > 0 || database != TestDatabase.POSTGRESQL).isTrue();
                  }
                }))
        .schema(keyspace.schema())
        .prefix(keyspace.prefix())
        .deadline(LiveStores.LONG)
        .acceptAnyClock(clock)
        .build();
  }

  @Test
  void aLimit_whoseLogIsDeletedBeforeItIsLocked_isKept() {
    Subject subject = new Subject("purge", "one");
    List<Quota> one = List.of(Quota.of(1, Duration.ofHours(1)));
    stores.rateLimits().acquire(subject, one, clock.instant());
    clock.advance(AGES);

    JdbcStores overtaken = overtaken();
    assertThat(overtaken.rateLimits().acquire(subject, one, clock.instant()))
        .isInstanceOf(RateDecision.Admitted.class);
    assertThat(overtaken.rateLimits().acquire(subject, one, clock.instant()))
        .isInstanceOf(RateDecision.Refused.class);
  }

  @Test
  void aFailure_whoseSurgeIsDeletedBeforeItIsLocked_isCounted() {
    Subject subject = new Subject("purge", "one");
    Thresholds second = new Thresholds(Duration.ofHours(1), 1, 1, Duration.ofHours(1));
    stores.rateLimits().observe(subject, second, clock.instant());
    clock.advance(AGES);

    JdbcStores overtaken = overtaken();
    overtaken.rateLimits().observe(subject, second, clock.instant());
    assertThat(overtaken.rateLimits().observe(subject, second, clock.instant()))
        .isAfter(clock.instant());
  }

  @Test
  void anIdentifier_whoseRowIsDeletedBeforeItIsLocked_isOpened() {
    ADA.open(stores.otp(), clock.instant());
    clock.advance(AGES);

    JdbcStores overtaken = overtaken();
    assertThat(ADA.open(overtaken.otp(), clock.instant())).isInstanceOf(OpenAnswer.Opened.class);
    assertThat(ADA.guess(overtaken.otp(), Records.RIGHT, clock.instant()))
        .isInstanceOf(GuessAnswer.Right.class);
  }

  @Test
  void anAccount_whoseRowIsDeletedBeforeItIsLocked_isSignedIn() {
    ADA.start(stores.sessions(), clock.instant());
    clock.advance(AGES);

    JdbcStores overtaken = overtaken();
    ADA.start(overtaken.sessions(), clock.instant());
    assertThat(ADA.isLive(overtaken.sessions(), clock.instant())).isTrue();
  }
}
