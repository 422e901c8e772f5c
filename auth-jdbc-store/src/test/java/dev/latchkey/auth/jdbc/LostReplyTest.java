package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.CapturedMailbox;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was committed, and whose answer was lost on the way: it is done, and its caller is told no.
 */
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL", "MARIADB"})
final class LostReplyTest {
  private static final Records ADA = new Records(1);
  private static final String ADDRESS = "ada@example.com";
  private static final ClientInfo CLIENT = ClientInfo.of("198.51.100.1");
  private static final Duration WINDOW = Duration.ofSeconds(30);

  /** What stands in a one-statement form and nowhere else, by the table that others lock for it. */
  private static final Map<String, String> ONE_STATEMENT =
      Map.of("lockouts", "with locked", "session_accounts", "generation = generation + 1");

  private final TestDatabase database;

  /**
   * At which statement, if at any; of this thread alone, on which all calls of the far node are.
   */
  private Optional<Predicate<String>> wanted = Optional.empty();

  private FaultyProxy network;
  private HikariDataSource farPool;
  private HikariDataSource nearPool;
  private JdbcStores far;
  private JdbcStores near;

  LostReplyTest(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    Keyspace keyspace = database.freshKeyspace();
    network = LiveStores.network(database);
    farPool = LiveStores.pool(LiveStores.through(network, database), 1);
    nearPool = LiveStores.pool(database.url(), 2);
    far = LiveStores.on(Watched.over(farPool, this::lose), keyspace);
    near = LiveStores.on(nearPool, keyspace);
  }

  @AfterEach
  void stop() {
    network.close();
    farPool.close();
    nearPool.close();
  }

  /** The change that is wanted is made, and nobody hears of it. */
  private void lose(String what) {
    if (wanted.filter(test -> test.test(what)).isEmpty()) {
      return;
    }
    if (what.equals(Watched.COMMIT)) {
      wanted = Optional.empty();
      network.loseReplies();
    } else {
      wanted = Optional.of(Watched.COMMIT::equals);
    }
  }

  /** The statement that signs in or refreshes, or the transaction where there is no such. */
  private Predicate<String> usualCourse(String table) {
    return database == TestDatabase.POSTGRESQL
        ? what -> what.contains(Objects.requireNonNull(ONE_STATEMENT.get(table)))
        : transaction(table);
  }

  private static Predicate<String> transaction(String table) {
    return what -> what.contains(table) && what.startsWith("select") && what.contains("for update");
  }

  private void isToldNo(Predicate<String> change, Runnable call) {
    wanted = Optional.of(change);
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(call::run);
    assertThat(wanted).as("there was an answer to lose").isEmpty();
    network.heal();
    Eventually.within(
        LiveStores.RECOVERY,
        "the network is back",
        () -> far.accounts().find(ADA.account()).isEmpty());
  }

  @Test
  void aRightCode_whoseAnswerWasLost_isSpent() {
    ADA.open(near.otp(), near.clock().instant());
    isToldNo(
        usualCourse("lockouts"), () -> ADA.guess(far.otp(), Records.RIGHT, far.clock().instant()));

    assertThat(ADA.guess(far.otp(), Records.RIGHT, far.clock().instant()))
        .isInstanceOf(GuessAnswer.Expired.class);
  }

  @Test
  void aWrongCode_whoseAnswerWasLost_isCounted() {
    ADA.open(near.otp(), near.clock().instant());
    isToldNo(transaction("lockouts"), () -> ADA.guess(far.otp(), 2, far.clock().instant()));

    assertThat(ADA.guess(far.otp(), 3, far.clock().instant()))
        .isInstanceOfSatisfying(
            GuessAnswer.Wrong.class,
            wrong -> {
              assertThat(wrong.failures()).isEqualTo(2);
              assertThat(wrong.attemptsLeft()).isEqualTo(3);
            });
  }

  @Test
  void aRefresh_whoseAnswerWasLost_canBeTriedAgainWithinTheRetryWindow() {
    ADA.start(near.sessions(), near.clock().instant());
    isToldNo(
        usualCourse("session_accounts"),
        () -> ADA.rotate(far.sessions(), "first", WINDOW, far.clock().instant()));

    assertThat(ADA.rotate(far.sessions(), "second", WINDOW, far.clock().instant()))
        .isInstanceOfSatisfying(
            RotateAnswer.Rotated.class,
            rotated -> {
              assertThat(rotated.again()).isTrue();
              assertThat(rotated.session().generation()).isEqualTo(2);
            });
  }

  /** A whole instance over the far node, whose mails arrive. */
  private Latchkey latchkey(CapturedMailbox mailbox) {
    return TestLatchkey.create(
            builder ->
                builder
                    .stores(far)
                    .clock(far.clock())
                    .codeSender(mailbox)
                    .sessions(SessionPolicy.standard().retryWindow(WINDOW)))
        .latchkey();
  }

  @Test
  void verifyCode_whoseAnswerWasLost_wantsAnotherCode() {
    CapturedMailbox mailbox = CapturedMailbox.create();
    Latchkey latchkey = latchkey(mailbox);
    var sent = (RequestCodeResult.Sent) latchkey.requestCode(ADDRESS, CLIENT);
    String challenge = sent.challenge().revealText();
    String code = mailbox.lastCode(ADDRESS);

    isToldNo(
        usualCourse("lockouts"),
        () -> assertThat(latchkey.verifyCode(challenge, code, CLIENT)).isNull());

    assertThat(latchkey.verifyCode(challenge, code, CLIENT))
        .isInstanceOf(VerifyCodeResult.Expired.class);
  }

  @Test
  void refresh_whoseAnswerWasLost_isGoodForAnotherTry() {
    CapturedMailbox mailbox = CapturedMailbox.create();
    Latchkey latchkey = latchkey(mailbox);
    var sent = (RequestCodeResult.Sent) latchkey.requestCode(ADDRESS, CLIENT);
    var signedIn =
        (VerifyCodeResult.SignedIn)
            latchkey.verifyCode(sent.challenge().revealText(), mailbox.lastCode(ADDRESS), CLIENT);
    String token = signedIn.tokens().refreshToken().revealText();
    ClientInfo device = CLIENT.deviceToken(signedIn.tokens().device().text().revealText());

    isToldNo(
        usualCourse("session_accounts"),
        () -> assertThat(latchkey.refresh(token, device)).isNull());

    assertThat(latchkey.refresh(token, device)).isInstanceOf(RefreshResult.Refreshed.class);
  }
}
