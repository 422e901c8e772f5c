package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.testkit.TestLatchkey;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody can lock an owner out, and nobody wins a guess by trying. */
class LatchkeyLaneTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";
  private static final ClientInfo OWNER = ClientInfo.of("192.0.2.1");
  private static final Duration LOCK = Duration.ofMinutes(5);
  private static final Duration DAY = Duration.ofHours(24);

  private final List<AuthEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final TestLatchkey test = TestLatchkey.create(builder -> builder.listener(events::add));
  private final Latchkey latchkey = test.latchkey();
  private final Crowd strangers = new Crowd(test);

  private static ClientInfo on(IssuedTokens tokens) {
    return OWNER.deviceToken(tokens.device().text().revealText());
  }

  private static ClientInfo on(UnlockResult unlocked) {
    assertThat(unlocked).isInstanceOf(UnlockResult.Unlocked.class);
    return OWNER.deviceToken(((UnlockResult.Unlocked) unlocked).device().text().revealText());
  }

  private ClientInfo unlock(String email) {
    return on(latchkey.unlock(test.mailbox().lastUnlockToken(email), OWNER));
  }

  private Stream<Message.Lock> lockMails(String email) {
    return test.mailbox().messages(email).stream()
        .filter(Message.Lock.class::isInstance)
        .map(Message.Lock.class::cast);
  }

  private long compared() {
    return events.stream().filter(AuthEvent.GuessFailed.class::isInstance).count();
  }

  private void assertLocked(String email) {
    assertThat(strangers.ask(email)).isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  void owner_whileAStrangerRunsThroughTableAndBudget_unlocksSignsInAndStaysIn() {
    strangers.fail(ADA, 14);
    assertThat(strangers.useUpCodes(ADA).limit()).isEqualTo("identifier");
    strangers.fail(ADA, 1);
    assertLocked(ADA);
    assertThat(events)
        .filteredOn(AuthEvent.AccountLocked.class::isInstance)
        .extracting(event -> ((AuthEvent.AccountLocked) event).failures())
        .containsExactly(3, 5, 10, 15);
    ClientInfo device = unlock(ADA);
    assertLocked(ADA);
    IssuedTokens tokens = test.signIn(ADA, device).tokens();

    assertThat(on(tokens)).as("the device of the unlock").isEqualTo(device);
    for (int i = 0; i < 10; i++) {
      strangers.attack(ADA, test.clock().instant().plus(Duration.ofMinutes(10)), 1);
      RefreshResult refreshed = latchkey.refresh(tokens.refreshToken().revealText(), device);
      assertThat(refreshed).isInstanceOf(RefreshResult.Refreshed.class);
      tokens = ((RefreshResult.Refreshed) refreshed).tokens();
      assertThat(latchkey.authenticate(tokens.accessToken().revealText(), device))
          .isInstanceOf(TokenCheck.Accepted.class);
    }
    test.signIn(ADA, device);
  }

  @Test
  void stranger_whileTheOwnerUnlocksAndSignsIn_winsNoGuess() {
    TestLatchkey other = TestLatchkey.create();
    Crowd alone = new Crowd(other);
    Instant end = test.clock().instant();
    int withOwner = 0;
    int without = 0;
    for (int i = 0; i < 12; i++) {
      end = end.plus(Duration.ofHours(8));
      withOwner += strangers.attack(ADA, end, Integer.MAX_VALUE);
      without += alone.attack(ADA, end, Integer.MAX_VALUE);
      assertThat(withOwner).as("guesses compared by then").isEqualTo(without);
      strangers.ask(ADA);
      alone.ask(ADA);
      if (i % 3 == 0) {
        test.signIn(ADA, unlock(ADA));
      }
    }
    assertThat(compared()).isEqualTo(withOwner);
  }

  @Test
  void knownDevice_duringAStrangersLock_signsInWithNoUnlock() {
    ClientInfo device = on(test.signIn(ADA).tokens());
    strangers.fail(ADA, 15);
    assertLocked(ADA);

    VerifyCodeResult.SignedIn again = test.signIn(ADA, device);

    assertThat(on(again.tokens())).isEqualTo(device);
    assertLocked(ADA);
  }

  @Test
  void knownDevice_whoseAddressStrangersGotAllCodesOf_hasABudgetOfItsOwn() {
    ClientInfo device = on(test.signIn(ADA).tokens());
    test.clock().advance(DAY);
    assertThat(strangers.useUpCodes(ADA).limit()).isEqualTo("identifier");

    for (int i = 0; i < 3; i++) {
      assertThat(latchkey.requestCode(ADA, device)).isInstanceOf(RequestCodeResult.Sent.class);
    }
    RequestCodeResult fourth = latchkey.requestCode(ADA, device);
    assertThat(fourth).isInstanceOf(RequestCodeResult.Limited.class);
    assertThat(((RequestCodeResult.Limited) fourth).limit()).isEqualTo("identifier");
  }

  @Test
  void knownDevice_thatFails_locksNobodyElse() {
    ClientInfo device = on(test.signIn(ADA).tokens());
    RequestCodeResult asked = latchkey.requestCode(ADA, device);
    String challenge = ((RequestCodeResult.Sent) asked).challenge().revealText();
    String wrong = strangers.wrongCode(ADA);
    latchkey.verifyCode(challenge, wrong, device);
    latchkey.verifyCode(challenge, wrong, device);
    test.clock().advance(Duration.ofSeconds(2));

    assertThat(latchkey.verifyCode(challenge, wrong, device))
        .isEqualTo(new VerifyCodeResult.Locked(LOCK));

    assertThat(latchkey.requestCode(ADA, device)).isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(strangers.ask(ADA)).isInstanceOf(RequestCodeResult.Sent.class);
  }

  @Test
  void deviceToken_forgedOrOfAnotherAccount_isAStrangers() {
    ClientInfo bobs = on(test.signIn(BOB).tokens());
    strangers.fail(ADA, 3);

    assertThat(latchkey.requestCode(ADA, bobs)).isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(latchkey.requestCode(ADA, OWNER.deviceToken("forged")))
        .isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  void unlockToken_ofALockThatIsOver_doesNothingForTheNext() {
    strangers.fail(ADA, 3);
    String first = test.mailbox().lastUnlockToken(ADA);
    test.clock().advance(LOCK);
    strangers.fail(ADA, 2);
    String second = test.mailbox().lastUnlockToken(ADA);
    assertThat(second).isNotEqualTo(first);

    assertThat(latchkey.unlock(first, OWNER)).isEqualTo(new UnlockResult.Refused());

    assertLocked(ADA);
    on(latchkey.unlock(second, OWNER));
  }

  @Test
  void unlockToken_atTheEndOfItsLock_isRefused() {
    strangers.fail(ADA, 3);
    String token = test.mailbox().lastUnlockToken(ADA);
    test.clock().advance(LOCK.minusMillis(1));
    on(latchkey.unlock(token, OWNER));
    test.clock().advance(Duration.ofMillis(1));

    assertThat(latchkey.unlock(token, OWNER)).isEqualTo(new UnlockResult.Refused());
  }

  @Test
  void unlockToken_ofOneAccount_doesNothingForAnother() {
    strangers.fail(ADA, 3);
    strangers.fail(BOB, 3);

    ClientInfo adas = unlock(ADA);

    assertThat(latchkey.requestCode(BOB, adas)).isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(latchkey.requestCode(ADA, adas)).isInstanceOf(RequestCodeResult.Sent.class);
  }

  @Test
  void unlock_byADeviceThatIsKnown_keepsIt() {
    ClientInfo device = on(test.signIn(ADA).tokens());
    strangers.fail(ADA, 3);

    assertThat(on(latchkey.unlock(test.mailbox().lastUnlockToken(ADA), device))).isEqualTo(device);
  }

  @Test
  void unlock_bySomebodyElseLater_takesTheFirstDevicesPlace() {
    strangers.fail(ADA, 3);
    ClientInfo first = unlock(ADA);
    ClientInfo second = unlock(ADA);

    assertThat(second).isNotEqualTo(first);
    assertThat(latchkey.requestCode(ADA, first)).isInstanceOf(RequestCodeResult.Locked.class);
    assertThat(latchkey.requestCode(ADA, second)).isInstanceOf(RequestCodeResult.Sent.class);
  }

  @Test
  void unlock_withWhateverIsNoToken_isRefused_andLimitedAnIp() {
    strangers.fail(ADA, 3);
    String token = test.mailbox().lastUnlockToken(ADA);
    for (String bad :
        List.of("", "x", token.substring(1), token + "A", "A".repeat(token.length()))) {
      assertThat(latchkey.unlock(bad, OWNER)).isEqualTo(new UnlockResult.Refused());
      assertThat(latchkey.unlock(bad, OWNER)).isEqualTo(new UnlockResult.Refused());
    }

    UnlockResult eleventh = latchkey.unlock(token, OWNER);

    assertThat(eleventh).isInstanceOf(UnlockResult.Limited.class);
    assertThat(((UnlockResult.Limited) eleventh).limit()).isEqualTo("ip");
    on(latchkey.unlock(token, strangers.next()));
  }

  @Test
  void everyLock_isMailed_andAtMostThreeRepeatsADay() {
    strangers.fail(ADA, 3);
    assertThat(lockMails(ADA)).hasSize(1);
    for (int i = 0; i < 10; i++) {
      assertLocked(ADA);
    }
    assertThat(lockMails(ADA)).hasSize(4);
    assertThat(test.mailbox().unlockTokens(ADA))
        .as("the same token again")
        .containsOnly(test.mailbox().lastUnlockToken(ADA));

    test.clock().advance(LOCK);
    strangers.fail(ADA, 2);
    assertThat(lockMails(ADA)).as("the next lock").hasSize(5);
    assertLocked(ADA);
    assertThat(lockMails(ADA)).hasSize(5);
    Message.Lock mail = lockMails(ADA).findFirst().orElseThrow();
    assertThat(mail.lockedFor()).hasValue(Duration.ofMinutes(30));
    assertThat(mail.validFor()).hasMinutes(30);
  }

  @Test
  void unlockToken_ofALongLock_isGoodFor30Days_andMailedAgain() {
    TestLatchkey strict =
        TestLatchkey.create(
            builder ->
                builder.otp(
                    OtpPolicy.standard().lockout(failures -> Penalty.lock(Duration.ofDays(100)))));
    Crowd crowd = new Crowd(strict);
    crowd.fail(ADA, 1);
    String first = strict.mailbox().lastUnlockToken(ADA);
    strict.clock().advance(OtpPolicy.MAX_UNLOCK);

    assertThat(strict.latchkey().unlock(first, OWNER)).isEqualTo(new UnlockResult.Refused());
    assertThat(crowd.ask(ADA)).isInstanceOf(RequestCodeResult.Locked.class);

    on(strict.latchkey().unlock(strict.mailbox().lastUnlockToken(ADA), OWNER));
  }

  @Test
  void refusal_byTheBudgetOfTheAddress_mailsATokenWithinTheSameThree() {
    strangers.useUpCodes(ADA);
    Message.Lock mail = lockMails(ADA).findFirst().orElseThrow();
    assertThat(mail.lockedFor()).isEmpty();
    assertThat(mail.validFor()).isEqualTo(DAY);
    for (int i = 0; i < 10; i++) {
      strangers.ask(ADA);
    }
    assertThat(lockMails(ADA)).hasSize(3);

    ClientInfo device = unlock(ADA);

    test.signIn(ADA, device);
    assertThat(strangers.ask(ADA)).isInstanceOf(RequestCodeResult.Limited.class);
  }

  @Test
  void owner_whoseRepeatsStrangersHaveUsedUp_isMailedATokenForTheUsedUpBudget() {
    strangers.fail(ADA, 3);
    for (int i = 0; i < 10; i++) {
      assertLocked(ADA);
    }
    assertThat(lockMails(ADA)).hasSize(4);
    test.clock().advance(LOCK);

    strangers.useUpCodes(ADA);

    assertThat(lockMails(ADA)).hasSize(5);
    test.signIn(ADA, unlock(ADA));
  }

  @Test
  void strangerWithManyTags_fillsNoMailbox() {
    ClientInfo stranger = strangers.next();
    for (int i = 0; i < 3; i++) {
      strangers.ask(ADA);
    }
    for (int i = 0; i < 100; i++) {
      latchkey.requestCode(ADA.replace("@", "+" + i + "@"), stranger);
    }

    long mails = test.mailbox().messages().stream().filter(Message.Lock.class::isInstance).count();
    assertThat(mails).isLessThanOrEqualTo(20);
  }

  @Test
  void refusal_byAnIpOrByEverybodysBudget_mailsNothing() {
    TestLatchkey narrow =
        TestLatchkey.create(
            builder ->
                builder.limits(
                    Limits.builder()
                        .sendIp(Quota.of(1, Duration.ofMinutes(1)))
                        .sendGlobal(Quota.of(2, Duration.ofMinutes(1)))
                        .build()));
    Crowd crowd = new Crowd(narrow);
    ClientInfo one = crowd.next();
    narrow.latchkey().requestCode(ADA, one);
    assertThat(narrow.latchkey().requestCode(ADA, one))
        .isInstanceOf(RequestCodeResult.Limited.class);
    crowd.ask(BOB);
    assertThat(crowd.ask(BOB)).isInstanceOf(RequestCodeResult.Limited.class);

    assertThat(narrow.mailbox().unlockTokens(ADA)).isEmpty();
    assertThat(narrow.mailbox().unlockTokens(BOB)).isEmpty();
  }

  @Test
  void knownDevices_haveAFifthOfEverybodysBudgetToThemselves() {
    TestLatchkey narrow =
        TestLatchkey.create(
            builder ->
                builder.limits(
                    Limits.builder().sendGlobal(Quota.of(10, Duration.ofMinutes(1))).build()));
    Crowd crowd = new Crowd(narrow);
    ClientInfo device = on(narrow.signIn(ADA).tokens());
    narrow.clock().advance(Duration.ofMinutes(1));
    for (int i = 0; i < 8; i++) {
      assertThat(crowd.ask("person" + i + "@example.com"))
          .isInstanceOf(RequestCodeResult.Sent.class);
    }
    RequestCodeResult ninth = crowd.ask("person9@example.com");
    assertThat(((RequestCodeResult.Limited) ninth).limit()).isEqualTo("global");

    for (int i = 0; i < 2; i++) {
      assertThat(narrow.latchkey().requestCode(ADA, device))
          .isInstanceOf(RequestCodeResult.Sent.class);
    }
    RequestCodeResult eleventh = narrow.latchkey().requestCode(ADA, device);
    assertThat(((RequestCodeResult.Limited) eleventh).limit()).isEqualTo("global");
  }

  @Test
  void signOut_ofEverything_dropsTheDevices() {
    IssuedTokens tokens = test.signIn(ADA).tokens();
    strangers.fail(ADA, 3);
    Optional<String> access = Optional.of(tokens.accessToken().revealText());

    latchkey.signOut(access, Optional.empty(), SignOutResult.Scope.ALL, on(tokens));

    assertThat(latchkey.requestCode(ADA, on(tokens))).isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  void endAllSessions_dropsTheDevices() {
    VerifyCodeResult.SignedIn signedIn = test.signIn(ADA);
    strangers.fail(ADA, 3);

    latchkey.endAllSessions(signedIn.account().id());

    assertThat(latchkey.requestCode(ADA, on(signedIn.tokens())))
        .isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  void signOut_ofOneSession_leavesTheDeviceKnown() {
    IssuedTokens tokens = test.signIn(ADA).tokens();
    strangers.fail(ADA, 3);
    Optional<String> access = Optional.of(tokens.accessToken().revealText());

    latchkey.signOut(access, Optional.empty(), SignOutResult.Scope.SESSION, on(tokens));

    assertThat(latchkey.requestCode(ADA, on(tokens))).isInstanceOf(RequestCodeResult.Sent.class);
  }

  @Test
  void reuseOfARefreshToken_dropsTheDevices() {
    IssuedTokens tokens = test.signIn(ADA).tokens();
    String refresh = tokens.refreshToken().revealText();
    latchkey.refresh(refresh, on(tokens));
    strangers.fail(ADA, 3);

    assertThat(latchkey.refresh(refresh, on(tokens)))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.REUSED));

    assertThat(latchkey.requestCode(ADA, on(tokens))).isInstanceOf(RequestCodeResult.Locked.class);
  }

  @Test
  void lockOfABarredAddress_looksAlike_andMailsNothing() {
    test.stores().accounts().bar(EmailAddress.parse(ADA).orElseThrow());
    strangers.fail(ADA, 3);
    assertLocked(ADA);
    test.clock().advance(DAY);
    strangers.useUpCodes(ADA);

    assertThat(test.mailbox().messages(ADA)).isEmpty();
    assertThat(test.mailbox().withheld().stream().filter(Message.Lock.class::isInstance))
        .hasSize(3);
  }

  @Test
  void lockMail_thatFails_changesNothing_andCostsNoRepeat() {
    String challenge = strangers.challenge(ADA);
    strangers.fail(ADA, challenge);
    strangers.fail(ADA, challenge);
    test.clock().advance(Duration.ofSeconds(2));
    test.mailbox().fail();
    assertThat(strangers.fail(ADA, challenge)).isEqualTo(new VerifyCodeResult.Locked(LOCK));
    for (int i = 0; i < 5; i++) {
      assertLocked(ADA);
    }
    test.mailbox().recover();
    assertThat(lockMails(ADA)).isEmpty();

    for (int i = 0; i < 5; i++) {
      assertLocked(ADA);
    }
    assertThat(lockMails(ADA)).hasSize(3);
  }

  @Test
  void nothingThatIsTold_showsAnUnlockTokenOrAnAddress() {
    strangers.fail(ADA, 3);
    String token = test.mailbox().lastUnlockToken(ADA);
    UnlockResult unlocked = latchkey.unlock(token, OWNER);
    latchkey.unlock("forged", OWNER);
    String device = ((UnlockResult.Unlocked) unlocked).device().text().revealText();

    assertThat(events)
        .hasAtLeastOneElementOfType(AuthEvent.UnlockMailed.class)
        .hasAtLeastOneElementOfType(AuthEvent.Unlocked.class)
        .hasAtLeastOneElementOfType(AuthEvent.UnlockRefused.class);
    assertThat(events + " " + unlocked + lockMails(ADA).toList())
        .doesNotContain(token)
        .doesNotContain(device)
        .doesNotContain(ADA);
  }
}
