package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.IssueResult.Issued;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the issuer asks of its store, and what it makes of a store that breaks its word. */
final class StoreOtpIssuerCallsTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final SecretBytes IDENTITY_KEY = SecretBytes.copyOf(new byte[32]);
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();
  private static final EmailAddress BOB = EmailAddress.parse("bob@example.com").orElseThrow();
  private static final Optional<String> FIRST_TIME = Optional.empty();
  private static final Optional<DeviceId> STRANGER = Optional.empty();

  private final AskedStore store = new AskedStore();
  private final OtpIssuer issuer =
      OtpIssuer.over(
          store,
          new TestKeys(1, 1),
          address -> IdentityHash.of(IDENTITY_KEY, address),
          address -> true,
          () -> false,
          OtpPolicy.standard(),
          Clock.fixed(NOW, ZoneOffset.UTC),
          SecureBytes.system());

  /** Remembers which challenges it was asked about, and can answer an opening as it may not. */
  private static final class AskedStore implements OtpStore {
    private final OtpStore store = InMemoryStores.create().otp();
    private final List<ChallengeId> asked = new ArrayList<>();
    private Optional<OpenAnswer> broken = Optional.empty();

    @Override
    public OtpStanding status(
        IdentityHash identity,
        ChallengeId challenge,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      asked.add(challenge);
      return store.status(identity, challenge, device, rules, now);
    }

    @Override
    public OpenAnswer open(
        IdentityHash identity,
        ChallengeId challenge,
        LiveCode code,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      return broken.orElseGet(() -> store.open(identity, challenge, code, device, rules, now));
    }

    @Override
    public OpenAnswer addCode(
        IdentityHash identity,
        ChallengeId challenge,
        LiveCode code,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      asked.add(challenge);
      return store.addCode(identity, challenge, code, device, rules, now);
    }

    @Override
    public boolean withdraw(
        IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
      return store.withdraw(identity, challenge, code, now);
    }

    @Override
    public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
      return store.guess(identity, guess, rules, now);
    }

    @Override
    public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
      return store.unlock(identity, unlock, rules, now);
    }

    @Override
    public int forgetDevices(IdentityHash identity, Instant now) {
      return store.forgetDevices(identity, now);
    }
  }

  private Issued issue(EmailAddress address, Optional<String> resend) {
    return (Issued) issuer.issue(address, resend, STRANGER);
  }

  private ChallengeHandle read(Issued issued) {
    return issuer.read(issued.handle().revealText()).orElseThrow();
  }

  private GuessResult guess(Issued issued, OneTimeCode code) {
    return issuer.guess(read(issued), code, STRANGER, new DeviceId("A".repeat(42) + "E"));
  }

  @Test
  void check_withoutAResend_asksAboutAChallengeOfItsOwnEachTime() {
    issuer.check(ADA, FIRST_TIME, STRANGER);
    issuer.check(ADA, FIRST_TIME, STRANGER);

    assertThat(store.asked).hasSize(2).doesNotContainNull().doesNotHaveDuplicates();
  }

  @Test
  void aHandleOfAnotherAddress_isNeverNamedToTheStore() {
    Issued foreign = issue(BOB, FIRST_TIME);
    Optional<String> resend = Optional.of(foreign.handle().revealText());

    issuer.check(ADA, resend, STRANGER);
    issue(ADA, resend);

    assertThat(store.asked).hasSize(1).doesNotContain(read(foreign).challenge());
  }

  @Test
  void issue_overAStoreThatAnswersAsOnlyAddCodeMay_saysSo() {
    store.broken = Optional.of(new OpenAnswer.Gone());

    assertThatIllegalStateException()
        .isThrownBy(() -> issue(ADA, FIRST_TIME))
        .withMessage("open answered as only addCode may");
  }

  @Test
  void withdraw_endsTheChallengeOfACodeThatNobodyWasSent_andNoOther() {
    Issued sent = issue(ADA, FIRST_TIME);
    Issued lost = issue(ADA, FIRST_TIME);

    issuer.withdraw(ADA, lost);
    issuer.withdraw(ADA, lost);

    assertThat(guess(lost, lost.code())).isEqualTo(new GuessResult.Expired());
    assertThat(guess(sent, sent.code())).isEqualTo(new GuessResult.Right());
  }
}
