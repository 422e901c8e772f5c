package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.IssueResult.Issued;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StoreOtpIssuerTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final SecretBytes IDENTITY_KEY = SecretBytes.copyOf(new byte[32]);
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();
  private static final EmailAddress BOB = EmailAddress.parse("bob@example.com").orElseThrow();
  private static final Duration LOCK = Duration.ofMinutes(5);
  private static final Optional<DeviceId> STRANGER = Optional.empty();
  private static final DeviceId OTHER = new DeviceId("A".repeat(42) + "E");
  private static final DeviceId NEWCOMER = new DeviceId(Base64Url.encode(new byte[32]));

  private final OtpStore store = InMemoryStores.create().otp();
  private final Set<EmailAddress> barred = new HashSet<>();
  private boolean underAttack;

  private OtpIssuer at(Instant now, TestKeys keys) {
    return OtpIssuer.over(
        store,
        keys,
        address -> IdentityHash.of(IDENTITY_KEY, address),
        address -> !barred.contains(address),
        () -> underAttack,
        OtpPolicy.standard(),
        Clock.fixed(now, ZoneOffset.UTC),
        SecureBytes.system());
  }

  private OtpIssuer at(Instant now) {
    return at(now, new TestKeys(1, 1));
  }

  private Issued issue(Instant now) {
    return (Issued) at(now).issue(ADA, Optional.empty(), STRANGER);
  }

  private Optional<IssueResult> refusal(
      EmailAddress address, Optional<String> resend, Instant now) {
    return at(now).check(address, resend, STRANGER).refusal();
  }

  private static ChallengeHandle read(OtpIssuer issuer, Issued issued) {
    return issuer.read(issued.handle().revealText()).orElseThrow();
  }

  private GuessResult guess(Issued issued, OneTimeCode code, Instant now) {
    OtpIssuer issuer = at(now);
    return issuer.guess(read(issuer, issued), code, STRANGER, NEWCOMER);
  }

  private static OneTimeCode otherThan(OneTimeCode code) {
    String text = code.revealCode();
    String other = (text.charAt(0) == '9' ? "0" : "9") + text.substring(1);
    return OneTimeCode.parse(other).orElseThrow();
  }

  @Test
  void issue_thenTheRightCode_isRightOnce() {
    Issued issued = issue(NOW);

    assertThat(issued.expiresIn()).isEqualTo(Duration.ofMinutes(5));
    assertThat(issued.resendIn()).isEqualTo(Duration.ofSeconds(30));
    assertThat(issued.resent()).isFalse();
    assertThat(guess(issued, issued.code(), NOW)).isEqualTo(new GuessResult.Right());
    assertThat(guess(issued, issued.code(), NOW)).isEqualTo(new GuessResult.Expired());
  }

  @Test
  void read_atTheEndOfTheCode_isEmpty() {
    Issued issued = issue(NOW);
    Instant end = NOW.plus(Duration.ofMinutes(5));

    assertThat(at(end.minusMillis(1)).read(issued.handle().revealText())).isPresent();
    assertThat(at(end).read(issued.handle().revealText())).isEmpty();
    assertThat(at(NOW).read("no handle")).isEmpty();
  }

  @Test
  void issue_asAResend_addsToTheChallenge_andBothHandlesServeBothCodes() {
    Issued first = issue(NOW);
    Instant later = NOW.plusSeconds(30);
    Issued second =
        (Issued) at(later).issue(ADA, Optional.of(first.handle().revealText()), STRANGER);

    assertThat(second.resent()).isTrue();
    assertThat(second.handle()).isNotEqualTo(first.handle());
    assertThat(guess(first, otherThan(second.code()), later)).isInstanceOf(GuessResult.Wrong.class);
    assertThat(guess(first, second.code(), later)).isEqualTo(new GuessResult.Right());
    assertThat(guess(second, first.code(), later)).isEqualTo(new GuessResult.Expired());
  }

  @Test
  void issue_asAResendTooEarly_isRefused_asRefusalSaidBefore() {
    Issued first = issue(NOW);
    Optional<String> resend = Optional.of(first.handle().revealText());
    Instant early = NOW.plusSeconds(30).minusMillis(1);
    IssueResult tooEarly = new IssueResult.TooEarly(Duration.ofMillis(1));

    assertThat(refusal(ADA, resend, early)).hasValue(tooEarly);
    assertThat(at(early).issue(ADA, resend, STRANGER)).isEqualTo(tooEarly);
    assertThat(refusal(ADA, Optional.empty(), early)).isEmpty();
    assertThat(refusal(ADA, resend, NOW.plusSeconds(30))).isEmpty();
  }

  @Test
  void issue_asAResendOfADeadForeignOrUnreadableHandle_opensAnother() {
    Issued first = issue(NOW);
    guess(first, first.code(), NOW);
    Issued foreign = (Issued) at(NOW).issue(BOB, Optional.empty(), STRANGER);

    for (String handle :
        new String[] {
          first.handle().revealText(), foreign.handle().revealText(), "unreadable", ""
        }) {
      assertThat(refusal(ADA, Optional.of(handle), NOW)).isEmpty();
      Issued again = (Issued) at(NOW).issue(ADA, Optional.of(handle), STRANGER);
      assertThat(again.resent()).isFalse();
      assertThat(guess(again, again.code(), NOW)).isEqualTo(new GuessResult.Right());
    }
    assertThat(guess(foreign, foreign.code(), NOW)).isEqualTo(new GuessResult.Right());
  }

  @Test
  void guess_wrongThreeTimes_locks_andTheLockIsTold() {
    Issued issued = issue(NOW);
    OneTimeCode wrong = otherThan(issued.code());
    guess(issued, wrong, NOW);
    assertThat(guess(issued, wrong, NOW))
        .isEqualTo(
            new GuessResult.Wrong(2, 1, Penalty.delay(Duration.ofSeconds(2)), Optional.empty()));
    assertThat(guess(issued, issued.code(), NOW))
        .isEqualTo(new GuessResult.Held(Penalty.Kind.DELAY, Duration.ofSeconds(2)));
    Instant third = NOW.plusSeconds(2);
    GuessResult.Wrong locking = (GuessResult.Wrong) guess(issued, wrong, third);
    assertThat(locking.failures()).isEqualTo(3);
    assertThat(locking.attemptsLeft()).isZero();
    assertThat(locking.penalty()).isEqualTo(Penalty.lock(LOCK));
    assertThat(locking.unlock().map(UnlockOffer::validFor)).hasValue(LOCK);

    assertThat(guess(issued, issued.code(), third))
        .isEqualTo(new GuessResult.Held(Penalty.Kind.LOCK, LOCK));
    IssueResult issue = at(third).issue(ADA, Optional.empty(), STRANGER);
    for (Optional<IssueResult> refused :
        List.of(refusal(ADA, Optional.empty(), third), Optional.of(issue))) {
      assertThat(refused)
          .hasValueSatisfying(
              locked -> {
                assertThat(((IssueResult.Locked) locked).retryAfter()).isEqualTo(LOCK);
                assertThat(((IssueResult.Locked) locked).unlock().token())
                    .isEqualTo(locking.unlock().orElseThrow().token());
              });
    }
    assertThat(refusal(BOB, Optional.empty(), third)).isEmpty();
  }

  @Test
  void guess_ofABarredAddress_isWrongWithTheRightCode() {
    Issued issued = issue(NOW);
    barred.add(ADA);

    assertThat(guess(issued, issued.code(), NOW))
        .isEqualTo(new GuessResult.Wrong(1, 2, Penalty.NONE, Optional.empty()));
  }

  @Test
  void guess_afterTheRootWasRotated_isRight_andAResendStaysUnderTheOldRoot() {
    Issued first = issue(NOW);
    OtpIssuer rotated = at(NOW.plusSeconds(30), new TestKeys(1, 2));
    Issued second = (Issued) rotated.issue(ADA, Optional.of(first.handle().revealText()), STRANGER);

    assertThat(second.resent()).isTrue();
    assertThat(rotated.guess(read(rotated, second), first.code(), STRANGER, NEWCOMER))
        .isEqualTo(new GuessResult.Right());
  }

  @Test
  void guess_afterTheRootWasDropped_isNoGuess() {
    Issued issued = issue(NOW);
    OtpIssuer dropped = at(NOW, new TestKeys(2, 2));

    assertThat(dropped.read(issued.handle().revealText())).isEmpty();
    assertThat(dropped.guess(read(at(NOW), issued), issued.code(), STRANGER, NEWCOMER))
        .isInstanceOf(GuessResult.Wrong.class);
  }

  @Test
  void issue_duringAnAttack_isLong_andAShortCodeTakesOneGuess() {
    Issued shortCode = issue(NOW);
    underAttack = true;
    Issued longCode = issue(NOW);

    assertThat(shortCode.code().form()).isEqualTo(CodeForm.SIX_DIGITS);
    assertThat(longCode.code().form()).isEqualTo(CodeForm.EIGHT_BASE32);
    assertThat(read(at(NOW), longCode).form()).isEqualTo(CodeForm.EIGHT_BASE32);
    assertThat(guess(shortCode, otherThan(shortCode.code()), NOW))
        .isEqualTo(new GuessResult.Wrong(1, 0, Penalty.NONE, Optional.empty()));
    assertThat(guess(shortCode, shortCode.code(), NOW)).isEqualTo(new GuessResult.Expired());
    assertThat(guess(longCode, longCode.code(), NOW)).isEqualTo(new GuessResult.Right());
  }

  @Test
  void unlock_byTheTokenOfTheLock_makesTheNewcomerKnown() {
    UnlockOffer offer = lock();
    OtpIssuer issuer = at(NOW.plusSeconds(3));
    UnlockToken token = issuer.readUnlock(offer.token().revealText()).orElseThrow();

    assertThat(token.identity()).isEqualTo(IdentityHash.of(IDENTITY_KEY, ADA));
    assertThat(issuer.unlock(token, STRANGER, NEWCOMER)).isEqualTo(UnlockAnswer.REPLACED);
    assertThat(issuer.unlock(token, Optional.of(NEWCOMER), OTHER)).isEqualTo(UnlockAnswer.KEPT);
    assertThat(issuer.check(ADA, Optional.empty(), Optional.of(NEWCOMER)).refusal()).isEmpty();
    assertThat(issuer.check(ADA, Optional.empty(), Optional.of(NEWCOMER)).lane()).isPresent();

    issuer.forgetDevices(ADA);
    assertThat(issuer.check(ADA, Optional.empty(), Optional.of(NEWCOMER)).refusal()).isPresent();
  }

  @Test
  void readUnlock_pastTheLock_isEmpty() {
    String token = lock().token().revealText();
    Instant end = NOW.plusSeconds(2).plus(LOCK);

    assertThat(at(end.minusMillis(1)).readUnlock(token)).isPresent();
    assertThat(at(end).readUnlock(token)).isEmpty();
    assertThat(at(NOW).readUnlock("no token")).isEmpty();
  }

  @Test
  void offer_forAUsedUpBudget_isGoodForADay_andNeedsNoLock() {
    UnlockOffer offer = at(NOW).offer(ADA);
    Instant end = NOW.plus(OtpPolicy.BUDGET_UNLOCK);
    OtpIssuer last = at(end.minusMillis(1));
    UnlockToken token = last.readUnlock(offer.token().revealText()).orElseThrow();

    assertThat(offer.validFor()).isEqualTo(OtpPolicy.BUDGET_UNLOCK);
    assertThat(last.unlock(token, STRANGER, NEWCOMER)).isEqualTo(UnlockAnswer.REPLACED);
    assertThat(at(end).readUnlock(offer.token().revealText())).isEmpty();
    assertThat(at(NOW).offer(ADA).token()).as("a grant of its own").isNotEqualTo(offer.token());
  }

  /** Locks the strangers at two seconds after the start. */
  private UnlockOffer lock() {
    Issued issued = issue(NOW);
    OneTimeCode wrong = otherThan(issued.code());
    guess(issued, wrong, NOW);
    guess(issued, wrong, NOW);
    return ((GuessResult.Wrong) guess(issued, wrong, NOW.plusSeconds(2))).unlock().orElseThrow();
  }

  @Test
  void results_showNoCode() {
    Issued issued = issue(NOW);

    assertThat(issued.toString())
        .doesNotContain(issued.code().revealCode())
        .doesNotContain(issued.handle().revealText());
  }
}
