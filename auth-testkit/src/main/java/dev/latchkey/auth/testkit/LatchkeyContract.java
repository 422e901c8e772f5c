package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.Limits;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.UnlockResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What a whole service promises, proved over a bundle of stores under concurrency. Extended by
 * store authors: give it fresh stores, and every test must pass.
 *
 * <p>The contracts of the single stores say which verb is at fault; this one says that nothing is
 * lost between them.
 */
@DisplayName("Latchkey over these stores")
public abstract class LatchkeyContract {
  private static final String ADA = "ada@example.com";
  private static final int RACERS = 256;

  private static final Quota ANY = Quota.of(1_000_000, Duration.ofDays(1));

  private static final Limits NO_LIMITS =
      Limits.builder()
          .sendIdentifier(ANY)
          .sendIp(ANY)
          .sendGlobal(ANY)
          .verifyIp(ANY)
          .refreshSession(ANY)
          .refreshIp(ANY)
          .build();

  /** No delay and no lock below the ceiling, so that the guesses of the challenges alone count. */
  private static final LockoutPolicy NO_PENALTIES = failures -> Penalty.NONE;

  private final MutableClock clock = MutableClock.create();
  private final CapturedMailbox mailbox = CapturedMailbox.create();
  private AuthStores stores;

  /** Made by test frameworks, which call subclasses only. */
  protected LatchkeyContract() {}

