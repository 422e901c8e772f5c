package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LatchkeyMailTest {
  private static final String ADA = "ada@example.com";
  private static final ClientInfo CLIENT = ClientInfo.of("192.0.2.1");

  private final List<AuthEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final TestLatchkey test = TestLatchkey.create(builder -> builder.listener(events::add));
  private final Latchkey latchkey = test.latchkey();

  private RequestCodeResult ask(String email) {
    return latchkey.requestCode(email, CLIENT);
  }

  private static String challenge(RequestCodeResult result) {
    assertThat(result).isInstanceOf(RequestCodeResult.Sent.class);
    return ((RequestCodeResult.Sent) result).challenge().revealText();
  }

  @Test
  void requestCode_whileMailIsDown_isUndeliveredForEverybody() {
    test.mailbox().goDown();

    assertThat(ask(ADA)).isEqualTo(new RequestCodeResult.Undelivered());
    assertThat(ask("nobody@example.com")).isEqualTo(new RequestCodeResult.Undelivered());
    assertThat(test.mailbox().messages()).isEmpty();
  }

  @Test
  void requestCode_thatOurMailFails_usesNoBudget() {
    test.mailbox().fail();
    for (int i = 0; i < 10; i++) {
      assertThat(ask(ADA)).isEqualTo(new RequestCodeResult.Undelivered());
    }
    test.mailbox().recover();

    for (int i = 0; i < 3; i++) {
      assertThat(ask(ADA)).isInstanceOf(RequestCodeResult.Sent.class);
    }
    assertThat(ask(ADA)).isInstanceOf(RequestCodeResult.Limited.class);
  }

  @Test
  void resendCode_thatOurMailFails_leavesTheCodesThatArrived() {
    String challenge = challenge(ask(ADA));
    String code = test.mailbox().lastCode(ADA);
    test.mailbox().fail();
    for (int i = 0; i < 4; i++) {
      test.clock().advance(Duration.ofSeconds(i == 0 ? 30 : 0));
      assertThat(latchkey.resendCode(ADA, challenge, CLIENT))
          .isEqualTo(new RequestCodeResult.Undelivered());
    }
    for (int i = 0; i < 30; i++) {
      assertThat(ask(ADA)).isEqualTo(new RequestCodeResult.Undelivered());
    }
    test.mailbox().recover();

    assertThat(latchkey.resendCode(ADA, challenge, CLIENT))
        .isInstanceOf(RequestCodeResult.Sent.class);
    assertThat(latchkey.verifyCode(challenge, code, CLIENT))
        .isInstanceOf(VerifyCodeResult.SignedIn.class);
  }

  @Test
  void requestCode_ofABarredAddressWhileMailFails_failsAlike() {
    test.stores().accounts().bar(EmailAddress.parse("barred@example.com").orElseThrow());
    test.mailbox().fail();
    assertThat(ask(ADA)).isEqualTo(new RequestCodeResult.Undelivered());
    assertThat(ask("barred@example.com")).isEqualTo(new RequestCodeResult.Undelivered());
    test.mailbox().recover();
    assertThat(ask(ADA)).isInstanceOf(RequestCodeResult.Sent.class);
    assertThat(ask("barred@example.com")).isInstanceOf(RequestCodeResult.Sent.class);
  }

  @Test
  void refresh_whoseClaimsCanNotBeSigned_costsNoToken() {
    AtomicReference<Map<String, Object>> claims = new AtomicReference<>(Map.of());
    TestLatchkey custom =
        TestLatchkey.create(
            builder -> builder.tokens(policy -> policy.customClaims(account -> claims.get())));
    VerifyCodeResult.SignedIn signedIn = custom.signIn(ADA);
    ClientInfo device = CLIENT.deviceToken(signedIn.tokens().device().text().revealText());
    String refresh = signedIn.tokens().refreshToken().revealText();
    claims.set(Map.of("iss", "https://evil.example"));
    assertThatThrownBy(() -> custom.latchkey().refresh(refresh, device))
        .isInstanceOf(IllegalArgumentException.class);
    claims.set(
        Map.of(
            "a",
            "x".repeat(1024),
            "b",
            "x".repeat(1024),
            "c",
            "x".repeat(1024),
            "d",
            "x".repeat(1024),
            "e",
            "x".repeat(1024)));
    assertThatThrownBy(() -> custom.latchkey().refresh(refresh, device))
        .isInstanceOf(IllegalArgumentException.class);
    claims.set(Map.of("plan", "pro"));

    assertThat(custom.latchkey().refresh(refresh, device))
        .isInstanceOf(RefreshResult.Refreshed.class);
  }

  @Test
  void requestCode_whoseRecipientIsRefused_looksSentAndUsesBudget() {
    test.mailbox().refuseRecipients();
    for (int i = 0; i < 3; i++) {
      assertThat(ask(ADA)).isInstanceOf(RequestCodeResult.Sent.class);
    }

    assertThat(ask(ADA)).isInstanceOf(RequestCodeResult.Limited.class);
    assertThat(events).hasAtLeastOneElementOfType(AuthEvent.MailUndelivered.class);
  }

  @Test
  void requestCode_withASenderThatThrows_isUndeliveredAndTellsOnlyTheType() {
    TestLatchkey throwing =
        TestLatchkey.create(
            builder ->
                builder
                    .listener(events::add)
                    .codeSender(
                        message -> {
                          throw new IllegalStateException("canary " + message.to().identity());
                        }));

    assertThat(throwing.latchkey().requestCode(ADA, CLIENT))
        .isEqualTo(new RequestCodeResult.Undelivered());
    assertThat(events.toString()).doesNotContain("canary").doesNotContain(ADA);
    assertThat(events.toString()).contains("java.lang.IllegalStateException");
  }

  @Test
  void requestCode_ofABarredAddress_looksSentAndMailsNothing() {
    EmailAddress address = EmailAddress.parse(ADA).orElseThrow();
    test.stores().accounts().bar(address);

    challenge(ask(ADA));

    assertThat(test.mailbox().messages(ADA)).isEmpty();
    assertThat(test.mailbox().withheld()).hasSize(1);
  }

  @Test
  void verifyCode_ofAnAddressBarredMeanwhile_isAWrongCode() {
    String challenge = challenge(ask(ADA));
    test.stores().accounts().bar(EmailAddress.parse(ADA).orElseThrow());

    assertThat(latchkey.verifyCode(challenge, test.mailbox().lastCode(ADA), CLIENT))
        .isEqualTo(new VerifyCodeResult.WrongCode(2, Duration.ZERO));
  }

  @Test
  void refresh_ofAnAddressBarredMeanwhile_endsItsSessions() {
    VerifyCodeResult.SignedIn signedIn = test.signIn(ADA);
    ClientInfo device = CLIENT.deviceToken(signedIn.tokens().device().text().revealText());
    test.stores().accounts().bar(EmailAddress.parse(ADA).orElseThrow());

    assertThat(latchkey.refresh(signedIn.tokens().refreshToken().revealText(), device))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.INVALID));
    assertThat(latchkey.sessions(signedIn.account().id())).isEmpty();
  }

  @Test
  void refresh_fromAnotherDevice_alertsTheOwnerThreeTimesADay() {
    VerifyCodeResult.SignedIn signedIn = test.signIn(ADA);
    String refresh = signedIn.tokens().refreshToken().revealText();
    for (int i = 0; i < 5; i++) {
      assertThat(latchkey.refresh(refresh, CLIENT))
          .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.WRONG_DEVICE));
    }
    assertThat(alerts()).isEqualTo(3);

    test.clock().advance(Duration.ofHours(24));
    latchkey.refresh(refresh, CLIENT);

    assertThat(alerts()).isEqualTo(4);
    assertThat(latchkey.sessions(signedIn.account().id())).hasSize(1);
  }

  private long alerts() {
    return test.mailbox().messages(ADA).stream().filter(Message.Alert.class::isInstance).count();
  }

  @Test
  void requestCode_withAListenerThatThrows_goesOn() {
    TestLatchkey throwing =
        TestLatchkey.create(
            builder ->
                builder.listener(
                    event -> {
                      throw new IllegalStateException("listener");
                    }));

    assertThat(throwing.signIn(ADA).newAccount()).isTrue();
  }
}
