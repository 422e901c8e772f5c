package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.ratelimit.LimiterOutage;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.CapturedMailbox;
import dev.latchkey.auth.testkit.FaultyStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LatchkeyOutageTest {
  private static final String ADA = "ada@example.com";
  private static final ClientInfo CLIENT = ClientInfo.of("192.0.2.1");

  private final MutableClock clock = MutableClock.create();
  private final InMemoryStores memory = InMemoryStores.create(clock);
  private final CapturedMailbox mailbox = CapturedMailbox.create();
  private final Outage otp = new Outage(memory.otp());

  /** The store of the limits is gone for good. */
  private static final RateLimitStore GONE =
      new RateLimitStore() {
        @Override
        public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
          throw new StoreUnavailableException("rateLimit.acquire", true, null);
        }

        @Override
        public void refund(Reservation reservation) {
          throw new StoreUnavailableException("rateLimit.refund", true, null);
        }

        @Override
        public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
          throw new StoreUnavailableException("rateLimit.observe", true, null);
        }

        @Override
        public Instant surgeUntil(Subject subject) {
          throw new StoreUnavailableException("rateLimit.surgeUntil", true, null);
        }
      };

  private Latchkey latchkey(AuthStores stores, UnaryOperator<Latchkey.Builder> change) {
    return TestLatchkey.create(
            builder -> change.apply(builder.stores(stores).clock(clock).codeSender(mailbox)))
        .latchkey();
  }

  private Latchkey overOutage() {
    return latchkey(AuthStores.mix(memory).otp(otp).build(), UnaryOperator.identity());
  }

  private Latchkey withoutLimits(LimiterOutage choice) {
    return latchkey(
        AuthStores.mix(memory).rateLimits(GONE).build(), builder -> builder.limiterOutage(choice));
  }

  private static String challenge(RequestCodeResult result) {
    assertThat(result).isInstanceOf(RequestCodeResult.Sent.class);
    return ((RequestCodeResult.Sent) result).challenge().revealText();
  }

  @Test
  void requestCode_whileTheStoreIsGone_mailsNothingAndUsesNoBudget() {
    Latchkey latchkey = overOutage();
    otp.opening = When.BEFORE;
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> latchkey.requestCode(ADA, CLIENT))
          .isInstanceOf(StoreUnavailableException.class);
    }
    assertThat(mailbox.messages()).isEmpty();
    otp.opening = When.NEVER;

    for (int i = 0; i < 3; i++) {
      challenge(latchkey.requestCode(ADA, CLIENT));
    }
    assertThat(latchkey.requestCode(ADA, CLIENT)).isInstanceOf(RequestCodeResult.Limited.class);
  }

  @Test
  void verifyCode_whoseRightAnswerIsLost_isSpentAndSignsNobodyIn() {
    Latchkey latchkey = overOutage();
    String challenge = challenge(latchkey.requestCode(ADA, CLIENT));
    String code = mailbox.lastCode(ADA);
    otp.guessing = When.AFTER;

    assertThatThrownBy(() -> latchkey.verifyCode(challenge, code, CLIENT))
        .isInstanceOf(StoreUnavailableException.class);
    otp.guessing = When.NEVER;

    assertThat(latchkey.verifyCode(challenge, code, CLIENT))
        .isEqualTo(new VerifyCodeResult.Expired());
  }

  @Test
  void verifyCode_whoseWrongAnswerIsLost_staysCounted() {
    Latchkey latchkey = overOutage();
    String challenge = challenge(latchkey.requestCode(ADA, CLIENT));
    String wrong = mailbox.lastCode(ADA).equals("000000") ? "000001" : "000000";
    otp.guessing = When.AFTER;
    assertThatThrownBy(() -> latchkey.verifyCode(challenge, wrong, CLIENT))
        .isInstanceOf(StoreUnavailableException.class);
    otp.guessing = When.NEVER;

    VerifyCodeResult second = latchkey.verifyCode(challenge, wrong, CLIENT);

    assertThat(second).isInstanceOf(VerifyCodeResult.WrongCode.class);
    assertThat(((VerifyCodeResult.WrongCode) second).attemptsLeft()).isOne();
  }

  @Test
  void verifyCode_thatTheStoreNeverSaw_canBeTriedAgain() {
    Latchkey latchkey = overOutage();
    String challenge = challenge(latchkey.requestCode(ADA, CLIENT));
    String code = mailbox.lastCode(ADA);
    otp.guessing = When.BEFORE;
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> latchkey.verifyCode(challenge, code, CLIENT))
          .isInstanceOf(StoreUnavailableException.class);
    }
    otp.guessing = When.NEVER;

    assertThat(latchkey.verifyCode(challenge, code, CLIENT))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
  }

  @Test
  void requestCode_withoutItsLimits_isDeniedByDefault() {
    Latchkey latchkey = withoutLimits(LimiterOutage.deny());

    assertThatThrownBy(() -> latchkey.requestCode(ADA, CLIENT))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(mailbox.messages()).isEmpty();
  }

  @Test
  void requestCode_withoutItsLimits_goesOnWhereTheHostAllows() {
    Latchkey latchkey = withoutLimits(LimiterOutage.allowUnlimited());
    for (int i = 0; i < 10; i++) {
      challenge(latchkey.requestCode(ADA, CLIENT));
    }

    assertThat(mailbox.messages()).hasSize(10);
  }

  @Test
  void requestCode_withoutItsLimits_isLimitedLocallyToAQuarter() {
    Latchkey latchkey =
        withoutLimits(LimiterOutage.limitLocally(InMemoryStores.create(clock).rateLimits()));
    challenge(latchkey.requestCode(ADA, CLIENT));

    assertThat(latchkey.requestCode(ADA, CLIENT)).isInstanceOf(RequestCodeResult.Limited.class);
    for (int i = 1; i < 5; i++) {
      challenge(latchkey.requestCode("other" + i + "@example.com", CLIENT));
    }
    // A quarter of 20 an IP.
    assertThat(latchkey.requestCode("one.more@example.com", CLIENT))
        .isInstanceOf(RequestCodeResult.Limited.class);
  }

  @Test
  void signOut_ofEverything_isFinalThoughTheDevicesCanNotBeForgotten() {
    Latchkey latchkey = overOutage();
    String challenge = challenge(latchkey.requestCode(ADA, CLIENT));
    VerifyCodeResult.SignedIn signedIn =
        (VerifyCodeResult.SignedIn) latchkey.verifyCode(challenge, mailbox.lastCode(ADA), CLIENT);
    ClientInfo device = CLIENT.deviceToken(signedIn.tokens().device().text().revealText());
    String access = signedIn.tokens().accessToken().revealText();
    otp.forgetting = When.BEFORE;

    SignOutResult signedOut =
        latchkey.signOut(Optional.of(access), Optional.empty(), SignOutResult.Scope.ALL, device);

    assertThat(signedOut).isEqualTo(new SignOutResult.SignedOut(1));
    assertThat(latchkey.sessions(signedIn.account().id())).isEmpty();
  }

  /** 30 refreshes in five minutes are allowed: trying through an outage uses none of them up. */
  @Test
  void refresh_whileTheStoreIsGone_usesNoBudget() {
    FaultyStores faulty = FaultyStores.over(memory, 1, 0, () -> {});
    Latchkey latchkey = latchkey(faulty, UnaryOperator.identity());
    String challenge = challenge(latchkey.requestCode(ADA, CLIENT));
    VerifyCodeResult.SignedIn signedIn =
        (VerifyCodeResult.SignedIn) latchkey.verifyCode(challenge, mailbox.lastCode(ADA), CLIENT);
    ClientInfo device = CLIENT.deviceToken(signedIn.tokens().device().text().revealText());
    String token = signedIn.tokens().refreshToken().revealText();
    for (int i = 0; i < 31; i++) {
      faulty.plan("session.rotate", FaultyStores.Fault.BEFORE);
      assertThatThrownBy(() -> latchkey.refresh(token, device))
          .isInstanceOf(StoreUnavailableException.class);
    }

    assertThat(latchkey.refresh(token, device)).isInstanceOf(RefreshResult.Refreshed.class);
  }

  private enum When {
    NEVER,
    BEFORE,
    AFTER
  }

  /** A store that fails before or after it has written. */
  private static final class Outage implements OtpStore {
    private final OtpStore store;
    private volatile When opening = When.NEVER;
    private volatile When guessing = When.NEVER;
    private volatile When forgetting = When.NEVER;

    Outage(OtpStore store) {
      this.store = store;
    }

    private static void fail(When is, When at, String verb) {
      if (is == at) {
        throw new StoreUnavailableException(verb, true, null);
      }
    }

    @Override
    public OtpStanding status(
        IdentityHash identity,
        ChallengeId challenge,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
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
      fail(opening, When.BEFORE, "otp.open");
      OpenAnswer answer = store.open(identity, challenge, code, device, rules, now);
      fail(opening, When.AFTER, "otp.open");
      return answer;
    }

    @Override
    public OpenAnswer addCode(
        IdentityHash identity,
        ChallengeId challenge,
        LiveCode code,
        Optional<DeviceId> device,
        OtpRules rules,
        Instant now) {
      return store.addCode(identity, challenge, code, device, rules, now);
    }

    @Override
    public boolean withdraw(
        IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
      return store.withdraw(identity, challenge, code, now);
    }

    @Override
    public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
      fail(guessing, When.BEFORE, "otp.guess");
      GuessAnswer answer = store.guess(identity, guess, rules, now);
      fail(guessing, When.AFTER, "otp.guess");
      return answer;
    }

    @Override
    public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
      return store.unlock(identity, unlock, rules, now);
    }

    @Override
    public int forgetDevices(IdentityHash identity, Instant now) {
      fail(forgetting, When.BEFORE, "otp.forgetDevices");
      return store.forgetDevices(identity, now);
    }
  }
}