  /**
   * Fresh stores, with nothing in them that another test has put there.
   *
   * @param clock the time of the test; whatever of the stores asks a clock asks this one
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  @BeforeEach
  final void openStores() {
    stores = stores(clock);
    TestLatchkey.lendRing(stores.keys());
  }

  private Latchkey.Builder builder() {
    return TestLatchkey.builder()
        .stores(stores)
        .clock(clock)
        .codeSender(mailbox)
        .limits(NO_LIMITS)
        .acceptGuessBudget(1, 10);
  }

  private static ClientInfo client() {
    return ClientInfo.of("192.0.2.1");
  }

  private static ClientInfo from(IssuedTokens tokens) {
    return client().deviceToken(tokens.device().text().revealText());
  }

  private static String ask(Latchkey latchkey, String email) {
    RequestCodeResult asked = latchkey.requestCode(email, client());
    assertThat(asked).isInstanceOf(RequestCodeResult.Sent.class);
    return ((RequestCodeResult.Sent) asked).challenge().revealText();
  }

  private VerifyCodeResult.SignedIn signIn(Latchkey latchkey, String email) {
    VerifyCodeResult given =
        latchkey.verifyCode(ask(latchkey, email), mailbox.lastCode(email), client());
    assertThat(given).isInstanceOf(VerifyCodeResult.SignedIn.class);
    return (VerifyCodeResult.SignedIn) given;
  }

  /** A code that is well-formed and not one of those that were mailed. */
  private String wrongCode(String email) {
    Set<String> mailed = new HashSet<>(mailbox.codes(email));
    return IntStream.range(0, 1_000_000)
        .mapToObj("%06d"::formatted)
        .filter(code -> !mailed.contains(code))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isCompared(VerifyCodeResult result) {
    return result instanceof VerifyCodeResult.WrongCode
        || result instanceof VerifyCodeResult.SignedIn;
  }

  private static RefreshResult refresh(Latchkey latchkey, IssuedTokens tokens) {
    return latchkey.refresh(tokens.refreshToken().revealText(), from(tokens));
  }

  private static TokenCheck check(Latchkey latchkey, IssuedTokens tokens) {
    return latchkey.authenticate(tokens.accessToken().revealText(), from(tokens));
  }

  @Nested
  @DisplayName("signing in")
  class SigningIn {
    @Test
    @DisplayName("256 parallel right codes sign in once")
    void verify_rightCodeInParallel_signsInOnce() {
      Latchkey latchkey = builder().build();
      String challenge = ask(latchkey, ADA);
      String code = mailbox.lastCode(ADA);

      Tally<VerifyCodeResult> tally =
          Race.of(RACERS).run(i -> latchkey.verifyCode(challenge, code, client()));

      assertThat(tally.countOf(VerifyCodeResult.SignedIn.class)).isOne();
      assertThat(tally.countOf(VerifyCodeResult.Expired.class)).isEqualTo(RACERS - 1);
    }

    @Test
    @DisplayName("1000 parallel wrong codes over 8 challenges: 5 compared for each challenge")
    void verify_wrongCodesInParallel_comparesWhatChallengesAllow() {
      Latchkey latchkey = builder().otp(OtpPolicy.standard().lockout(NO_PENALTIES)).build();
      List<String> challenges = IntStream.range(0, 8).mapToObj(i -> ask(latchkey, ADA)).toList();
      String wrong = wrongCode(ADA);

      Tally<VerifyCodeResult> tally =
          Race.of(1000).run(i -> latchkey.verifyCode(challenges.get(i % 8), wrong, client()));

      assertThat(tally.countOf(VerifyCodeResult.WrongCode.class)).isEqualTo(8 * 5);
      assertThat(tally.countOf(VerifyCodeResult.Expired.class)).isEqualTo(1000 - 8 * 5);
    }

    @Test
    @DisplayName(
        "1000 parallel wrong codes over 8 challenges: no more compared than the table says")
    void verify_wrongCodesInParallel_comparesWhatTheTableAllows() {
      Latchkey latchkey = builder().build();
      List<String> challenges = IntStream.range(0, 8).mapToObj(i -> ask(latchkey, ADA)).toList();
      String wrong = wrongCode(ADA);

      Tally<VerifyCodeResult> tally =
          Race.of(1000).run(i -> latchkey.verifyCode(challenges.get(i % 8), wrong, client()));

      // None waits after the first; after the second all the others wait for two seconds.
      assertThat(tally.countIf(LatchkeyContract::isCompared)).isEqualTo(2);
      assertThat(tally.countOf(VerifyCodeResult.Limited.class)).isEqualTo(998);
    }

    @Test
    @DisplayName("whoever guesses as soon as each wait is over has one guess compared for each")
    void verify_guessersWhoWait_winOneGuessAWait() {
      Latchkey latchkey = builder().build();
      int compared = 0;
      Duration waited = Duration.ZERO;
      while (compared < 15) {
        String challenge = ask(latchkey, ADA);
        String wrong = wrongCode(ADA);
        Tally<VerifyCodeResult> tally =
            Race.of(32).run(i -> latchkey.verifyCode(challenge, wrong, client()));
        long locking =
            tally.countIf(result -> result instanceof VerifyCodeResult.Locked) > 0 ? 1 : 0;
        long now = tally.countIf(LatchkeyContract::isCompared) + locking;
        assertThat(now).isEqualTo(compared == 0 ? 2 : 1);
        compared += (int) now;
        Duration wait = LockoutPolicy.standard().after(compared).duration();
        clock.advance(wait);
        waited = waited.plus(wait);
      }
      assertThat(waited).isGreaterThan(Duration.ofHours(25));
    }

    @Test
    @DisplayName("spellings of one address that race make one account")
    void verify_spellingsInParallel_makeOneAccount() {
      Latchkey latchkey = builder().build();
      List<String> spellings = List.of("Ada@Example.com", "ada@example.COM", "ADA@EXAMPLE.COM");
      List<String> challenges = spellings.stream().map(email -> ask(latchkey, email)).toList();
      List<String> codes = mailbox.codes(ADA);

      Tally<VerifyCodeResult> tally =
          Race.of(3).run(i -> latchkey.verifyCode(challenges.get(i), codes.get(2 - i), client()));

      List<VerifyCodeResult.SignedIn> signedIn = tally.all(VerifyCodeResult.SignedIn.class);
      assertThat(signedIn).hasSize(3);
      assertThat(signedIn.stream().map(one -> one.account().id()))
          .containsOnly(signedIn.get(0).account().id());
      assertThat(signedIn.stream().filter(VerifyCodeResult.SignedIn::newAccount)).hasSize(1);
    }
  }

  @Nested
  @DisplayName("keeping owners in")
  class KeepingIn {
    @Test
    @DisplayName("wrong codes of 255 strangers at once hold no known device up")
    void verify_ofAKnownDeviceAmongStrangers_signsIn() {
      Latchkey latchkey = builder().build();
      ClientInfo device = from(signIn(latchkey, ADA).tokens());
      String strangers = ask(latchkey, ADA);
      String wrong = wrongCode(ADA);
      RequestCodeResult asked = latchkey.requestCode(ADA, device);
      String owners = ((RequestCodeResult.Sent) asked).challenge().revealText();
      String code = mailbox.lastCode(ADA);

      Tally<VerifyCodeResult> tally =
          Race.of(RACERS)
              .run(
                  i ->
                      i == 0
                          ? latchkey.verifyCode(owners, code, device)
                          : latchkey.verifyCode(strangers, wrong, client()));

      assertThat(tally.outcomes().get(0)).isInstanceOf(VerifyCodeResult.SignedIn.class);
      assertThat(tally.countOf(VerifyCodeResult.WrongCode.class)).isEqualTo(2);
      assertThat(tally.countOf(VerifyCodeResult.Limited.class)).isEqualTo(RACERS - 3);
    }

    @Test
    @DisplayName("64 unlocks by one token at once: one device is known, and strangers stay locked")
    void unlock_inParallel_makesOneDeviceKnown() {
      LockoutPolicy strict = failures -> Penalty.lock(Duration.ofHours(1));
      Latchkey latchkey = builder().otp(OtpPolicy.standard().lockout(strict)).build();
      latchkey.verifyCode(ask(latchkey, ADA), wrongCode(ADA), client());
      String token = mailbox.lastUnlockToken(ADA);

      Tally<UnlockResult> tally =
          Race.of(64).run(i -> latchkey.unlock(token, ClientInfo.of("198.18.0." + i)));

      List<RequestCodeResult> asked =
          tally.all(UnlockResult.Unlocked.class).stream()
              .map(unlocked -> client().deviceToken(unlocked.device().text().revealText()))
              .map(device -> latchkey.requestCode(ADA, device))
              .toList();
      assertThat(asked).hasSize(64);
      assertThat(asked).filteredOn(RequestCodeResult.Sent.class::isInstance).hasSize(1);
      assertThat(asked).filteredOn(RequestCodeResult.Locked.class::isInstance).hasSize(63);
    }
  }

  @Nested
  @DisplayName("refreshing")
  class Refreshing {
    @Test
    @DisplayName("256 parallel refreshes: one new generation, and then all is revoked")
    void refresh_inParallelWithoutWindow_endsEverything() {
      Latchkey latchkey = builder().build();
      IssuedTokens other = signIn(latchkey, ADA).tokens();
      IssuedTokens tokens = signIn(latchkey, ADA).tokens();

      Tally<RefreshResult> tally = Race.of(RACERS).run(i -> refresh(latchkey, tokens));

      List<RefreshResult.Refreshed> refreshed = tally.all(RefreshResult.Refreshed.class);
      assertThat(refreshed).hasSize(1);
      assertThat(
              tally.count(new RefreshResult.Refused(RefreshResult.Reason.REUSED))
                  + tally.count(new RefreshResult.Refused(RefreshResult.Reason.INVALID)))
          .isEqualTo(RACERS - 1);
      IssuedTokens winner = refreshed.get(0).tokens();
      for (IssuedTokens dead : List.of(tokens, winner, other)) {
        assertThat(check(latchkey, dead))
            .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));
        assertThat(refresh(latchkey, dead))
            .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.INVALID));
      }
    }

    @Test
    @DisplayName("256 parallel refreshes within a retry window: all share one successor")
    void refresh_inParallelWithWindow_sharesOneSuccessor() {
      Latchkey latchkey =
          builder().sessions(SessionPolicy.standard().retryWindow(Duration.ofSeconds(10))).build();
      IssuedTokens tokens = signIn(latchkey, ADA).tokens();

      Tally<RefreshResult> tally = Race.of(RACERS).run(i -> refresh(latchkey, tokens));

      List<RefreshResult.Refreshed> refreshed = tally.all(RefreshResult.Refreshed.class);
      assertThat(refreshed).hasSize(RACERS);
      assertThat(refreshed.stream().map(one -> one.tokens().refreshToken()).distinct()).hasSize(1);
      assertThat(refresh(latchkey, refreshed.get(0).tokens()))
          .isInstanceOf(RefreshResult.Refreshed.class);
    }
  }

  /** Everything that ends a session. */
  private enum Revocation {
    /** The person signs out. */
    SIGN_OUT {
      @Override
      void run(Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account) {
        signOut(latchkey, tokens, SignOutResult.Scope.SESSION);
      }
    },
    /** The person signs out everywhere else, from another session. */
    SIGN_OUT_OTHERS {
      @Override
      void run(Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account) {
        signOut(latchkey, other, SignOutResult.Scope.OTHERS);
      }
    },
    /** The person signs out everywhere, from another session. */
    SIGN_OUT_ALL {
      @Override
      void run(Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account) {
        signOut(latchkey, other, SignOutResult.Scope.ALL);
      }
    },
    /** The service ends one session. */
    END_SESSION {
      @Override
      void run(Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account) {
        latchkey.endSession(account, tokens.session());
      }
    },
    /** The service ends all sessions. */
    END_ALL {
      @Override
      void run(Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account) {
        latchkey.endAllSessions(account);
      }
    };

    abstract void run(
        Latchkey latchkey, IssuedTokens tokens, IssuedTokens other, AccountId account);

    private static void signOut(Latchkey latchkey, IssuedTokens tokens, SignOutResult.Scope scope) {
      SignOutResult result =
          latchkey.signOut(
              Optional.of(tokens.accessToken().revealText()),
              Optional.empty(),
              scope,
              from(tokens));
      assertThat(result).isInstanceOf(SignOutResult.SignedOut.class);
    }
  }

  @Nested
  @DisplayName("revoking")
  class Revoking {
    @Test
    @DisplayName("once a sign-out has returned, nothing of the race is accepted")
    void signOut_whileRefreshing_wins() {
      revocationWins(Revocation.SIGN_OUT);
    }

    @Test
    @DisplayName("once a sign-out of all others has returned, nothing of the race is accepted")
    void signOutOthers_whileRefreshing_wins() {
      revocationWins(Revocation.SIGN_OUT_OTHERS);
    }

    @Test
    @DisplayName("once a sign-out everywhere has returned, nothing of the race is accepted")
    void signOutAll_whileRefreshing_wins() {
      revocationWins(Revocation.SIGN_OUT_ALL);
    }

    @Test
    @DisplayName("once the service has ended a session, nothing of the race is accepted")
    void endSession_whileRefreshing_wins() {
      revocationWins(Revocation.END_SESSION);
    }

    @Test
    @DisplayName("once the service has ended all sessions, nothing of the race is accepted")
    void endAllSessions_whileRefreshing_wins() {
      revocationWins(Revocation.END_ALL);
    }

    private void revocationWins(Revocation revocation) {
      Latchkey latchkey = builder().build();
      for (int round = 0; round < Thorough.rounds(25, 1_000); round++) {
        IssuedTokens other = signIn(latchkey, ADA).tokens();
        VerifyCodeResult.SignedIn signedIn = signIn(latchkey, ADA);
        AtomicBoolean revoked = new AtomicBoolean();

        Tally<Chain> tally =
            Race.of(2)
                .run(
                    racer -> {
                      if (racer == 0) {
                        revocation.run(latchkey, signedIn.tokens(), other, signedIn.account().id());
                        revoked.set(true);
                        return new Chain(signedIn.tokens(), false);
                      }
                      return refreshUntilRefused(latchkey, signedIn.tokens(), revoked);
                    });

        for (Chain chain : tally.outcomes()) {
          assertThat(chain.refreshedAfterRevocation()).isFalse();
          assertThat(check(latchkey, chain.last()))
              .isEqualTo(new TokenCheck.Refused(TokenCheck.Reason.REVOKED));
          assertThat(refresh(latchkey, chain.last()))
              .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.INVALID));
        }
        latchkey.endAllSessions(signedIn.account().id());
      }
    }

    private static Chain refreshUntilRefused(
        Latchkey latchkey, IssuedTokens first, AtomicBoolean revoked) {
      IssuedTokens last = first;
      while (true) {
        boolean after = revoked.get();
        if (!(refresh(latchkey, last) instanceof RefreshResult.Refreshed refreshed)) {
          return new Chain(last, false);
        }
        last = refreshed.tokens();
        if (after) {
          return new Chain(last, true);
        }
      }
    }
  }

  /**
   * What a racer ended up with.
   *
   * @param last its newest tokens
   * @param refreshedAfterRevocation whether a refresh succeeded that began after the revocation
   */
  private record Chain(IssuedTokens last, boolean refreshedAfterRevocation) {}
}
