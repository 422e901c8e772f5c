package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers whose time is not the server's. A server can be told its time by a trick of its own. */
final class ClockCheckTest {
  private static final Instant SERVER = Instant.parse("2026-01-15T12:00:00.500Z");

  /** Every connection of the pool sees the server's clock stand at {@link #SERVER}. */
  private static HikariDataSource standing(Keyspace keyspace) {
    TestDatabase database = keyspace.database();
    if (database == TestDatabase.MARIADB) {
      return OwnPool.told(database, "set timestamp = 1768478400.5");
    }
    // Found before the function of the system, which is looked for last in this path.
    database.execute(
        "create or replace function %s.statement_timestamp() returns timestamptz language sql as $$ select timestamptz '2026-01-15 12:00:00.5Z' $$"
            .formatted(keyspace.schema()));
    return OwnPool.told(database, "set search_path = %s, pg_catalog".formatted(keyspace.schema()));
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void aCaller_twoSecondsOff_isTaken_andOneMillisecondMoreIsNot(TestDatabase database) {
    Keyspace keyspace = Keyspace.create(database);
    try (HikariDataSource pool = standing(keyspace)) {
      JdbcStores stores = TestStores.on(keyspace, pool).build();
      assertThat(stores.clock().instant()).isBetween(SERVER, SERVER.plusSeconds(60));
      for (Verb verb : Verb.ALL) {
        for (Duration off : List.of(Duration.ofMillis(-2_001), Duration.ofMillis(2_001))) {
          if (verb.timed()) {
            assertThat(failure(() -> verb.call(stores, SERVER.plus(off))))
                .as("%s at %s", verb, off)
                .returns(verb.name(), StoreUnavailableException::operation)
                .returns(true, StoreUnavailableException::retryable)
                .hasStackTraceContaining("the caller's clock is off the server's");
          } else {
            assertThat(verb.call(stores, SERVER.plus(off))).as("%s at %s", verb, off).isNotNull();
          }
        }
      }
      assertThat(stores.sessions().list(Sample.account(1), SERVER))
          .as("nothing happened")
          .isEmpty();
      for (Duration off : List.of(Duration.ofSeconds(-2), Duration.ofSeconds(2))) {
        for (Verb verb : Verb.ALL) {
          assertThatCode(() -> verb.call(stores, SERVER.plus(off)))
              .as("%s at %s", verb, off)
              .doesNotThrowAnyException();
        }
      }
    }
  }

  /** What is one statement has to check the time itself. */
  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void aRightCode_andARefresh_atAnotherTime_areNotSpent(TestDatabase database) {
    Keyspace keyspace = Keyspace.create(database);
    try (HikariDataSource pool = standing(keyspace)) {
      JdbcStores stores = TestStores.on(keyspace, pool).build();
      stores
          .otp()
          .open(
              Sample.identity(1),
              Sample.challenge(1),
              Sample.live(1, SERVER),
              Optional.empty(),
              Sample.RULES,
              SERVER);
      stores.sessions().start(Sample.account(1), Sample.fresh(1, SERVER), 5, SERVER);
      for (Duration off : List.of(Duration.ofMillis(-2_001), Duration.ofMillis(2_001))) {
        Instant then = SERVER.plus(off);
        failure(
            () ->
                stores.otp().guess(Sample.identity(1), Sample.guess(1, 1, 1), Sample.RULES, then));
        failure(
            () -> stores.sessions().rotate(Sample.account(1), Sample.rotation(1, 1, "call"), then));
      }

      assertThat(stores.sessions().list(Sample.account(1), SERVER).get(0).generation())
          .isEqualTo(1);
      assertThat(
              stores.otp().guess(Sample.identity(1), Sample.guess(1, 1, 1), Sample.RULES, SERVER))
          .isEqualTo(new GuessAnswer.Right());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallThatWasRefusedForItsTime_makesTheClockAskAgain(TestDatabase database) {
    AtomicInteger statements = new AtomicInteger();
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores =
          TestStores.on(
                  keyspace,
                  new TappedSource(
                      keyspace.dataSource(),
                      new TappedSource.Tap() {
                        @Override
                        public void said(String sql) {
                          statements.incrementAndGet();
                        }
                      }))
              .build();
      for (Verb verb : Verb.ALL) {
        if (!verb.timed()) {
          continue;
        }
        Instant now = stores.clock().instant();
        int before = statements.get();
        assertThat(stores.clock().instant()).isAfterOrEqualTo(now);
        assertThat(statements.get()).as("while all is well").isEqualTo(before);

        failure(() -> verb.call(stores, now.plusSeconds(3_600)));
        int refused = statements.get();
        assertThat(stores.clock().instant()).isAfterOrEqualTo(now);
        assertThat(statements.get()).as("after %s", verb).isGreaterThan(refused);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void acceptAnyClock_takesEveryTime_andTellsTheHosts(TestDatabase database) {
    MutableClock clock = MutableClock.at(Instant.parse("2126-01-01T00:00:00Z"));
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores =
          TestStores.on(keyspace).deadline(TestStores.LONG).acceptAnyClock(clock).build();
      assertThat(stores.clock()).isSameAs(clock);
      for (Verb verb : Verb.ALL) {
        assertThat(verb.call(stores, clock.instant())).as("%s", verb).isNotNull();
        assertThat(verb.call(stores, Instant.EPOCH)).as("%s", verb).isNotNull();
      }
    }
  }

  /** Steps of the server's clock are told by the numbers of the entries. */
  @Test
  void aFeed_missesNothing_whenTheServersClockIsSteppedBack() {
    Keyspace keyspace = Keyspace.create(TestDatabase.POSTGRESQL);
    MutableClock clock = MutableClock.create();
    try (HikariDataSource pool = standing(keyspace)) {
      JdbcStores ahead =
          TestStores.on(keyspace).deadline(TestStores.LONG).acceptAnyClock(clock).build();
      JdbcStores behind = TestStores.on(keyspace, pool).acceptAnyClock(clock).build();
      end(ahead, "one", clock.instant());
      Position read = behind.revocations().orElseThrow().read(Position.START).next();
      end(behind, "two", clock.instant());
      Position ahead2 = ahead.revocations().orElseThrow().read(read).next();
      end(behind, "three", clock.instant());

      assertThat(behind.revocations().orElseThrow().read(read).ended()).hasSizeGreaterThan(1);
      assertThat(ahead.revocations().orElseThrow().read(ahead2).ended())
          .extracting(Object::toString)
          .anyMatch(ended -> ended.contains("three"));
    }
  }

  private static void end(JdbcStores stores, String token, Instant now) {
    stores
        .sessions()
        .end(Sample.account(1), new EndScope.Token(token, now.plusSeconds(3_600)), now);
  }
}
