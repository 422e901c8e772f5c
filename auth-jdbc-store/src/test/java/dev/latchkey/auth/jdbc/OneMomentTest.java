package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A read that locks nothing tells what was there at one moment, and no mixture of two. */
final class OneMomentTest {
  private static final int ROUNDS = 60;
  private static final Instant NOW = MutableClock.START;

  private static JdbcStores stores(Keyspace keyspace) {
    return TestStores.on(keyspace, keyspace.dataSource())
        .acceptAnyClock(MutableClock.create())
        .build();
  }

  /** One account always has one session, which another one displaces at every turn. */
  @ParameterizedTest
  @EnumSource
  void list_isOfOneMoment(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = stores(keyspace);
      stores.sessions().start(Sample.account(1), Sample.fresh(1, NOW), 1, NOW);
      var tally =
          Race.of(4)
              .run(
                  racer -> {
                    for (int round = 2; round < ROUNDS; round++) {
                      if (racer == 0) {
                        stores
                            .sessions()
                            .start(Sample.account(1), Sample.fresh(round, NOW), 1, NOW);
                      } else {
                        List<Session> all = stores.sessions().list(Sample.account(1), NOW);
                        if (all.size() != 1) {
                          return all.size() + " sessions";
                        }
                      }
                    }
                    return "one";
                  });

      assertThat(tally.count("one")).as("%s", tally).isEqualTo(4);
    }
  }

  /** Either strangers are free or the device is known, in turn: never is its owner held up. */
  @ParameterizedTest
  @EnumSource
  void status_isOfOneMoment(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = stores(keyspace);
      lock(stores);
      unlock(stores);
      assertThat(status(stores).penalty()).isEqualTo(Penalty.Kind.NONE);
      var tally =
          Race.of(4)
              .run(
                  racer -> {
                    for (int round = 0; round < ROUNDS; round++) {
                      if (racer == 0) {
                        changed(keyspace, "2000-01-01", Sample.device(6));
                        changed(keyspace, "2100-01-01", Sample.device(5));
                      } else if (status(stores).penalty() != Penalty.Kind.NONE) {
                        return "held up";
                      }
                    }
                    return "free";
                  });

      assertThat(tally.count("free")).isEqualTo(4);
    }
  }

  private static void changed(Keyspace keyspace, String until, DeviceId device)
      throws SQLException {
    together(
        keyspace,
        "update %s set penalty_until = '%s 00:00:00'"
            .formatted(keyspace.qualified("lockouts"), until),
        "update %s set device_id = '%s'"
            .formatted(keyspace.qualified("known_devices"), device.value()));
  }

  private static void lock(JdbcStores stores) {
    stores
        .otp()
        .open(
            Sample.identity(1),
            Sample.challenge(1),
            Sample.live(1, NOW),
            Optional.empty(),
            Sample.RULES,
            NOW);
    for (int i = 1; i <= 2; i++) {
      stores.otp().guess(Sample.identity(1), Sample.guess(1, 99, i), Sample.RULES, NOW);
    }
  }

  private static void unlock(JdbcStores stores) {
    stores
        .otp()
        .unlock(
            Sample.identity(1),
            new Unlock(Unlock.Kind.LOCK, Sample.lock(2), Optional.empty(), Sample.device(5)),
            Sample.RULES,
            NOW);
  }

  private static OtpStanding status(JdbcStores stores) {
    return stores
        .otp()
        .status(
            Sample.identity(1),
            Sample.challenge(1),
            Optional.of(Sample.device(5)),
            Sample.RULES,
            NOW);
  }

  /** Either the session is over or the token is ended, in turn: never is the token live. */
  @ParameterizedTest
  @EnumSource
  void isLive_isOfOneMoment(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = stores(keyspace);
      stores.sessions().start(Sample.account(1), Sample.fresh(1, NOW), 5, NOW);
      endToken(stores, 1);
      var tally =
          Race.of(4)
              .run(
                  racer -> {
                    for (int round = 0; round < ROUNDS; round++) {
                      if (racer == 0) {
                        ended(keyspace, "2000-01-01", "token-2");
                        ended(keyspace, "2100-01-01", "token-1");
                      } else if (stores
                          .sessions()
                          .isLive(Sample.account(1), Sample.session(1), "token-1", NOW)) {
                        return "live";
                      }
                    }
                    return "ended";
                  });

      assertThat(tally.count("ended")).isEqualTo(4);
    }
  }

  private static void ended(Keyspace keyspace, String end, String token) throws SQLException {
    together(
        keyspace,
        "update %s set idle_until = '%s 00:00:00'".formatted(keyspace.qualified("sessions"), end),
        "update %s set token_id = '%s'".formatted(keyspace.qualified("revoked_tokens"), token));
  }

  private static void together(Keyspace keyspace, String one, String other) throws SQLException {
    try (Connection connection = keyspace.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(one);
      statement.execute(other);
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private static void endToken(JdbcStores stores, int number) {
    stores
        .sessions()
        .end(Sample.account(1), new EndScope.Token("token-" + number, NOW.plusSeconds(3_600)), NOW);
  }
}
