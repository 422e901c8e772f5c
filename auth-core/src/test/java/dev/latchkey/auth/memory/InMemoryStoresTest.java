package dev.latchkey.auth.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InMemoryStoresTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final List<Quota> THREE = List.of(Quota.of(3, Duration.ofMinutes(5)));
  private static final Subject ADA = new Subject("send", "ada");
  private static final Subject BOB = new Subject("send", "bob");

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }

  private static IdentityHash identity(SecureBytes random) {
    return IdentityHash.fromBytes(random.next(IdentityHash.BYTES)).orElseThrow();
  }

  @Test
  void clock_isTheOneThatWasGiven() {
    assertThat(InMemoryStores.create(CLOCK).clock()).isSameAs(CLOCK);
    assertThat(InMemoryStores.create().clock().getZone()).isEqualTo(ZoneOffset.UTC);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryStores.create(CLOCK, 0))
        .withMessage("capacity must be 1 or more, got 0");
  }

  @Test
  void fullRateLimits_refuseNewSubjects_andLimitKnownOnes() {
    RateLimitStore store = InMemoryStores.create(CLOCK, 1).rateLimits();
    store.acquire(ADA, THREE, NOW);

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> store.acquire(BOB, THREE, NOW))
        .satisfies(refused -> assertThat(refused.operation()).isEqualTo("rateLimit.acquire"));
    assertThat(store.acquire(ADA, THREE, NOW)).isInstanceOf(RateDecision.Admitted.class);
    assertThat(store.acquire(ADA, THREE, NOW)).isInstanceOf(RateDecision.Admitted.class);
    assertThat(store.acquire(ADA, THREE, NOW)).isInstanceOf(RateDecision.Refused.class);
  }

  @Test
  void fullRateLimits_thatRefuseOneOfSeveral_recordNone() {
    RateLimitStore store = InMemoryStores.create(CLOCK, 1).rateLimits();
    store.acquire(ADA, THREE, NOW);

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(
            () -> store.acquireAll(List.of(new Request(ADA, THREE), new Request(BOB, THREE)), NOW));
    assertThat(store.acquire(ADA, THREE, NOW).standing().remaining()).isOne();
  }

  @Test
  void fullRateLimits_takeNewSubjects_whenOldOnesHaveExpired() {
    RateLimitStore store = InMemoryStores.create(CLOCK, 1).rateLimits();
    store.acquire(ADA, THREE, NOW);
    Instant end = NOW.plus(Duration.ofMinutes(5));

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> store.acquire(BOB, THREE, end.minusMillis(1)));
    assertThat(store.acquire(BOB, THREE, end)).isInstanceOf(RateDecision.Admitted.class);
  }

  @Test
  void fullRateLimits_ofOneAction_leaveRoomForTheOthers() {
    RateLimitStore store = InMemoryStores.create(CLOCK, 1).rateLimits();
    store.acquire(ADA, THREE, NOW);

    Subject known = new Subject("send.device", "ada/phone");
    assertThat(store.acquire(known, THREE, NOW)).isInstanceOf(RateDecision.Admitted.class);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> store.acquire(BOB, THREE, NOW));
  }

  /** What a rule of the host keeps for a year is kept for a year, whatever is taken back. */
  @Test
  void withdraw_shortensNoMemory() {
    OtpStore store = InMemoryStores.create(CLOCK, 1).otp();
    Duration year = Duration.ofDays(365);
    Duration month = Duration.ofDays(30);
    LockoutTable table =
        new LockoutTable(List.of(Penalty.NONE), 100, month, month.multipliedBy(2), year);
    OtpRules rules = OtpRules.of(table, 5, 8, Duration.ofSeconds(30));
    SecureBytes random = SecureBytes.system();
    IdentityHash ada = identity(random);
    ChallengeId challenge = new ChallengeId("A".repeat(22));
    CodeHash code = CodeHash.parse("A".repeat(43)).orElseThrow();
    LiveCode live = new LiveCode(code, NOW, NOW.plusSeconds(300));
    store.open(ada, challenge, live, Optional.empty(), rules, NOW);
    Guess wrong =
        new Guess(
            challenge,
            CodeForm.SIX_DIGITS,
            CodeHash.parse("E".repeat(43)).orElseThrow(),
            Optional.empty(),
            new DeviceId("A".repeat(DeviceId.LENGTH)),
            LockId.random(random));
    assertThat(store.guess(ada, wrong, rules, NOW)).isInstanceOf(GuessAnswer.Wrong.class);

    assertThat(store.withdraw(ada, challenge, code, NOW)).isTrue();

    Instant late = NOW.plus(year).minusMillis(1);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .as("the record of ada is still there, so that there is no room")
        .isThrownBy(
            () -> store.open(identity(random), challenge, live, Optional.empty(), rules, late));
  }

  @Test
  void ending_whatIsNotThere_needsNoRoom() {
    InMemoryStores stores = InMemoryStores.create(CLOCK, 1);

    assertThat(
            stores
                .sessions()
                .end(
                    new AccountId("nobody"),
                    new EndScope.One(SessionId.of(new byte[SessionId.BYTES])),
                    NOW))
        .isEmpty();
  }

  @Test
  void fullAccounts_refuseNewAddresses_andKnowOldOnes() {
    InMemoryAccounts accounts = InMemoryStores.create(CLOCK, 1).accounts();
    Account ada = accounts.signIn(address("ada@example.com")).account();

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> accounts.signIn(address("bob@example.com")))
        .satisfies(refused -> assertThat(refused.operation()).isEqualTo("account.signIn"));
    assertThat(accounts.signIn(address("Ada@example.com")).account()).isEqualTo(ada);
  }

  @Test
  void assignRoles_givesThemFromTheNextLookOn() {
    InMemoryAccounts accounts = InMemoryStores.create(CLOCK).accounts();
    Account ada = accounts.signIn(address("ada@example.com")).account();

    accounts.assignRoles(address("ada@example.com"), Set.of(new Role("maker")));
    accounts.assignRoles(address("nobody@example.com"), Set.of(new Role("maker")));

    assertThat(accounts.find(ada.id()).orElseThrow().roles()).containsExactly(new Role("maker"));
    assertThat(accounts.signIn(address("ada@example.com")).account().roles())
        .containsExactly(new Role("maker"));
    assertThat(accounts.signIn(address("nobody@example.com")).created()).isTrue();
  }

  @Test
  void bar_andReadmit_endAndGiveBackTheAccount() {
    InMemoryAccounts accounts = InMemoryStores.create(CLOCK).accounts();
    Account ada = accounts.signIn(address("ada@example.com")).account();

    accounts.bar(address("ADA@example.com"));
    assertThat(accounts.find(ada.id())).isEmpty();
    assertThat(accounts.admits(address("ada@example.com"))).isFalse();

    accounts.readmit(address("ada@example.com"));
    assertThat(accounts.find(ada.id())).hasValue(ada);
    assertThat(accounts.admits(address("ada@example.com"))).isTrue();
  }
}
