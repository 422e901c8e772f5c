package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Alone, since the time zone of the machine is everybody's. */
@Isolated
final class TimesTest {
  /** Zones in which each of the times below is skipped, or there twice. */
  private static final List<String> ZONES =
      List.of("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "UTC");

  private static final List<Instant> TIMES =
      List.of(
          Times.FIRST.plusMillis(1),
          Instant.parse("1582-10-10T00:00:00Z"),
          Instant.parse("1969-12-31T23:59:59.999Z"),
          Instant.EPOCH,
          Instant.parse("2011-12-30T12:00:00.001Z"),
          Instant.parse("2026-03-08T02:30:00.123Z"),
          Instant.parse("2026-03-29T02:30:00.456Z"),
          Instant.parse("2026-10-04T02:15:00.789Z"),
          Instant.parse("2026-10-25T02:30:00Z"),
          Instant.parse("2026-11-01T01:30:00Z"),
          Times.LAST);

  @Test
  void kept_isRoundedDown() {
    for (String time : List.of("2026-01-01T00:00:00.123", "1969-12-31T23:59:59.998")) {
      Instant whole = Instant.parse(time + "Z");

      assertThat(Times.kept(whole)).isEqualTo(whole);
      assertThat(Times.kept(whole.plusNanos(1))).isEqualTo(whole);
      assertThat(Times.kept(whole.plusNanos(999_999))).isEqualTo(whole);
      assertThat(Times.kept(whole.plusNanos(1_000_000))).isEqualTo(whole.plusMillis(1));
      assertThat(Times.kept(whole.minusNanos(1))).isEqualTo(whole.minusMillis(1));
    }
  }

  @Test
  void kept_isWithinWhatEveryDatabaseHolds() {
    assertThat(Times.kept(Times.FIRST)).isEqualTo(Times.FIRST);
    assertThat(Times.kept(Times.FIRST.minusNanos(1))).isEqualTo(Times.FIRST);
    assertThat(Times.kept(Instant.MIN)).isEqualTo(Times.FIRST);
    assertThat(Times.kept(Times.LAST)).isEqualTo(Times.LAST);
    assertThat(Times.kept(Times.LAST.plusNanos(1))).isEqualTo(Times.LAST);
    assertThat(Times.kept(Instant.MAX)).isEqualTo(Times.LAST);
  }

  @ParameterizedTest
  @EnumSource
  void aTime_isTheSame_whateverTheZonesAre(TestDatabase database) {
    TimeZone before = TimeZone.getDefault();
    MutableClock clock = MutableClock.create();
    try (Keyspace keyspace = database.freshKeyspace()) {
      for (String zone : ZONES) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (HikariDataSource pool = OwnPool.told(database, inZone(database, zone))) {
          JdbcStores stores = TestStores.on(keyspace, pool).acceptAnyClock(clock).build();
          sameTimes(stores, TestStores.on(keyspace).acceptAnyClock(clock).build(), zone);
        }
        database.execute("delete from " + keyspace.qualified("session_accounts"));
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServersTime_isTheSame_whateverTheZonesAre(TestDatabase database) {
    TimeZone before = TimeZone.getDefault();
    try (Keyspace keyspace = database.freshKeyspace()) {
      for (String zone : ZONES) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (HikariDataSource pool = OwnPool.told(database, inZone(database, zone))) {
          JdbcStores stores = TestStores.on(keyspace, pool).build();
          assertThat(stores.clock().instant())
              .isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
          for (Verb verb : Verb.ALL) {
            assertThat(verb.call(stores, stores.clock().instant())).as("%s", verb).isNotNull();
          }
        }
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  private static void sameTimes(JdbcStores stores, JdbcStores elsewhere, String zone) {
    for (int i = 0; i < TIMES.size(); i++) {
      Session session = ending(i, TIMES.get(i));
      stores.sessions().start(Sample.account(i), session, 5, Times.FIRST.minusMillis(1));
    }
    // Read where another zone is meant too, so that two wrongs make no right.
    for (JdbcStores reader : List.of(stores, elsewhere)) {
      for (int i = 0; i < TIMES.size(); i++) {
        assertThat(session(reader, i))
            .as("%s in %s", TIMES.get(i), zone)
            .isEqualTo(ending(i, TIMES.get(i)));
      }
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
    }
  }

  /** As the row is, whether it is over or not. */
  private static Session session(JdbcStores stores, int number) {
    Instant now = TIMES.get(number).minusMillis(1);
    List<Session> all = stores.sessions().list(Sample.account(number), now);
    return all.isEmpty() ? ending(-1, now) : all.get(0);
  }

  /** MariaDB knows names only if somebody has loaded them. */
  private static String inZone(TestDatabase database, String zone) {
    return database == TestDatabase.MARIADB
        ? "set time_zone = '%s'".formatted(zone.equals("UTC") ? "+00:00" : "+12:45")
        : "set time zone '%s'".formatted(zone);
  }

  private static Session ending(int number, Instant time) {
    return new Session(
        Sample.session(number),
        Sample.device(1),
        1,
        time,
        time,
        time,
        time,
        "start",
        Optional.empty(),
        Optional.empty());
  }
}
