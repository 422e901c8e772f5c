package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RevocationFeed.Revocations;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the contract can not do to a feed: commit late, take rows away, put others in their place.
 */
final class JdbcRevocationFeedTest {
  private static final class Fed implements AutoCloseable {
    private final Keyspace keyspace;
    private final JdbcStores stores;
    private final RevocationFeed feed;

    Fed(TestDatabase database) {
      this.keyspace = database.freshKeyspace();
      this.stores = TestStores.on(keyspace, keyspace.dataSource()).build();
      this.feed = stores.revocations().orElseThrow();
    }

    Instant now() {
      return stores.clock().instant();
    }

    /** Ends a token that is good for so long. */
    Ended.Token end(String token, Duration good) {
      Instant until = Times.kept(now().plus(good));
      stores.sessions().end(Sample.account(1), new EndScope.Token(token, until), now());
      return new Ended.Token(token, until);
    }

    Ended.Token end(String token) {
      return end(token, Duration.ofMinutes(5));
    }

    Position read() {
      return feed.read(Position.START).next();
    }

    /** Also by a clock that is not the server's. */
    void purge(Instant now) {
      JdbcStores timeless =
          TestStores.on(keyspace, keyspace.dataSource()).acceptAnyClock(Clock.systemUTC()).build();
      assertThat(timeless.purge(now, 1_000)).isNotNegative();
    }

    void execute(String sql) {
      keyspace.database().execute(sql.formatted(keyspace.qualified("revocations")));
    }

