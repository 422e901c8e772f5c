package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TextsTest {
  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\\",
          "\\\\",
          "\\0000",
          "\\u0000",
          "\\005c",
          "C:\\0041\\path",
          "\ud83d\ude80",
          "\ud83d",
          "\ude80",
          "\ude80\ud83d",
          "\ud83d\\",
          "\ud83d\u0000\ude80",
          "$1\\$0",
          "e\u0301 \u00e9",
          "trailing  ",
          "'; drop table users; --",
          ":name ${tables} <list> ?");

  @Test
  void whatADatabaseTakes_isKeptAsItIs() {
    for (String text :
        List.of("", "Firefox – café \ud83d\ude80", "a'b\"c", "\u0001\n\t", "\uffff")) {
      assertThat(Texts.kept(text)).isEqualTo(text);
    }
  }

  @Test
  void whatItDoesNotTake_isWrittenOut() {
    assertThat(Texts.kept("a\u0000b\\c\ud83dd")).isEqualTo("a\\0000b\\005cc\\d83dd");
  }

  @Test
  void everyText_comesBack() {
    for (String text : ODD) {
      assertThat(Texts.told(Texts.kept(text))).isEqualTo(text);
    }
    SplittableRandom random = new SplittableRandom(20_261_130);
    char[] alphabet = {'\\', '0', '5', 'c', 'd', '8', '\u0000', '\ud83d', '\ude80', 'x', '$'};
    for (int i = 0; i < 5_000; i++) {
      char[] text = new char[random.nextInt(12)];
      for (int at = 0; at < text.length; at++) {
        text[at] = alphabet[random.nextInt(alphabet.length)];
      }
      String any = new String(text);
      assertThat(Texts.told(Texts.kept(any))).isEqualTo(any);
    }
  }

  @Test
  void whatNoReleaseWrites_isToldAsItIs() {
    for (String column : List.of("\\", "\\00", "\\D83D", "\\zzzz", "\\u0041")) {
      assertThat(Texts.told(column)).isEqualTo(column);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oddTexts_comeBackFromEveryDatabase(TestDatabase database) {
    comeBack(TestStores.timeless(database, MutableClock.create()));
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void oddTexts_comeBack_whateverTheSessionMeansByQuotes(TestDatabase database) {
    String modes =
        database == TestDatabase.MARIADB
            ? "set sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT'"
            : "set standard_conforming_strings = off";
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = OwnPool.told(database, modes)) {
      comeBack(TestStores.on(keyspace, pool).acceptAnyClock(MutableClock.create()).build());
    }
  }

  private static void comeBack(JdbcStores stores) {
    Instant now = MutableClock.START;
    for (int i = 0; i < ODD.size(); i++) {
      Session odd = with(Sample.fresh(i, now), ODD.get(i));
      stores.sessions().start(Sample.account(1), odd, ODD.size(), now);
      Instant until = now.plusSeconds(i + 1);
      stores.sessions().end(Sample.account(1), new EndScope.Token(ODD.get(i), until), now);

      assertThat(stores.sessions().list(Sample.account(1), now)).contains(odd);
      assertThat(stores.sessions().isLive(Sample.account(1), odd.id(), ODD.get(i), now)).isFalse();
      assertThat(stores.revocations().orElseThrow().read(Position.START).ended())
          .contains(new Ended.Token(ODD.get(i), until));
    }
    assertThat(stores.sessions().isLive(Sample.account(1), Sample.session(1), "a", now)).isTrue();
  }

  /** MariaDB cuts what is too long, if its session is not strict, and tells nobody. */
  @ParameterizedTest
  @EnumSource
  void aTextThatIsTooLong_isRefused_andNeverCut(TestDatabase database) {
    MutableClock clock = MutableClock.create();
    Instant now = clock.instant();
    String lax = database == TestDatabase.MARIADB ? "set sql_mode = ''" : "select 1";
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = OwnPool.told(database, lax)) {
      JdbcStores stores = TestStores.on(keyspace, pool).acceptAnyClock(clock).build();
      stores.sessions().start(Sample.account(1), Sample.fresh(1, now), 5, now);
      for (String longest :
          List.of("x".repeat(512), "\ud83d\ude80".repeat(256), "\\".repeat(102))) {
        String longer = longest + "\\";
        assertThat(ended(stores, longest, now)).isTrue();
        assertThat(failure(() -> end(stores, longer.repeat(2), now)).retryable()).isFalse();
        assertThat(
                stores
                    .sessions()
                    .isLive(Sample.account(1), Sample.session(1), longer.repeat(2), now))
            .isTrue();
      }
      Session odd = with(Sample.fresh(2, now), "x".repeat(2_049));
      assertThat(failure(() -> stores.sessions().start(Sample.account(2), odd, 5, now)).retryable())
          .isFalse();
      assertThat(stores.sessions().list(Sample.account(2), now)).isEmpty();
    }
  }

  private static boolean ended(JdbcStores stores, String token, Instant now) {
    end(stores, token, now);
    return !stores.sessions().isLive(Sample.account(1), Sample.session(1), token, now);
  }

  private static void end(JdbcStores stores, String token, Instant now) {
    stores.sessions().end(Sample.account(1), new EndScope.Token(token, now.plusSeconds(300)), now);
  }

  private static Session with(Session session, String text) {
    return new Session(
        session.id(),
        session.device(),
        session.generation(),
        session.createdAt(),
        session.lastUsedAt(),
        session.idleUntil(),
        session.expiresAt(),
        text,
        session.ip(),
        Optional.of(text));
  }
}
