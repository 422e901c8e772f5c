package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.MutableClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stores do around their statements. */
final class JdbcStoresTest {
  private static final EmailAddress ADA = Sample.address(Verb.ADDRESS);

  /** A source that only fails. */
  private static DataSource failing(SQLException failure) {
    return new TappedSource(
        TestDatabase.H2.patient(),
        new TappedSource.Tap() {
          @Override
          public void asked() throws SQLException {
            throw failure;
          }
        });
  }

  @Test
  void names_areBounded() {
    JdbcStores.Builder builder = JdbcStores.builder(TestDatabase.H2.patient());
    for (String bad :
        List.of("", "1a", "A", "a-b", "a b", "a.b", "a\"b", "ä", "a;--", "a\n", "x".repeat(33))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.schema(bad))
          .withMessageStartingWith("schema must be 1 to 32 of a-z 0-9 _ and not begin with a digit")
          .withMessageEndingWith("got " + bad.length() + " characters");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.prefix(bad))
          .withMessageStartingWith("prefix must be 1 to 32 of");
    }
    for (String good : List.of("a", "_", "auth_2", "x".repeat(32))) {
      assertThatCode(() -> builder.schema(good).prefix(good)).doesNotThrowAnyException();
    }
  }

  @Test
  void deadline_isBounded() {
    JdbcStores.Builder builder = JdbcStores.builder(TestDatabase.H2.patient());
    for (Duration bad :
        List.of(
            Duration.ZERO,
            Duration.ofNanos(999_999),
            Duration.ofMillis(-1),
            Duration.ofMinutes(1).plusNanos(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.deadline(bad))
          .withMessage("deadline must be 1 ms to 1 minute, got " + bad);
    }
    for (Duration good : List.of(Duration.ofMillis(1), Duration.ofMinutes(1))) {
      assertThatCode(() -> builder.deadline(good)).doesNotThrowAnyException();
    }
  }

  @Test
  void nothing_isNeverTaken() {
    assertThatNullPointerException().isThrownBy(() -> JdbcStores.builder(none()));
    assertThatNullPointerException()
        .isThrownBy(() -> JdbcStores.builder(TestDatabase.H2.patient()).acceptAnyClock(none()));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T none() {
    return null;
  }

  @Test
  void purge_ofNothing_isRefused() {
    JdbcStores stores = TestStores.timeless(TestDatabase.H2, MutableClock.create());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> stores.purge(Instant.EPOCH, 0))
        .withMessage("limit must be 1 or more, got 0");
  }

  @ParameterizedTest
  @EnumSource
  void defaults_areTheSchemaOfTheConnections_andThePrefixOfLatchkey(TestDatabase database) {
    String schema = database.freshSchema();
    String there =
        switch (database) {
          case POSTGRESQL -> "set search_path = " + schema;
          case MARIADB -> "use " + schema;
          case H2 -> "set schema " + schema;
        };
    try (HikariDataSource pool = OwnPool.told(database, there)) {
      JdbcStores stores = JdbcStores.of(pool);
      stores.migrate();
      JdbcStores.builder(pool).deadline(TestStores.LONG).build().accounts().signIn(ADA);
    }
    JdbcStores named =
        JdbcStores.builder(database.patient())
            .schema(schema)
            .prefix("latchkey_")
            .deadline(TestStores.LONG)
            .build();

    assertThat(named.accounts().signIn(ADA).created()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void twoPrefixesInOneSchema_doNotSeeEachOther(TestDatabase database) {
    String schema = database.freshSchema();
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    List<JdbcStores> both =
        List.of("one_", "other_").stream()
            .map(
                prefix ->
                    JdbcStores.builder(database.patient())
                        .schema(schema)
                        .prefix(prefix)
                        .deadline(TestStores.LONG)
                        .acceptAnyClock(clock)
                        .build())
            .toList();
    both.forEach(JdbcStores::migrate);
    JdbcStores one = both.get(0);
    JdbcStores other = both.get(1);
    for (Verb verb : Verb.ALL) {
      assertThat(verb.call(one, now)).as("%s", verb).isNotNull();
    }
    one.accounts().bar(ADA);

    assertThat(other.accounts().admits(ADA)).isTrue();
    assertThat(other.accounts().signIn(ADA).created()).isTrue();
    assertThat(other.keys().read(Verb.ISSUER)).isEmpty();
    assertThat(other.sessions().list(Sample.account(1), now)).isEmpty();
    assertThat(one.sessions().list(Sample.account(1), now)).hasSize(1);
    assertThat(other.otp().guess(Sample.identity(1), Sample.guess(1, 1, 1), Sample.RULES, now))
        .isEqualTo(new GuessAnswer.Expired());
    assertThat(other.revocations().orElseThrow().read(Position.START).ended()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void missingTables_areForSomebodyToSeeTo(TestDatabase database) {
    JdbcStores stores =
        JdbcStores.builder(database.patient())
            .schema(database.freshSchema())
            .deadline(TestStores.LONG)
            .build();
    Instant now = stores.clock().instant();

    for (Verb verb : Verb.ALL) {
      assertThat(failure(() -> verb.call(stores, now)))
          .as("%s", verb)
          .returns(verb.name(), StoreUnavailableException::operation)
          .returns(false, StoreUnavailableException::retryable);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingSchema_isForSomebodyToSeeTo(TestDatabase database) {
    JdbcStores stores =
        JdbcStores.builder(database.patient())
            .schema("nowhere_at_all")
            .deadline(TestStores.LONG)
            .build();

    assertThat(failure(() -> stores.accounts().admits(ADA)).retryable()).isFalse();
    assertThat(failure(() -> stores.accounts().bar(ADA)).retryable()).isFalse();
    assertThatIllegalStateException()
        .as("and is not made")
        .isThrownBy(stores::migrate)
        .withMessageContaining("schema");
  }

  @Test
  void aWrongPassword_isUnavailable_andToldToNobody() {
    String url = "jdbc:h2:mem:guarded;DB_CLOSE_DELAY=-1;USER=ada;PASSWORD=right";
    try (HikariDataSource first = new HikariDataSource()) {
      first.setJdbcUrl(url);
      assertThat(JdbcStores.of(first).clock()).isNotNull();
      try (HikariDataSource wrong = new HikariDataSource()) {
        wrong.setJdbcUrl("jdbc:h2:mem:guarded;DB_CLOSE_DELAY=-1");
        wrong.setUsername("ada");
        wrong.setPassword("s3cret");

        // A pool that was not started yet starts now, and fails in its own way.
        StoreUnavailableException refusal = failure(() -> JdbcStores.of(wrong));

        assertThat(refusal.operation()).isEqualTo("jdbc.connect");
        assertThat(Told.by(refusal)).doesNotContain("s3cret", "guarded", "jdbc:", "ada");
      }
    }
  }

  /** PostgreSQL names the user that it refuses. */
  @Test
  void anUnknownUser_isUnavailable_andNotNamed() {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(
          TestDatabase.POSTGRESQL.url().replaceFirst("\\?.*", "?user=n0body&password=s3cret"));

      StoreUnavailableException refusal = failure(() -> JdbcStores.of(pool));

      assertThat(Told.by(refusal))
          .contains("no connection: PSQLException 28")
          .doesNotContain("s3cret", "n0body", "jdbc:");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void aServerThatIsNotThere_isUnavailable_andTellsNoAddress(TestDatabase database) {
    String url = database.url().replaceFirst(":\\d+/", ":1/");
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setJdbcUrl(url);
      pool.setUsername("ada");
      pool.setPassword("s3cret");
      pool.setConnectionTimeout(250);
      pool.setInitializationFailTimeout(-1);

      StoreUnavailableException refusal = failure(() -> JdbcStores.of(pool));

      assertThat(refusal.retryable()).isTrue();
      assertThat(Told.by(refusal))
          .doesNotContain("s3cret", "jdbc:", "127.0.0.1", "localhost", "ada");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolThatIsClosed_isUnavailable_inEveryVerb(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores;
      Instant now;
      try (HikariDataSource pool = database.pool(1)) {
        stores =
            JdbcStores.builder(pool).schema(keyspace.schema()).prefix(keyspace.prefix()).build();
        now = stores.clock().instant();
      }
      for (Verb verb : Verb.ALL) {
        StoreUnavailableException refusal = failure(() -> verb.call(stores, now));
        assertThat(refusal)
            .returns(verb.name(), StoreUnavailableException::operation)
            .returns(true, StoreUnavailableException::retryable);
        assertThat(Told.by(refusal)).contains("no connection").doesNotContain("jdbc:");
      }
    }
  }

  /** A pool, or what wraps it, may throw what it likes. */
  @Test
  void aSourceThatThrowsAtRandom_isUnavailable() {
    boolean[] broken = {false};
    DataSource moody =
        new TappedSource(
            TestDatabase.H2.patient(),
            new TappedSource.Tap() {
              @Override
              public void asked() {
                if (broken[0]) {
                  throw new IllegalStateException("s3cret");
                }
              }
            });
    JdbcStores stores = JdbcStores.builder(moody).deadline(TestStores.LONG).build();
    broken[0] = true;

    for (Verb verb : Verb.ALL) {
      StoreUnavailableException refusal = failure(() -> verb.call(stores, Instant.EPOCH));
      assertThat(refusal.operation()).isEqualTo(verb.name());
      assertThat(Told.by(refusal)).doesNotContain("s3cret");
    }
    StoreUnavailableException unmigrated = failure(stores::migrate);
    assertThat(unmigrated.operation()).isEqualTo("jdbc.migrate");
    assertThat(Told.by(unmigrated)).doesNotContain("s3cret");
    StoreUnavailableException unbuilt = failure(() -> JdbcStores.of(moody));
    assertThat(unbuilt.operation()).isEqualTo("jdbc.connect");
    assertThat(Told.by(unbuilt)).doesNotContain("s3cret");
  }

  @Test
  void theCodesOfAFailure_areTold() {
    assertThat(
            Told.by(failure(() -> JdbcStores.of(failing(new SQLException("s3cret", "08001", 17))))))
        .contains("no connection: SQLException 08001 17")
        .doesNotContain("s3cret");
  }

  /** A column dropped, a text too long, a rule of a DBA's that nothing fits. */
  @ParameterizedTest
  @EnumSource
  void whatADatabaseSays_holdsValues_andGoesNoFurther(TestDatabase database) {
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    String schema = database.freshSchema();
    JdbcStores stores =
        JdbcStores.builder(database.patient())
            .schema(schema)
            .deadline(TestStores.LONG)
            .acceptAnyClock(clock)
            .build();
    stores.migrate();
    String tables = schema + ".latchkey_";
    String jti = "jti-" + "x".repeat(600);
    stores.accounts().signIn(ADA);
    stores
        .otp()
        .open(
            Sample.identity(1),
            Sample.challenge(1),
            Sample.live(1, now),
            Optional.empty(),
            Sample.RULES,
            now);
    List<String> secrets =
        List.of(
            "lovelace",
            "example.org",
            jti,
            Sample.identity(1).text(),
            Sample.code(1).text(),
            Sample.session(1).value(),
            "insert",
            "update ");

    StoreUnavailableException tooLong =
        failure(
            () ->
                stores
                    .sessions()
                    .end(Sample.account(1), new EndScope.Token(jti, now.plusSeconds(9)), now));
    assertThat(tooLong.retryable()).isFalse();
    assertThat(Told.by(tooLong)).doesNotContain(secrets);

    database.execute(
        "alter table "
            + tables
            + "barred_emails add constraint "
            + schema
            + "_no check (email = '')");
    StoreUnavailableException broken = failure(() -> stores.accounts().bar(ADA));
    assertThat(broken.retryable()).isFalse();
    assertThat(Told.by(broken)).doesNotContain(secrets);

    database.execute(
        "alter table " + tables + "one_time_codes drop column newest_hash",
        "alter table " + tables + "sessions drop column last_call");
    for (Verb verb : Verb.ALL) {
      if (verb.name().startsWith("otp.") || verb.name().equals("session.start")) {
        StoreUnavailableException dropped = failure(() -> verb.call(stores, now));
        assertThat(dropped).as("%s", verb).returns(false, StoreUnavailableException::retryable);
        assertThat(Told.by(dropped)).doesNotContain(secrets);
      }
    }
  }
}
