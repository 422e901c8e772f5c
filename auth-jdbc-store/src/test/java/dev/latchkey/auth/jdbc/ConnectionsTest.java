package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The connections are the host's: what the stores do to them, and when. */
final class ConnectionsTest {
  /** What the stores may change, and must change back. */
  private record Manner(
      boolean commitsEach,
      int networkTimeout,
      int isolation,
      boolean readOnly,
      List<String> variables) {}

  private static final List<String> VARIABLES_OF_POSTGRESQL =
      List.of(
          "current_setting('lock_timeout')",
          "current_setting('statement_timeout')",
          "current_setting('idle_in_transaction_session_timeout')",
          "current_setting('TimeZone')",
          "current_setting('search_path')");

  private static final List<String> VARIABLES_OF_MARIADB =
      List.of(
          "@@session.innodb_lock_wait_timeout",
          "@@session.idle_transaction_timeout",
          "@@session.sql_mode",
          "@@session.time_zone",
          "coalesce(@latchkey_lock_wait, 'none')",
          "coalesce(@latchkey_idle, 'none')",
          "coalesce(@latchkey_modes, 'none')");

  private static final List<String> VARIABLES_OF_H2 =
      List.of(
          "lock_timeout()",
          "current_schema",
          "coalesce(cast(@latchkey_lock_wait as varchar), 'none')");

