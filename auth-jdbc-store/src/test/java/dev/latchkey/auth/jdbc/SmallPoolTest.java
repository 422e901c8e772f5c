package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Tally;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.testkit.Thorough;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two connections, and 64 threads that do everything at once: none waits for a connection while it
 * has one, so that all come to their turn, and what they are told is exact.
 */
final class SmallPoolTest {
  private static final int CONNECTIONS = 2;
  private static final int KINDS = 16;
  private static final int EACH = 4;
  private static final Duration HOUR = Duration.ofHours(1);

  /** Made in memory, by a whole instance. */
  private static final KeyRing RING =
      TestLatchkey.create().stores().keys().read(TestLatchkey.ISSUER).orElseThrow();

  @ParameterizedTest
  @EnumSource
  void sixtyFourThreads_onTwoConnections_areAllAnswered(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace();
        HikariDataSource pool = LiveStores.patientPool(database.url(), CONNECTIONS)) {
      JdbcStores stores = LiveStores.patient(pool, keyspace.schema());
      for (int round = 0; round < Thorough.rounds(2, 200); round++) {
        new Round(stores, round, stores.clock().instant()).play();
      }
    }
  }

  /**
   * One round, on records of its own.
   *
   * @param stores on two connections
   * @param number the number of the round
   * @param now the time of all calls
   */
  private record Round(JdbcStores stores, int number, Instant now) {
    private static final OtpRules STRICT =
        OtpRules.of(LockoutTable.of(failures -> Penalty.lock(HOUR)), 5, 8, Duration.ZERO);

    void play() {
      shared(0).open(stores.otp(), now);
      shared(2).start(stores.sessions(), now);
      shared(3).open(stores.otp(), now);

      Tally<String> told = Race.of(KINDS * EACH).run(i -> act(i % KINDS, i / KINDS));

      assertThat(told.count("signed in")).isEqualTo(1);
      assertThat(told.count("admitted")).isEqualTo(3);
      assertThat(told.count("rotated")).isEqualTo(1);
      for (int failures = 1; failures <= EACH; failures++) {
        assertThat(told.count("wrong, " + failures)).isEqualTo(1);
      }
      assertThat(told.count("admitted together")).isEqualTo(5);
      assertThat(told.count("surges")).isEqualTo(1);
      assertThat(stores.rateLimits().surgeUntil(subject("surge"))).isAfter(now);
      assertThat(told.count("new account")).isEqualTo(1);
      assertThat(told.count("has a ring")).isEqualTo(1);
      assertThat(told.count("displaced 0") + told.count("displaced 1")).isEqualTo(EACH);
      assertThat(told.count("displaced 1")).isEqualTo(EACH - 2);
      assertThat(stores.sessions().list(shared(10).account(), now)).hasSize(2);
      for (String whole : List.of("barred", "opened", "unlocked", "ended", "refunded", "read")) {
        assertThat(told.count(whole)).as(whole).isEqualTo(EACH);
      }
    }

    /** What the threads of a kind race for. */
    private Records shared(int kind) {
      return new Records(number * 1_000 + kind);
    }

    private Records own(int kind, int who) {
      return new Records(number * 1_000 + 100 + kind * EACH + who);
    }

    private Subject subject(String name) {
      return new Subject("small-pool", name + "-" + number);
    }

    private String act(int kind, int who) {
      return switch (kind) {
        case 0 -> guess(who);
        case 1 -> admits(subject("three"), 3) ? "admitted" : "refused";
        case 2 -> rotate(who);
        case 3 -> guessWrong(who);
        case 4 -> together(who);
        case 5 -> together(EACH + who);
        case 6 -> observe();
        case 7 -> signIn();
        case 8 -> bar(who);
        case 9 -> keepRing();
        case 10 -> start(who);
        case 11 -> open(own(kind, who));
        case 12 -> unlock(own(kind, who));
        case 13 -> end(own(kind, who));
        case 14 -> refund(subject("refund-" + who));
        default -> read(own(kind, who));
      };
    }

    private String guess(int who) {
      Guess guess = guess(shared(0), Records.RIGHT, own(0, who));
      return stores.otp().guess(shared(0).identity(), guess, Records.RULES, now)
              instanceof GuessAnswer.Right
          ? "signed in"
          : "not signed in";
    }

    private static Guess guess(Records whose, int code, Records newcomer) {
      return new Guess(
          whose.challenge(),
          CodeForm.SIX_DIGITS,
          Records.code(code),
          Optional.empty(),
          newcomer.device(),
          newcomer.lock());
    }

    private String guessWrong(int who) {
      Guess guess = guess(shared(3), 2, own(3, who));
      return stores.otp().guess(shared(3).identity(), guess, Records.RULES, now)
              instanceof GuessAnswer.Wrong wrong
          ? "wrong, " + wrong.failures()
          : "not compared";
    }

    private boolean admits(Subject subject, int limit) {
      return stores.rateLimits().acquire(subject, List.of(Quota.of(limit, HOUR)), now)
          instanceof Admitted;
    }

    private String rotate(int who) {
      return shared(2).rotate(stores.sessions(), "call-" + who, Duration.ZERO, now)
              instanceof RotateAnswer.Rotated
          ? "rotated"
          : "not rotated";
    }

    private String together(int who) {
      List<Request> requests = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        requests.add(new Request(subject("together-" + i), List.of(Quota.of(5 + i, HOUR))));
      }
      Collections.rotate(requests, who);
      return stores.rateLimits().acquireAll(requests, now).stream()
              .allMatch(Admitted.class::isInstance)
          ? "admitted together"
          : "refused together";
    }

    private String observe() {
      Thresholds thresholds = new Thresholds(HOUR, EACH - 1, 1, HOUR);
      return stores.rateLimits().observe(subject("surge"), thresholds, now).isAfter(now)
          ? "surges"
          : "calm";
    }

    private EmailAddress address(String name) {
      return EmailAddress.parse(name + "-" + number + "@example.com").orElseThrow();
    }

    private String signIn() {
      return stores.accounts().signIn(address("ada")).created() ? "new account" : "known account";
    }

    private String bar(int who) {
      EmailAddress address = address("barred-" + who);
      var account = stores.accounts().signIn(address).account();
      stores.accounts().assignRoles(address, Set.of(new Role("admin")));
      boolean whole =
          stores.accounts().find(account.id()).orElseThrow().roles().size() == 1
              && stores.accounts().admits(address);
      stores.accounts().bar(address);
      boolean barred = !stores.accounts().admits(address);
      stores.accounts().readmit(address);
      return whole && barred && stores.accounts().admits(address) ? "barred" : "not barred";
    }

    private String keepRing() {
      String issuer = "https://small-pool.test/" + number;
      boolean mine = stores.keys().replace(issuer, RING);
      assertThat(stores.keys().read(issuer)).contains(RING);
      return mine ? "has a ring" : "has another's ring";
    }

    private String start(int who) {
      return "displaced "
          + stores.sessions().start(shared(10).account(), own(10, who).session(now), 2, now).size();
    }

    private String open(Records ada) {
      boolean opened = ada.open(stores.otp(), now) instanceof OpenAnswer.Opened;
      LiveCode second = new LiveCode(Records.code(2), now, now.plus(HOUR));
      boolean added =
          stores
                  .otp()
                  .addCode(
                      ada.identity(), ada.challenge(), second, Optional.empty(), Records.RULES, now)
              instanceof OpenAnswer.Opened;
      boolean withdrawn =
          stores.otp().withdraw(ada.identity(), ada.challenge(), Records.code(2), now);
      return opened && added && withdrawn ? "opened" : "not opened";
    }

    private String unlock(Records ada) {
      ada.open(stores.otp(), now);
      stores.otp().guess(ada.identity(), guess(ada, 2, ada), STRICT, now);
      Unlock unlock = new Unlock(Unlock.Kind.LOCK, ada.lock(), Optional.empty(), ada.device());
      boolean unlocked =
          stores.otp().unlock(ada.identity(), unlock, STRICT, now) == UnlockAnswer.REPLACED;
      return unlocked && stores.otp().forgetDevices(ada.identity(), now) == 1
          ? "unlocked"
          : "not unlocked";
    }

    private String end(Records ada) {
      ada.start(stores.sessions(), now);
      boolean live = ada.isLive(stores.sessions(), now);
      stores.sessions().end(ada.account(), new EndScope.Token("jti", now.plus(HOUR)), now);
      boolean ended = !ada.isLive(stores.sessions(), now);
      boolean all = stores.sessions().end(ada.account(), new EndScope.All(), now).size() == 1;
      return live && ended && all ? "ended" : "not ended";
    }

    private String refund(Subject subject) {
      if (stores.rateLimits().acquire(subject, List.of(Quota.of(1, HOUR)), now)
          instanceof Admitted admitted) {
        stores.rateLimits().refund(new Reservation(subject, admitted.stamp()));
      }
      return admits(subject, 1) ? "refunded" : "not refunded";
    }

    /** Reads what others write all the while. */
    private String read(Records ada) {
      var status =
          stores
              .otp()
              .status(ada.identity(), ada.challenge(), Optional.empty(), Records.RULES, now);
      var read = stores.revocations().orElseThrow().read(Position.START);
      return status.lock().isEmpty()
              && !read.restarted()
              && stores.sessions().list(ada.account(), now).isEmpty()
          ? "read"
          : "not read";
    }
  }
}
