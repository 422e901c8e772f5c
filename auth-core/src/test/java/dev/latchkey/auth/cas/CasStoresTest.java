package dev.latchkey.auth.cas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class CasStoresTest {
  private static final Instant NOW = Instant.parse("2036-01-01T00:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final Subject SUBJECT = new Subject("send.ip", "192.0.2.1");
  private static final List<Quota> ONE = List.of(Quota.of(1, Duration.ofMinutes(5)));
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();

  private final Draw draw = new Draw(1);
  private final MapBackend backend = new MapBackend();
  private final CasStores stores = CasStores.over(backend, CLOCK);

  @Test
  void acquire_thatIsAdmitted_readsOnceAndWritesOnce() {
    RateDecision decision = stores.rateLimits().acquire(SUBJECT, ONE, NOW);

    assertThat(decision).isInstanceOf(RateDecision.Admitted.class);
    assertThat(backend.reads).hasValue(1);
    assertThat(backend.writes).hasValue(1);
  }

  @Test
  void acquire_thatIsRefused_writesNothing() {
    stores.rateLimits().acquire(SUBJECT, ONE, NOW);

    RateDecision decision = stores.rateLimits().acquire(SUBJECT, ONE, NOW);

    assertThat(decision).isInstanceOf(RateDecision.Refused.class);
    assertThat(backend.writes).hasValue(1);
  }

  @Test
  void verbs_thatChangeNothing_makeNoRecord() {
    IdentityHash identity = draw.identity();
    AccountId account = new AccountId("a");
    stores.otp().forgetDevices(identity, NOW);
    stores.otp().withdraw(identity, draw.challenge(), draw.code(), NOW);
    stores.sessions().end(account, new EndScope.All(), NOW);
    stores.accounts().assignRoles(ADA, Set.of(new Role("maker")));
    stores.accounts().readmit(ADA);
    stores.accounts().find(account);

    assertThat(backend.writes).hasValue(0);
  }

  @Test
  void keys_areAKindAndAHash() {
    stores.rateLimits().acquire(SUBJECT, ONE, NOW);
    stores.accounts().signIn(ADA);
    stores.keys().replace("https://issuer.test/../x", draw.ring());

    assertThat(backend.records.keySet())
        .isNotEmpty()
        .allMatch(k -> k.matches("[a-z]+/[0-9a-f]{64}"));
  }

  @Test
  void change_thatLosesARace_isDecidedAnewOnTheNewerRecord() {
    CasStores other = CasStores.over(backend, CLOCK);
    CasStores slow =
        CasStores.over(
            new Wrapped(backend) {
              @Override
              public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
                other.rateLimits().acquire(SUBJECT, ONE, NOW);
                return super.replace(key, version, bytes, expiresAt);
              }
            },
            CLOCK);

    assertThat(slow.rateLimits().acquire(SUBJECT, ONE, NOW))
        .isInstanceOf(RateDecision.Refused.class);
  }

  @Test
  void change_thatLosesEveryRace_givesUpAfterItsAttempts() {
    MapBackend counting = new MapBackend();
    CasStores stubborn =
        CasStores.over(
            new Wrapped(counting) {
              @Override
              public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
                return false;
              }
            },
            CLOCK,
            7,
            Duration.ofSeconds(2));

    assertThatThrownBy(() -> stubborn.rateLimits().acquire(SUBJECT, ONE, NOW))
        .asInstanceOf(InstanceOfAssertFactories.type(StoreUnavailableException.class))
        .returns(true, StoreUnavailableException::retryable)
        .returns("rateLimit.acquire", StoreUnavailableException::operation);
    assertThat(counting.reads).hasValue(7);
  }

  @Test
  void change_pastTheDeadline_isNotTriedAgain() {
    MapBackend counting = new MapBackend();
    Instant[] time = {NOW};
    Clock moving =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return time[0];
          }
        };
    CasStores stubborn =
        CasStores.over(
            new Wrapped(counting) {
              @Override
              public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
                time[0] = time[0].plusMillis(900);
                return false;
              }
            },
            moving);

    assertThatThrownBy(() -> stubborn.rateLimits().acquire(SUBJECT, ONE, NOW))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(counting.reads).hasValue(3);
  }

  @Test
  void verbs_whoseBackendThrows_areUnavailable_andNotTriedAgain() {
    IllegalStateException fault = new IllegalStateException("connection reset");
    Wrapped broken =
        new Wrapped(backend) {
          @Override
          public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
            super.replace(key, version, bytes, expiresAt);
            throw fault;
          }
        };
    CasStores lossy = CasStores.over(broken, CLOCK);

    assertThatThrownBy(() -> lossy.rateLimits().acquire(SUBJECT, ONE, NOW))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCause(fault);
    assertThat(backend.writes).hasValue(1);
    assertThat(stores.rateLimits().acquire(SUBJECT, ONE, NOW))
        .as("what was written before the answer was lost counts")
        .isInstanceOf(RateDecision.Refused.class);
  }

  @Test
  void verbs_overARecordOfALaterRelease_areUnavailableForGood_andLeaveItAlone() {
    stores.rateLimits().acquire(SUBJECT, ONE, NOW);
    backend.records.replaceAll(
        (key, kept) -> {
          byte[] later = kept.bytes().clone();
          later[0]++;
          return new CasBackend.Versioned(kept.version(), later);
        });
    var before = backend.versions();

    assertThatThrownBy(() -> stores.rateLimits().acquire(SUBJECT, ONE, NOW))
        .asInstanceOf(InstanceOfAssertFactories.type(StoreUnavailableException.class))
        .returns(false, StoreUnavailableException::retryable)
        .extracting(Throwable::getCause)
        .isInstanceOf(UnreadableRecordException.class);
    assertThat(backend.versions()).isEqualTo(before);
  }

  @Test
  void misuse_isToldAsMisuse() {
    assertThatThrownBy(() -> stores.rateLimits().acquire(SUBJECT, List.of(), NOW))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CasStores.over(backend, CLOCK, 0, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> CasStores.over(backend, CLOCK, 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CasBackend.Versioned(0, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void records_areKeptUntilTheySayNothing() {
    stores.rateLimits().acquire(SUBJECT, ONE, NOW);

    assertThat(backend.ends.values()).containsExactly(NOW.plus(Duration.ofMinutes(5)));
  }

  @Test
  void ringAndAccounts_areKeptForEver() {
    stores.accounts().signIn(ADA);
    stores.keys().replace("https://issuer.test", draw.ring());

    assertThat(backend.ends.values()).containsOnly(CasBackend.NEVER);
  }

  @Test
  void withdraw_byAVerbThatKnowsNoRules_keepsTheRecordAsLongAsBefore() {
    LockoutTable table = LockoutTable.of(LockoutPolicy.standard());
    LockoutTable patient =
        new LockoutTable(
            table.penalties(),
            table.ceiling(),
            table.ceilingWindow(),
            table.ceilingLock(),
            Duration.ofDays(390));
    OtpRules rules = OtpRules.of(patient, 5, 8, Duration.ofSeconds(30));
    IdentityHash identity = draw.identity();
    var challenge = draw.challenge();
    LiveCode code = new LiveCode(draw.code(), NOW, NOW.plusSeconds(300));
    stores.otp().open(identity, challenge, code, Optional.empty(), rules, NOW);
    var guess =
        new Guess(
            challenge,
            CodeForm.SIX_DIGITS,
            CodeHash.parse("A".repeat(43)).orElseThrow(),
            Optional.empty(),
            draw.device(),
            draw.lock());
    stores.otp().guess(identity, guess, rules, NOW);

    assertThat(stores.otp().withdraw(identity, challenge, code.hash(), NOW)).isTrue();

    assertThat(backend.ends.values()).containsExactly(NOW.plus(Duration.ofDays(390)));
  }

  @Test
  void signIn_thatLosesTheRaceForAnAddress_leavesNothingThatIsFound() {
    CasStores other = CasStores.over(backend, CLOCK);
    AccountId[] pointed = new AccountId[1];
    CasStores slow =
        CasStores.over(
            new Wrapped(backend) {
              @Override
              public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
                if (pointed[0] == null && key.startsWith("account/")) {
                  pointed[0] = other.accounts().signIn(ADA).account().id();
                }
                return super.replace(key, version, bytes, expiresAt);
              }
            },
            CLOCK);

    var made = slow.accounts().signIn(ADA);

    assertThat(made.created()).isFalse();
    assertThat(made.account().id()).isEqualTo(pointed[0]);
    assertThat(slow.accounts().find(made.account().id())).hasValue(made.account());
    assertThat(backend.records.keySet().stream().filter(key -> key.startsWith("owner/")))
        .hasSize(2);
  }

  @Test
  void accounts_keepRolesAndBars() {
    AccountId id = stores.accounts().signIn(ADA).account().id();
    stores.accounts().assignRoles(ADA, Set.of(new Role("maker"), new Role("viewer")));
    assertThat(stores.accounts().find(id).orElseThrow().roles())
        .containsExactly(new Role("maker"), new Role("viewer"));

    stores.accounts().bar(ADA);
    assertThat(stores.accounts().find(id)).isEmpty();
    assertThat(stores.accounts().admits(ADA)).isFalse();

    stores.accounts().readmit(ADA);
    assertThat(stores.accounts().find(id)).isPresent();
  }

  /** A backend that passes everything on. */
  private static class Wrapped implements CasBackend {
    private final CasBackend inner;

    Wrapped(CasBackend inner) {
      this.inner = inner;
    }

    @Override
    public Optional<Versioned> read(String key) {
      return inner.read(key);
    }

    @Override
    public boolean replace(String key, long version, byte[] bytes, Instant expiresAt) {
      return inner.replace(key, version, bytes, expiresAt);
    }
  }
}
