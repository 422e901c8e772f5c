package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A DBA's hand on records: what it may do, and what is refused and left as it is. */
final class DamagedRowsTest {
  private static final Instant NOW = MutableClock.START;

  private static JdbcStores stores(Keyspace keyspace) {
    return TestStores.on(keyspace, keyspace.dataSource())
        .acceptAnyClock(MutableClock.create())
        .build();
  }

  private static void open(JdbcStores stores, int number) {
    stores
        .otp()
        .open(
            Sample.identity(1),
            Sample.challenge(number),
            Sample.live(number, NOW),
            Optional.empty(),
            Sample.RULES,
            NOW);
  }

  private static GuessAnswer guess(JdbcStores stores, int challenge, int code, int lock) {
    return stores
        .otp()
        .guess(Sample.identity(1), Sample.guess(challenge, code, lock), Sample.RULES, NOW);
  }

  /** A record with everything in it: a lock, two challenges with resends, a device. */
  private static JdbcStores full(Keyspace keyspace) {
    JdbcStores stores = stores(keyspace);
    open(stores, 1);
    open(stores, 2);
    stores
        .otp()
        .unlock(
            Sample.identity(1),
            new Unlock(Unlock.Kind.BUDGET, Sample.lock(7), Optional.empty(), Sample.device(7)),
            Sample.RULES,
            NOW);
    assertThat(guess(stores, 1, 99, 1)).isInstanceOf(GuessAnswer.Wrong.class);
    assertThat(guess(stores, 1, 99, 2)).isInstanceOf(GuessAnswer.Wrong.class);
    assertThat(guess(stores, 1, 1, 3)).isInstanceOf(GuessAnswer.Held.class);
    stores.sessions().start(Sample.account(1), Sample.fresh(1, NOW), 5, NOW);
    return stores;
  }

  @ParameterizedTest
  @EnumSource
  void aLockThatIsSetToThePast_isOpen(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = full(keyspace);
      database.execute(
          "update %s set penalty_until = '2000-01-01 00:00:00'"
              .formatted(keyspace.qualified("lockouts")));

      assertThat(
              stores
                  .otp()
                  .status(
                      Sample.identity(1), Sample.challenge(1), Optional.empty(), Sample.RULES, NOW)
                  .penalty())
          .isEqualTo(Penalty.Kind.NONE);
      assertThat(guess(stores, 1, 1, 4)).isEqualTo(new GuessAnswer.Right());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLockOfADeviceThatIsSetToThePast_isOpen(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = full(keyspace);
      for (int i = 11; i <= 12; i++) {
        assertThat(stores.otp().guess(Sample.identity(1), known(99, i), Sample.RULES, NOW))
            .isInstanceOf(GuessAnswer.Wrong.class);
      }
      assertThat(stores.otp().guess(Sample.identity(1), known(2, 13), Sample.RULES, NOW))
          .isInstanceOf(GuessAnswer.Held.class);
      database.execute(
          "update %s set penalty_until = '2000-01-01 00:00:00'"
              .formatted(keyspace.qualified("known_devices")));

      assertThat(stores.otp().guess(Sample.identity(1), known(2, 14), Sample.RULES, NOW))
          .isEqualTo(new GuessAnswer.Right());
    }
  }

  private static Guess known(int code, int lock) {
    Guess guess = Sample.guess(2, code, lock);
    return new Guess(
        guess.challenge(),
        guess.form(),
        guess.candidate(),
        Optional.of(Sample.device(7)),
        guess.newcomer(),
        guess.lock());
  }

