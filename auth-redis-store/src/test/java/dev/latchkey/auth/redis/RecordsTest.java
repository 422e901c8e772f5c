package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.StoreUnavailableException;
import io.lettuce.core.ScriptOutputType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long records are kept, how large they get, and what becomes of those that are not ours. */
final class RecordsTest {
  /** Ahead of every real clock, so that the server drops nothing while a test runs. */
  private static final Instant NOW = Instant.parse("2036-01-01T00:00:00.123Z");

  private static final Duration SLACK = Duration.ofMinutes(10);
  private static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, 8, Duration.ofSeconds(30));

  private final TestStores redis = new TestStores();
  private final OtpStore otp = redis.stores().otp();
  private final SessionStore sessions = redis.stores().sessions();
  private final IdentityHash who = IdentityHash.fromBytes(bytes(32, 1)).orElseThrow();
  private final AccountId account = new AccountId("account");
  private final ChallengeId challenge = challenge(1);
  private final String signIn = redis.key("si:" + who.text());
  private final String accountKey = redis.key(Bucket.of(account).sessions(account));

  private long left(String key) {
    return redis.<Long>ask(commands -> commands.pttl(key));
  }

  private boolean isThere(String key) {
    return redis.<Long>ask(commands -> commands.exists(key)) == 1;
  }

  private static void isAbout(long millis, Duration expected) {
    long most = expected.plus(SLACK).toMillis();
    assertThat(millis).isBetween(most - 60_000, most);
  }

  private void open(ChallengeId opened, Instant now) {
    otp.open(who, opened, live(1, now), Optional.empty(), RULES, now);
  }

  private void guessWrong(Instant now) {
    otp.guess(who, guess(challenge, 999, Optional.empty(), device(1), 1), RULES, now);
  }

  private Session session(int number) {
    return new Session(
        SessionId.of(bytes(16, number)),
        device(number),
        1,
        NOW,
        NOW,
        NOW.plus(Duration.ofDays(14)),
        NOW.plus(Duration.ofDays(30)),
        "c".repeat(22),
        Optional.of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        Optional.of("u".repeat(ClientInfo.MAX_USER_AGENT)));
  }

  @Test
  void signIn_isKeptAsLongAsItSaysSomething() {
    open(challenge, NOW);
    isAbout(left(signIn), Duration.ofMinutes(5));

    guessWrong(NOW.plusSeconds(1));
    isAbout(left(signIn), LockoutTable.DEFAULT_MEMORY);
  }

  @Test
  void signIn_thatOnlyLostSomething_isKeptAsLongAsBefore() {
    open(challenge, NOW);
    guessWrong(NOW.plusSeconds(1));
    Instant later = NOW.plus(Duration.ofDays(80));
    assertThat(otp.withdraw(who, challenge, code(1), later)).isTrue();

    isAbout(left(signIn), LockoutTable.DEFAULT_MEMORY);
  }

  @Test
  void signIn_withNothingLeftInIt_goesAtOnce() {
    open(challenge, NOW);
    assertThat(isThere(signIn)).isTrue();

    assertThat(otp.withdraw(who, challenge, code(1), NOW)).isTrue();
    assertThat(isThere(signIn)).isFalse();
  }

  @Test
  void signIn_thatWasOnlyRead_isNotWritten() {
    otp.status(who, challenge, Optional.empty(), RULES, NOW);
    guessWrong(NOW);
    otp.forgetDevices(who, NOW);

    assertThat(isThere(signIn)).isFalse();
  }

  @Test
  void sessions_areKeptUntilTheLastEnds() {
    sessions.start(account, session(1), 50, NOW);
    isAbout(left(accountKey), Duration.ofDays(14));

    sessions.end(account, new EndScope.Token("t", NOW.plus(Duration.ofDays(20))), NOW);
    isAbout(left(accountKey), Duration.ofDays(20));
  }

  @Test
  void sessions_thatAllEnded_goAtOnce() {
    sessions.start(account, session(1), 50, NOW);
    sessions.end(account, new EndScope.All(), NOW);

    assertThat(isThere(accountKey)).isFalse();
  }

  private static CodeHash code(int number) {
    return CodeHash.parse(Base64Url.encode(bytes(32, number))).orElseThrow();
  }

  private static DeviceId device(int number) {
    return new DeviceId(Base64Url.encode(bytes(32, number)));
  }

  private static byte[] bytes(int length, int number) {
    return ByteBuffer.allocate(length).putInt(number).array();
  }

  private static ChallengeId challenge(int number) {
    return new ChallengeId(name(number));
  }

  private static String name(int number) {
    return Base64Url.encode(bytes(16, number));
  }

  private static LiveCode live(int number, Instant now) {
    return new LiveCode(code(number), now, now.plus(Duration.ofMinutes(5)));
  }

  /** With every list full: what the operators' page states for the defaults. */
  @Test
  void signIn_asLargeAsItGets_isBelowItsBound() {
    LockoutTable standard = RULES.lockout();
    Optional<DeviceId> nobody = Optional.empty();
    Instant now = NOW;
    int guesses = 0;
    for (int i = 0; i < 8; i++) {
      // A known device with a lock of its own.
      DeviceId device = device(i);
      Optional<DeviceId> known = Optional.of(device);
      otp.open(who, challenge(i), live(i, now), nobody, RULES, now);
      otp.guess(who, guess(challenge(i), i, nobody, device, guesses++), RULES, now);
      otp.open(who, challenge(100 + i), live(i, now), nobody, RULES, now);
      for (int j = 0; j < 3; j++) {
        now = now.plusSeconds(2);
        otp.guess(who, guess(challenge(100 + i), 999, known, device, guesses++), RULES, now);
      }
    }
    OtpRules patient = patient(standard);
    for (int i = 1; i < standard.ceiling(); i++) {
      ChallengeId fresh = challenge(1_000 + i);
      otp.open(who, fresh, live(i, now), nobody, patient, now);
      otp.guess(who, guess(fresh, 999, nobody, device(i), guesses++), patient, now);
    }
    for (int i = 0; i < RULES.maxOpen() + SignInState.SPARE; i++) {
      ChallengeId fresh = challenge(2_000 + i);
      otp.open(who, fresh, live(0, now), nobody, patient, now);
      for (int resent = 1; resent < Challenge.MAX_KEPT; resent++) {
        otp.addCode(who, fresh, live(resent, now), nobody, patient, now);
      }
    }

    assertThat(redis.<Long>ask(commands -> commands.strlen(signIn))).isBetween(4_400L, 5_000L);
  }

  private static OtpRules patient(LockoutTable table) {
    return OtpRules.of(
        new LockoutTable(
            List.of(Penalty.NONE),
            table.ceiling(),
            table.ceilingWindow(),
            table.ceilingLock(),
            table.memory()),
        5,
        RULES.maxOpen(),
        Duration.ZERO);
  }

  private static Guess guess(
      ChallengeId challenge, int code, Optional<DeviceId> device, DeviceId newcomer, int lock) {
    return new Guess(
        challenge, CodeForm.SIX_DIGITS, code(code), device, newcomer, new LockId(name(lock)));
  }

  @Test
  void sessions_asManyAsThereMayBe_areBelowTheirBound() {
    for (int i = 0; i < SessionPolicy.DEFAULT_MAX_SESSIONS + 5; i++) {
      sessions.start(account, session(i), SessionPolicy.DEFAULT_MAX_SESSIONS, NOW);
    }
    assertThat(redis.<Long>ask(commands -> commands.strlen(accountKey))).isLessThan(22_000);

    for (int i = 0; i < AccountSessions.MAX_ENDED_TOKENS; i++) {
      sessions.end(account, new EndScope.Token(name(i), NOW.plusSeconds(900)), NOW);
    }
    assertThat(redis.<Long>ask(commands -> commands.strlen(accountKey))).isLessThan(56_000);
  }

  /** Another release's, or nobody's: read by none, and above all not written over. */
  @Test
  void records_ofAnUnknownFormat_areRefusedAndKept() {
    String other = "return cmsgpack.pack({2, {}, {}, '', {}})";
    String newer = redis.ask(commands -> commands.eval(other, ScriptOutputType.VALUE));
    String nil = "\u0091";
    for (String value : List.of(newer, nil, "neither", "")) {
      redis.ask(commands -> commands.set(signIn, value));
      redis.ask(commands -> commands.set(accountKey, value));

      assertThatThrownBy(() -> open(challenge, NOW))
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.retryable()).isFalse());
      assertThatThrownBy(() -> sessions.start(account, session(1), 50, NOW))
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.retryable()).isFalse());
      assertThat(redis.<String>ask(commands -> commands.get(signIn))).isEqualTo(value);
      assertThat(redis.<String>ask(commands -> commands.get(accountKey))).isEqualTo(value);
    }
  }
}
