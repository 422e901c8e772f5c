package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
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
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StoreOtpIssuerTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final SecretBytes IDENTITY_KEY = SecretBytes.copyOf(new byte[32]);
  private static final EmailAddress ADA = EmailAddress.parse("ada@example.com").orElseThrow();
  private static final EmailAddress BOB = EmailAddress.parse("bob@example.com").orElseThrow();
  private static final Duration LOCK = Duration.ofMinutes(5);

  private final OtpStore store = InMemoryStores.create().otp();
  private final Set<EmailAddress> barred = new HashSet<>();

  private OtpIssuer at(Instant now, TestKeys keys) {
    return OtpIssuer.over(
        store,
        keys,
        address -> IdentityHash.of(IDENTITY_KEY, address),
        address -> !barred.contains(address),
        OtpPolicy.standard(),
        Clock.fixed(now, ZoneOffset.UTC),
        SecureBytes.system());
  }

  private OtpIssuer at(Instant now) {
    return at(now, new TestKeys(1, 1));
  }

  private Issued issue(Instant now) {
    return (Issued) at(now).issue(ADA, Optional.empty());
  }

  private static ChallengeHandle read(OtpIssuer issuer, Issued issued) {
    return issuer.read(issued.handle().revealText()).orElseThrow();
  }

  private GuessResult guess(Issued issued, OneTimeCode code, Instant now) {
    OtpIssuer issuer = at(now);
    return issuer.guess(read(issuer, issued), code);
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
    Issued second = (Issued) at(later).issue(ADA, Optional.of(first.handle().revealText()));

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

    assertThat(at(early).refusal(ADA, resend)).hasValue(tooEarly);
    assertThat(at(early).issue(ADA, resend)).isEqualTo(tooEarly);
    assertThat(at(early).refusal(ADA, Optional.empty())).isEmpty();
    assertThat(at(NOW.plusSeconds(30)).refusal(ADA, resend)).isEmpty();
  }

  @Test
  void issue_asAResendOfADeadForeignOrUnreadableHandle_opensAnother() {
    Issued first = issue(NOW);
    guess(first, first.code(), NOW);
    Issued foreign = (Issued) at(NOW).issue(BOB, Optional.empty());

    for (String handle :
        new String[] {
          first.handle().revealText(), foreign.handle().revealText(), "unreadable", ""
        }) {
      assertThat(at(NOW).refusal(ADA, Optional.of(handle))).isEmpty();
      Issued again = (Issued) at(NOW).issue(ADA, Optional.of(handle));
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
        .isEqualTo(new GuessResult.Wrong(2, 1, Penalty.delay(Duration.ofSeconds(2))));
    assertThat(guess(issued, issued.code(), NOW))
        .isEqualTo(new GuessResult.Held(Penalty.Kind.DELAY, Duration.ofSeconds(2)));
    Instant third = NOW.plusSeconds(2);
    assertThat(guess(issued, wrong, third))
        .isEqualTo(new GuessResult.Wrong(3, 0, Penalty.lock(LOCK)));

    assertThat(guess(issued, issued.code(), third))
        .isEqualTo(new GuessResult.Held(Penalty.Kind.LOCK, LOCK));
    assertThat(at(third).refusal(ADA, Optional.empty())).hasValue(new IssueResult.Locked(LOCK));
    assertThat(at(third).issue(ADA, Optional.empty())).isEqualTo(new IssueResult.Locked(LOCK));
    assertThat(at(third).refusal(BOB, Optional.empty())).isEmpty();
  }

  @Test
  void guess_ofABarredAddress_isWrongWithTheRightCode() {
    Issued issued = issue(NOW);
    barred.add(ADA);

    assertThat(guess(issued, issued.code(), NOW))
        .isEqualTo(new GuessResult.Wrong(1, 2, Penalty.NONE));
  }

  @Test
  void guess_afterTheRootWasRotated_isRight_andAResendStaysUnderTheOldRoot() {
    Issued first = issue(NOW);
    OtpIssuer rotated = at(NOW.plusSeconds(30), new TestKeys(1, 2));
    Issued second = (Issued) rotated.issue(ADA, Optional.of(first.handle().revealText()));

    assertThat(second.resent()).isTrue();
    assertThat(rotated.guess(read(rotated, second), first.code()))
        .isEqualTo(new GuessResult.Right());
  }

  @Test
  void guess_afterTheRootWasDropped_isNoGuess() {
    Issued issued = issue(NOW);
    OtpIssuer dropped = at(NOW, new TestKeys(2, 2));

    assertThat(dropped.read(issued.handle().revealText())).isEmpty();
    assertThat(dropped.guess(read(at(NOW), issued), issued.code()))
        .isInstanceOf(GuessResult.Wrong.class);
  }

  @Test
  void results_showNoCode() {
    Issued issued = issue(NOW);

    assertThat(issued.toString())
        .doesNotContain(issued.code().revealCode())
        .doesNotContain(issued.handle().revealText());
  }
}