  @ParameterizedTest
  @EnumSource
  void anIdentifierThatIsDeleted_isNew(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = full(keyspace);
      database.execute("delete from " + keyspace.qualified("lockouts"));

      assertThat(guess(stores, 1, 1, 4)).isEqualTo(new GuessAnswer.Expired());
      assertThat(
              stores
                  .otp()
                  .unlock(
                      Sample.identity(1),
                      new Unlock(
                          Unlock.Kind.LOCK, Sample.lock(2), Optional.empty(), Sample.device(3)),
                      Sample.RULES,
                      NOW))
          .isEqualTo(UnlockAnswer.REFUSED);
    }
  }

  /** What no release writes, each in a record of its own. */
  private static final List<String> OF_AN_IDENTIFIER =
      List.of(
          "lockouts set penalty = 'WRONG'",
          "lockouts set lock_id = 'short'",
          "lockouts set ceiling = %EMPTY%",
          "lockouts set ceiling = %JUNK%",
          "known_devices set penalty = ''",
          "known_devices set device_id = 'short'",
          "one_time_codes set newest_hash = 'short'",
          "one_time_codes set challenge = 'short'",
          "one_time_codes set newest_expires_at = '1999-01-01 00:00:00'",
          "one_time_codes set previous_hash = newest_hash");

  @ParameterizedTest
  @EnumSource
  void aDamagedIdentifier_isRefusedForGood_andLeftAsItIs(TestDatabase database) {
    for (String damage : OF_AN_IDENTIFIER) {
      try (Keyspace keyspace = database.freshKeyspace()) {
        JdbcStores stores = full(keyspace);
        database.execute(damage(keyspace, damage));
        List<String> before = rows(keyspace);

        for (Verb verb : Verb.ALL) {
          if (verb.name().startsWith("otp.")) {
            StoreUnavailableException refusal = failure(() -> verb.call(stores, NOW));
            assertThat(refusal)
                .as("%s after %s", verb, damage)
                .returns(verb.name(), StoreUnavailableException::operation)
                .returns(false, StoreUnavailableException::retryable);
            assertThat(Told.by(refusal)).doesNotContain("WRONG", "short");
          }
        }
        assertThat(rows(keyspace)).as(damage).isEqualTo(before);
      }
    }
  }

  private static final List<String> OF_AN_ACCOUNT =
      List.of(
          "sessions set session_id = 'short'",
          "sessions set device_id = 'short'",
          "sessions set generation = 0");

  @ParameterizedTest
  @EnumSource
  void aDamagedSession_isRefusedForGood_andLeftAsItIs(TestDatabase database) {
    for (String damage : OF_AN_ACCOUNT) {
      try (Keyspace keyspace = database.freshKeyspace()) {
        JdbcStores stores = full(keyspace);
        database.execute(damage(keyspace, damage));
        List<String> before = rows(keyspace);

        for (Verb verb : Verb.ALL) {
          boolean reads = verb.name().startsWith("session.") && !verb.name().endsWith("isLive");
          if (reads) {
            StoreUnavailableException refusal = failure(() -> verb.call(stores, NOW));
            assertThat(refusal)
                .as("%s after %s", verb, damage)
                .returns(verb.name(), StoreUnavailableException::operation)
                .returns(false, StoreUnavailableException::retryable);
            assertThat(Told.by(refusal)).contains("a row of sessions can not be read");
          }
        }
        assertThat(rows(keyspace)).as(damage).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedLogOrSurge_isRefusedForGood_andLeftAsItIs(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = stores(keyspace);
      List<Verb> all = Verb.ALL.stream().filter(verb -> verb.name().startsWith("rate.")).toList();
      all.forEach(verb -> assertThat(verb.call(stores, NOW)).isNotNull());
      database.execute(
          damage(keyspace, "rate_limits set admissions = %JUNK%"),
          damage(keyspace, "surges set failures = %EMPTY%"));
      List<String> before = rows(keyspace);

      for (Verb verb : all) {
        if (!verb.name().equals("rate.surgeUntil")) {
          assertThat(failure(() -> verb.call(stores, NOW)))
              .as("%s", verb)
              .returns(verb.name(), StoreUnavailableException::operation)
              .returns(false, StoreUnavailableException::retryable);
        }
      }
      assertThat(rows(keyspace)).isEqualTo(before);
    }
  }

  private static String damage(Keyspace keyspace, String damage) {
    boolean h2 = keyspace.database() == TestDatabase.H2;
    return ("update " + keyspace.qualified(damage))
        .replace("%EMPTY%", h2 ? "x''" : "''")
        .replace("%JUNK%", h2 ? "x'616263'" : "'abc'");
  }

  private static List<String> rows(Keyspace keyspace) {
    List<String> all = new ArrayList<>();
    try (Connection connection = keyspace.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : keyspace.tables()) {
        try (ResultSet rows =
            statement.executeQuery("select * from " + keyspace.qualified(table))) {
          while (rows.next()) {
            StringBuilder row = new StringBuilder(table);
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
              row.append('|').append(rows.getString(i));
            }
            all.add(row.toString());
          }
        }
      }
      return all.stream().sorted().toList();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