  private static Manner manner(TestDatabase database, Connection connection) throws SQLException {
    boolean commitsEach = connection.getAutoCommit();
    List<String> values = new ArrayList<>();
    List<String> variables =
        switch (database) {
          case POSTGRESQL -> VARIABLES_OF_POSTGRESQL;
          case MARIADB -> VARIABLES_OF_MARIADB;
          case H2 -> VARIABLES_OF_H2;
        };
    for (String variable : variables) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select " + variable)) {
        rows.next();
        values.add(String.valueOf(rows.getString(1)));
      }
    }
    Manner manner =
        new Manner(
            commitsEach,
            connection.getNetworkTimeout(),
            connection.getTransactionIsolation(),
            connection.isReadOnly(),
            values);
    if (!commitsEach) {
      connection.rollback();
    }
    return manner;
  }

  /** Remembers how each connection was lent, and how it came back. */
  private static final class Watch implements TappedSource.Tap {
    private final TestDatabase database;
    private final List<Manner> lent = new ArrayList<>();
    private final List<Manner> returned = new ArrayList<>();
    private String failOn = "no statement";

    Watch(TestDatabase database) {
      this.database = database;
    }

    @Override
    public void lent(Connection connection) throws SQLException {
      connection.setNetworkTimeout(Runnable::run, 54_321);
      lent.add(manner(database, connection));
    }

    @Override
    public void returning(Connection connection) throws SQLException {
      assertThat(connection.isClosed()).as("nothing was wrong with it").isFalse();
      returned.add(manner(database, connection));
    }

    @Override
    public void said(String sql) throws SQLException {
      if (sql.contains(failOn)) {
        throw new SQLException("planted", "22000");
      }
    }

    void assertSame(String what) {
      assertThat(lent).as(what).isNotEmpty();
      assertThat(returned).as(what).isEqualTo(lent);
      lent.clear();
      returned.clear();
    }
  }

  private static String setUp(TestDatabase database) {
    return switch (database) {
      case POSTGRESQL ->
          "set lock_timeout = 12345; set statement_timeout = 45678;"
              + " set idle_in_transaction_session_timeout = 34567";
      case MARIADB ->
          "set innodb_lock_wait_timeout = 12, idle_transaction_timeout = 34, sql_mode = ''";
      case H2 -> "set lock_timeout 12345";
    };
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL,true",
    "POSTGRESQL,false",
    "MARIADB,true",
    "MARIADB,false",
    "H2,true",
    "H2,false"
  })
  void aConnection_goesBackAsItCame(TestDatabase database, boolean commitsEach) {
    Watch watch = new Watch(database);
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool =
            OwnPool.of(
                database,
                config -> {
                  config.setAutoCommit(commitsEach);
                  config.setConnectionInitSql(setUp(database));
                  config.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
                  // Else what was set up is rolled back at once.
                  config.setIsolateInternalQueries(true);
                  config.setMaximumPoolSize(1);
                })) {
      JdbcStores stores =
          JdbcStores.builder(new TappedSource(pool, watch))
              .schema(keyspace.schema())
              .prefix(keyspace.prefix())
              .deadline(Duration.ofSeconds(20))
              .build();
      watch.assertSame("when the stores are built");
      for (Verb verb : Verb.ALL) {
        Instant now = stores.clock().instant();
        watch.lent.clear();
        watch.returned.clear();
        assertThat(verb.call(stores, now)).isNotNull();
        watch.assertSame(verb + " that succeeds");
        if (verb.timed()) {
          failure(() -> verb.call(stores, now.plusSeconds(60)));
          watch.assertSame(verb + " that is refused");
        }
        watch.failOn = "";
        failure(() -> verb.call(stores, now));
        watch.failOn = "no statement";
        watch.assertSame(verb + " that fails");
      }
      for (String part : List.of("for update", "update " + keyspace.schema(), "insert into")) {
        watch.failOn = part;
        for (Verb verb : Verb.ALL) {
          attempt(verb, stores, stores.clock().instant());
        }
        watch.failOn = "no statement";
        watch.assertSame("that fails in the middle");
      }
    }
  }

  private static void attempt(Verb verb, JdbcStores stores, Instant now) {
    try {
      assertThat(verb.call(stores, now)).isNotNull();
    } catch (StoreUnavailableException e) {
      assertThat(e.operation()).isEqualTo(verb.name());
    }
  }

  /** It would wait too long, or too short, for whoever is lent it next. */
  @Test
  void aConnectionThatCanNotBeGivenBackAsItCame_isOfNoUseToAnybody_andTheCallStands() {
    Watch watch = new Watch(TestDatabase.MARIADB);
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    try (Keyspace keyspace = TestDatabase.MARIADB.freshKeyspace();
        HikariDataSource pool =
            OwnPool.of(TestDatabase.MARIADB, config -> config.setMaximumPoolSize(1))) {
      TappedSource.Tap failing =
          new TappedSource.Tap() {
            @Override
            public void said(String sql) throws SQLException {
              watch.said(sql);
            }
          };
      JdbcStores stores =
          TestStores.on(keyspace, new TappedSource(pool, failing)).acceptAnyClock(clock).build();
      JdbcStores other = TestStores.on(keyspace, pool).acceptAnyClock(clock).build();
      watch.failOn = "@latchkey_lock_wait = null";
      stores.sessions().start(Sample.account(1), Sample.fresh(1, now), 5, now);
      watch.failOn = "no statement";

      // A pool that does not look may lend it once more, and finds out.
      Eventually.within(DatabaseNode.PATIENCE, "a sound connection", () -> answers(other, now));
      assertThat(other.sessions().list(Sample.account(1), now)).hasSize(1);
      assertThat(variable(pool)).isEqualTo("none");
    }
  }

  private static boolean answers(JdbcStores stores, Instant now) {
    try {
      return stores.sessions().list(Sample.account(2), now).isEmpty();
    } catch (StoreUnavailableException e) {
      return false;
    }
  }

  private static String variable(HikariDataSource pool) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select coalesce(@latchkey_lock_wait, 'none')")) {
      rows.next();
      return String.valueOf(rows.getString(1));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Whatever is answered is there for others, also if the pool's connections begin transactions.
   */
  @ParameterizedTest
  @EnumSource
  void whatIsAnswered_isCommitted_byConnectionsThatDoNotCommitByThemselves(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = OwnPool.of(database, config -> config.setAutoCommit(false))) {
      JdbcStores stores = TestStores.on(keyspace, pool).build();
      JdbcStores other = TestStores.on(keyspace).deadline(TestStores.LONG).build();
      for (Verb verb : Verb.ALL) {
        assertThat(verb.call(stores, stores.clock().instant())).as("%s", verb).isNotNull();
        // Whoever left a lock behind would let this wait for ever.
        assertThat(verb.call(other, other.clock().instant())).as("%s of another", verb).isNotNull();
      }
      Instant now = stores.clock().instant();
      stores
          .otp()
          .open(
              Sample.identity(9),
              Sample.challenge(9),
              Sample.live(9, now),
              Optional.empty(),
              Sample.RULES,
              now);
      assertThat(stores.otp().guess(Sample.identity(9), Sample.guess(9, 9, 9), Sample.RULES, now))
          .isEqualTo(new GuessAnswer.Right());
      assertThat(other.otp().guess(Sample.identity(9), Sample.guess(9, 9, 9), Sample.RULES, now))
          .isEqualTo(new GuessAnswer.Expired());
      stores.sessions().start(Sample.account(9), Sample.fresh(9, now), 5, now);
      stores.sessions().rotate(Sample.account(9), Sample.rotation(9, 1, "first"), now);
      assertThat(other.sessions().list(Sample.account(9), now).get(0).generation()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailedGuess_staysCounted_thoughTheHostRollsBack(TestDatabase database) throws SQLException {
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = OwnPool.of(database, config -> {});
        Connection hosts = pool.getConnection()) {
      JdbcStores stores = TestStores.on(keyspace, pool).acceptAnyClock(clock).build();
      hosts.setAutoCommit(false);
      try (Statement statement = hosts.createStatement()) {
        statement.execute(
            "insert into %s (email, barred_at) values ('host@example.org', '2026-01-01 00:00:00')"
                .formatted(keyspace.qualified("barred_emails")));
      }
      stores
          .otp()
          .open(
              Sample.identity(1),
              Sample.challenge(1),
              Sample.live(1, now),
              Optional.empty(),
              Sample.RULES,
              now);
      for (int i = 1; i <= 2; i++) {
        stores.otp().guess(Sample.identity(1), Sample.guess(1, 99, i), Sample.RULES, now);
      }
      hosts.rollback();
      hosts.setAutoCommit(true);

      assertThat(
              stores
                  .otp()
                  .status(
                      Sample.identity(1), Sample.challenge(1), Optional.empty(), Sample.RULES, now)
                  .penalty())
          .isEqualTo(Penalty.Kind.LOCK);
      assertThat(stores.accounts().admits(Sample.address("host@example.org"))).isTrue();
    }
  }

  /** Asked for a connection, it takes its time. */
  private static final class Slow implements TappedSource.Tap {
    private final List<String> said = new ArrayList<>();
    private Duration delay = Duration.ZERO;

    @Override
    public void asked() {
      long end = System.nanoTime() + delay.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }

    @Override
    public void said(String sql) {
      said.add(sql);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionThatComesTooLate_isUsedForNothing(TestDatabase database) {
    Slow slow = new Slow();
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores =
          TestStores.on(keyspace, new TappedSource(keyspace.dataSource(), slow))
              .deadline(Duration.ofMillis(20))
              .acceptAnyClock(MutableClock.create())
              .build();
      slow.delay = Duration.ofMillis(25);
      slow.said.clear();
      for (Verb verb : Verb.ALL) {
        assertThat(failure(() -> verb.call(stores, MutableClock.START)))
            .returns(verb.name(), StoreUnavailableException::operation)
            .returns(true, StoreUnavailableException::retryable);
      }
      assertThat(slow.said).isEmpty();
    }
  }

  /** Several steps of one call do not have a deadline each. */
  @Test
  void aCallOfSeveralSteps_hasOneDeadline() {
    Slow slow = new Slow();
    TestDatabase database = TestDatabase.POSTGRESQL;
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores =
          TestStores.on(keyspace, new TappedSource(keyspace.dataSource(), slow))
              .deadline(Duration.ofMillis(900))
              .acceptAnyClock(MutableClock.create())
              .build();
      Instant now = MutableClock.START;
      slow.delay = Duration.ofMillis(500);
      for (Verb verb : Verb.ALL) {
        if (verb.name().equals("account.signIn")) {
          assertThat(failure(() -> verb.call(stores, now)).operation()).isEqualTo(verb.name());
        }
      }
    }
  }

  /** Keeps how long the driver may wait at each statement and each commit; 0 is for ever. */
  private static final class Limits implements TappedSource.Tap {
    private final List<Integer> waits = new ArrayList<>();
    private int limit;

    @Override
    public void lent(Connection connection) {
      limit = 0;
    }

    @Override
    public void limited(int millis) {
      limit = millis;
    }

    @Override
    public void said(String sql) {
      waits.add(limit);
    }

    @Override
    public void committing() {
      waits.add(limit);
    }
  }

  private static JdbcStores limited(
      Keyspace keyspace, Limits limits, Duration deadline, MutableClock clock) {
    return TestStores.on(keyspace, new TappedSource(keyspace.dataSource(), limits))
        .deadline(deadline)
        .acceptAnyClock(clock)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void noWaitOfTheDriver_isLongerThanTheDeadline(TestDatabase database) {
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    Limits shortly = new Limits();
    Limits atLength = new Limits();
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores hasty = limited(keyspace, shortly, Duration.ofMillis(2), clock);
      JdbcStores patient = limited(keyspace, atLength, TestStores.LONG, clock);
      shortly.waits.clear();
      for (int round = 0; round < 5; round++) {
        for (Verb verb : Verb.ALL) {
          attempt(verb, hasty, now);
        }
      }
      assertThat(shortly.waits)
          .allSatisfy(wait -> assertThat(wait).isBetween(1, Lease.GRACE_MILLIS));
      for (Verb verb : Verb.ALL) {
        atLength.waits.clear();
        assertThat(verb.call(patient, now)).as("%s, which nothing holds up", verb).isNotNull();
        assertThat(atLength.waits)
            .as("%s", verb)
            .isNotEmpty()
            .allSatisfy(
                wait -> assertThat(wait).isBetween(1, Math.toIntExact(TestStores.LONG.toMillis())));
      }
    }
  }

  /**
   * One that would be lent with the limits of a call, or inside its transaction. Not on H2, whose
   * driver breaks nothing off.
   */
  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, its own patience",
    "MARIADB, its own patience",
    "MARIADB, its variables"
  })
  void aConnectionThatCanNotBePutBack_isNotLentAgain(TestDatabase database, String what)
      throws SQLException {
    AtomicBoolean fails = new AtomicBoolean();
    AtomicInteger failed = new AtomicInteger();
    boolean variables = what.equals("its variables");
    TappedSource.Tap tap =
        new TappedSource.Tap() {
          @Override
          public void said(String sql) throws SQLException {
            if (variables && sql.contains("@latchkey_lock_wait = null")) {
              fail();
            }
          }

          @Override
          public void limited(int millis) throws SQLException {
            if (!variables && millis == 0) {
              fail();
            }
          }

          private void fail() throws SQLException {
            if (fails.get()) {
              failed.incrementAndGet();
              throw new SQLException("planted", "22000");
            }
          }
        };
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = OwnPool.of(database, config -> config.setMaximumPoolSize(1))) {
      JdbcStores stores = TestStores.on(keyspace, new TappedSource(pool, tap)).build();
      String before = number(database, pool);
      assertThat(number(database, pool)).as("the pool has one connection").isEqualTo(before);

      fails.set(true);
      stores.accounts().bar(Sample.address(Verb.ADDRESS));
      fails.set(false);

      assertThat(failed).hasPositiveValue();
      assertThat(number(database, pool)).as("of the next connection").isNotEqualTo(before);
      assertThat(stores.accounts().admits(Sample.address(Verb.ADDRESS)))
          .as("what was answered is done")
          .isFalse();
    }
  }

  private static String number(TestDatabase database, HikariDataSource pool) throws SQLException {
    String question =
        switch (database) {
          case POSTGRESQL -> "select pg_backend_pid()";
          case MARIADB -> "select connection_id()";
          case H2 -> throw new IllegalArgumentException("H2 breaks nothing off");
        };
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(question)) {
      rows.next();
      return String.valueOf(rows.getString(1));
    }
  }

  @Test
  void aLockThatIsHeld_isWaitedForNoLongerThanTheDeadline_inH2() throws SQLException {
    MutableClock clock = MutableClock.create();
    try (Keyspace keyspace = TestDatabase.H2.freshKeyspace();
        HikariDataSource pool = OwnPool.told(TestDatabase.H2, "set lock_timeout 60000");
        Connection holder = keyspace.dataSource().getConnection()) {
      JdbcStores stores =
          TestStores.on(keyspace, pool)
              .deadline(Duration.ofMillis(300))
              .acceptAnyClock(clock)
              .build();
      stores.accounts().bar(Sample.address(Verb.ADDRESS));
      holder.setAutoCommit(false);
      try (Statement statement = holder.createStatement()) {
        statement.execute("delete from " + keyspace.qualified("barred_emails"));
        long began = System.nanoTime();

        failure(() -> stores.accounts().readmit(Sample.address(Verb.ADDRESS)));

        // Not its speed: what is wrong waits for a minute.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
      } finally {
        holder.rollback();
        holder.setAutoCommit(true);
      }
    }
  }
}