    long count() {
      try (Connection connection = keyspace.dataSource().getConnection();
          Statement statement = connection.createStatement();
          var rows =
              statement.executeQuery("select count(*) from " + keyspace.qualified("revocations"))) {
        rows.next();
        return rows.getLong(1);
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    /** As if the database was put back to a time before its last entries, which come anew. */
    void againUnderTheSameNumbers(String token) {
      long highest = id("max");
      execute("delete from %s");
      insert(highest, token);
    }

    long id(String which) {
      try (Connection connection = keyspace.dataSource().getConnection();
          Statement statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "select %s(id) from %s".formatted(which, keyspace.qualified("revocations")))) {
        rows.next();
        return rows.getLong(1);
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    void insert(long id, String token) {
      String overriding =
          keyspace.database() == TestDatabase.MARIADB ? "" : " overriding system value";
      execute(
          "insert into %s (id, kind, name, keep_until, settled_at)"
              + overriding
              + " values ("
              + id
              + ", 'TOKEN', '"
              + token
              + "', '2100-01-01 00:00:00', '2100-01-01 00:00:00')");
    }

    @Override
    public void close() {
      keyspace.close();
    }
  }

  private static Revocations nothing(Revocations read) {
    return new Revocations(List.of(), read.next(), false);
  }

  @ParameterizedTest
  @EnumSource
  void read_fromTheNewest_restartsNothing(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      Ended first = fed.end("first");
      Revocations read = fed.feed.read(Position.START);

      assertThat(read.ended()).containsExactly(first);
      assertThat(fed.feed.read(read.next()).restarted()).isFalse();
      assertThat(fed.feed.read(fed.feed.read(Position.START).next()).restarted()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_ofAnEmptyFeed_canBeReadOn(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      Position empty = fed.read();
      Revocations again = fed.feed.read(empty);
      assertThat(again).isEqualTo(nothing(again));
      Ended first = fed.end("first");

      assertThat(fed.feed.read(empty).ended()).contains(first);
      assertThat(fed.feed.read(again.next()).ended()).contains(first);
      assertThat(fed.feed.read(again.next()).restarted()).isFalse();
    }
  }

  /** Its number was given before that of an entry which was read. */
  @ParameterizedTest
  @EnumSource
  void anEntryThatCommitsLate_isTold(TestDatabase database) throws SQLException {
    try (Fed fed = new Fed(database);
        HikariDataSource pool = OwnPool.of(database, config -> {});
        Connection late = pool.getConnection()) {
      late.setAutoCommit(false);
      Instant until = Times.kept(fed.now().plusSeconds(600));
      try (PreparedStatement insert =
          late.prepareStatement(
              "insert into %s (kind, name, keep_until, settled_at) values ('TOKEN', 'late', ?, ?)"
                  .formatted(fed.keyspace.qualified("revocations")))) {
        Times times = database.dialect().times();
        insert.setObject(1, times.toColumn(until));
        insert.setObject(2, times.toColumn(Times.kept(fed.now().plus(TestStores.LONG))));
        insert.executeUpdate();
      }
      Ended first = fed.end("first");
      Revocations before = fed.feed.read(Position.START);
      assertThat(before.ended()).containsExactly(first);
      Revocations meanwhile = fed.feed.read(before.next());
      assertThat(meanwhile.ended()).doesNotContain(new Ended.Token("late", until));
      late.commit();
      late.setAutoCommit(true);
      assertThat(fed.id("min")).as("the number of the late one").isLessThan(fed.id("max"));

      Revocations after = fed.feed.read(meanwhile.next());
      assertThat(after.ended()).contains(new Ended.Token("late", until));
      assertThat(after.restarted()).isFalse();
      assertThat(fed.feed.read(before.next()).ended()).contains(new Ended.Token("late", until));
    }
  }

  /** Twice the deadline: until the last statement, and until the server ends what is silent. */
  @ParameterizedTest
  @EnumSource
  void anEntry_isNotSettled_beforeItsTransactionCanOnlyBeOver(TestDatabase database)
      throws SQLException {
    try (Fed fed = new Fed(database)) {
      JdbcStores hasty = TestStores.on(fed.keyspace).deadline(Duration.ofSeconds(20)).build();
      Instant before = fed.now();
      hasty
          .sessions()
          .end(
              Sample.account(1),
              new EndScope.Token("one", before.plusSeconds(60)),
              hasty.clock().instant());
      try (Connection connection = fed.keyspace.dataSource().getConnection();
          Statement statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "select settled_at from " + fed.keyspace.qualified("revocations"))) {
        rows.next();
        Instant settled = new Columns(rows, database.dialect().times()).time("settled_at");
        assertThat(settled).isAfter(before.plusSeconds(41));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfEnd_isTold(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      var sessions = fed.stores.sessions();
      Instant now = Times.kept(fed.now());
      for (int i = 1; i <= 4; i++) {
        sessions.start(Sample.account(i), Sample.fresh(i, now), 5, now);
      }
      Position before = fed.read();
      sessions.start(Sample.account(1), Sample.fresh(11, now), 1, fed.now());
      sessions.end(Sample.account(2), new EndScope.One(Sample.session(2)), fed.now());
      sessions.rotate(Sample.account(3), Sample.rotation(3, 1, "first"), fed.now());
      assertThat(sessions.rotate(Sample.account(3), Sample.rotation(3, 1, "thief"), fed.now()))
          .isInstanceOf(RotateAnswer.Reused.class);
      assertThat(sessions.rotate(Sample.account(4), Sample.rotation(4, 9, "ahead"), fed.now()))
          .isInstanceOf(RotateAnswer.Ahead.class);
      Ended token = fed.end("jti");

      List<Ended> told = fed.feed.read(before).ended();

      assertThat(told).hasSize(5).contains(token);
      assertThat(
              told.stream()
                  .filter(Ended.Sessions.class::isInstance)
                  .flatMap(ended -> ((Ended.Sessions) ended).ids().stream())
                  .toList())
          .containsExactlyInAnyOrder(
              Sample.session(1), Sample.session(2), Sample.session(3), Sample.session(4));
      assertThat(told)
          .filteredOn(Ended.Sessions.class::isInstance)
          .allSatisfy(
              ended ->
                  assertThat(((Ended.Sessions) ended).until())
                      .isAfterOrEqualTo(now.plus(JdbcRevocationFeed.RETENTION)));
    }
  }

  @Test
  void aPositionOfAnotherStore_restartsWithAll() {
    try (Fed fed = new Fed(TestDatabase.H2)) {
      Ended first = fed.end("first");
      for (String junk :
          List.of(
              "elsewhere",
              ",",
              ",,,",
              "1",
              "1,2",
              "1,2,3",
              "-1,2,3,x",
              "1,2,3,first",
              "1, 2,3,first",
              "999999999999999999,2,3,first",
              "9999999999999999999,2,3,first",
              "1,99999999999999999,3,first",
              "1,2,3," + "x".repeat(513),
              "١,2,3,first",
              "1;drop table users,2,3,first",
              "1,999999999999999,-999999999999999,'; drop table users; --",
              "0x1,2,3,\u0000",
              "\n1,2,3,first")) {
        Revocations read = fed.feed.read(new Position(junk));

        assertThat(read.ended()).as(junk).contains(first);
        assertThat(fed.feed.read(read.next()).restarted()).as("after " + junk).isFalse();
      }
      for (String unknown : List.of("elsewhere", "1,999999999999999,3,another")) {
        assertThat(fed.feed.read(new Position(unknown)).restarted()).as(unknown).isTrue();
      }
    }
  }

  @Test
  void aPositionThatNamesATimeOutsideOfTime_isRead() {
    try (Fed fed = new Fed(TestDatabase.POSTGRESQL)) {
      Ended first = fed.end("first");
      for (String far : List.of("-999999999999999", "999999999999999")) {
        assertThat(fed.feed.read(new Position("0," + far + "," + far + ",")).ended())
            .containsExactly(first);
      }
    }
  }

  @Test
  void oddNames_areFoundAgain_inAPosition() {
    try (Fed fed = new Fed(TestDatabase.MARIADB)) {
      for (String odd :
          List.of(
              "a,b",
              ",",
              "",
              "\n",
              "\u0000",
              "\\",
              "\ud83d",
              "\ud83d\ude80",
              " x ",
              "x".repeat(512))) {
        fed.end(odd);
        Position read = fed.read();

        assertThat(fed.feed.read(read).restarted()).as(odd).isFalse();
        assertThat(fed.end("next")).isNotNull();
        assertThat(fed.feed.read(read).restarted()).as(odd).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_whenTheEntryOfThePositionIsLost_restartsWithAll(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      fed.end("first");
      Position read = fed.read();
      fed.execute("delete from %s");
      assertThat(fed.feed.read(read).restarted()).isTrue();
      Ended second = fed.end("second");

      Revocations again = fed.feed.read(read);
      assertThat(again.restarted()).isTrue();
      assertThat(again.ended()).containsExactly(second);
      assertThat(fed.feed.read(again.next()).restarted()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_whenTheNumberIsThatOfAnother_restartsWithAll(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      fed.end("first");
      Position read = fed.read();
      fed.againUnderTheSameNumbers("another");

      Revocations again = fed.feed.read(read);
      assertThat(again.restarted()).isTrue();
      assertThat(again.ended())
          .extracting(ended -> ((Ended.Token) ended).tokenId())
          .containsExactly("another");
    }
  }

  /** A fail-over that lost the newest entries, and has more by now than the reader has read. */
  @Test
  void read_whenOthersWereGivenLowerNumbersToo_isComplete() {
    try (Fed fed = new Fed(TestDatabase.H2)) {
      fed.end("first");
      fed.end("second");
      fed.end("third");
      Position read = fed.read();
      long highest = fed.id("max");
      fed.execute("delete from %s where name <> 'first'");
      fed.insert(highest - 1, "other second");
      fed.insert(highest, "other third");
      fed.insert(highest + 1, "fourth");

      Revocations again = fed.feed.read(read);
      assertThat(again.restarted()).isTrue();
      assertThat(again.ended())
          .extracting(ended -> ((Ended.Token) ended).tokenId())
          .containsExactly("first", "other second", "other third", "fourth");
    }
  }

  @ParameterizedTest
  @EnumSource
  void purge_keepsTheNewest_soThatAQuietReaderIsNotRestarted(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      fed.end("first");
      fed.end("second");
      Position read = fed.read();
      Instant later = fed.now().plus(Duration.ofDays(1));
      fed.purge(later);

      assertThat(fed.count()).isEqualTo(1);
      assertThat(fed.feed.read(read).restarted()).isFalse();
      fed.purge(later);
      assertThat(fed.count()).isEqualTo(1);
      Ended third = fed.end("third");
      assertThat(fed.feed.read(read).ended()).contains(third);
    }
  }

  /** The entry of its position is over, as is all that it could not tell of. */
  @ParameterizedTest
  @EnumSource
  void aReaderWhoseEntryWasPurgedInTime_isNotRestarted_andMissesNothing(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      Ended.Token first = fed.end("first", Duration.ofMillis(1));
      Position read = fed.read();
      Ended second = fed.end("second");
      while (!fed.now().isAfter(first.until())) {
        Thread.onSpinWait();
      }
      fed.stores.purge(fed.now(), 1_000);
      assertThat(fed.count()).isEqualTo(1);

      Revocations on = fed.feed.read(read);
      assertThat(on.restarted()).isFalse();
      assertThat(on.ended()).containsExactly(second);
    }
  }

  /** A clock that is ahead has purged too much. */
  @ParameterizedTest
  @EnumSource
  void aReaderWhoseEntryWasPurgedTooEarly_isRestarted(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      fed.end("first");
      Position read = fed.read();
      fed.end("second");
      fed.purge(fed.now().plus(Duration.ofDays(1)));

      assertThat(fed.feed.read(read).restarted()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFeedOfSeveralPages_isReadWhole(TestDatabase database) throws SQLException {
    try (Fed fed = new Fed(database)) {
      Position empty = fed.read();
      int many = JdbcRevocationFeed.PAGE + 1;
      fill(fed, many);
      fed.end("last");

      Revocations all = fed.feed.read(Position.START);
      assertThat(all.ended()).hasSize(many + 1);
      assertThat(Set.copyOf(all.ended())).hasSize(many + 1);
      assertThat(all.restarted()).isFalse();
      assertThat(fed.feed.read(empty).ended()).hasSize(many + 1);
      // All of these are young enough to be told again, page by page as well.
      Revocations again = fed.feed.read(all.next());
      assertThat(again.ended()).hasSize(many);
      assertThat(again.restarted()).isFalse();
    }
  }

  private static void fill(Fed fed, int entries) throws SQLException {
    Times times = fed.keyspace.database().dialect().times();
    Object later = times.toColumn(Times.kept(fed.now().plusSeconds(600)));
    try (Connection connection = fed.keyspace.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into %s (kind, name, keep_until, settled_at) values ('TOKEN', ?, ?, ?)"
                    .formatted(fed.keyspace.qualified("revocations")))) {
      connection.setAutoCommit(false);
      for (int i = 0; i < entries; i++) {
        insert.setString(1, "token-" + i);
        insert.setObject(2, later);
        insert.setObject(3, later);
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEntryThatNoReleaseWrites_isRefusedForGood(TestDatabase database) {
    try (Fed fed = new Fed(database)) {
      for (String values : List.of("'NONSENSE', 'x'", "'SESSION', 'no session'", "'', ''")) {
        fed.execute(
            "insert into %s (kind, name, keep_until, settled_at) values ("
                + values
                + ", '2100-01-01 00:00:00', '2100-01-01 00:00:00')");
        StoreUnavailableException refusal = failure(() -> fed.feed.read(Position.START));

        assertThat(refusal.operation()).isEqualTo("feed.read");
        assertThat(refusal.retryable()).isFalse();
        assertThat(Told.by(refusal))
            .contains("a row of revocations can not be read")
            .doesNotContain("NONSENSE", "no session");
        fed.execute("delete from %s");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndThatCanNotBeTold_isNone(TestDatabase database) {
    Keyspace keyspace = Keyspace.create(database);
    JdbcStores stores = TestStores.on(keyspace, keyspace.dataSource()).build();
    Instant now = stores.clock().instant();
    stores.sessions().start(Sample.account(1), Sample.fresh(1, now), 5, now);
    database.execute("drop table " + keyspace.qualified("revocations"));

    assertThat(
            failure(
                    () ->
                        stores
                            .sessions()
                            .end(Sample.account(1), new EndScope.All(), stores.clock().instant()))
                .retryable())
        .isFalse();
    assertThat(stores.sessions().list(Sample.account(1), now)).hasSize(1);
  }

  @Test
  void retention_isEnoughForEveryPolicy() {
    assertThat(JdbcRevocationFeed.RETENTION)
        .isGreaterThan(Duration.ofHours(1).plusMinutes(2).plusSeconds(2));
  }
}
