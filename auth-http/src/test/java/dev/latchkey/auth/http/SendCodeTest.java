package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.SEND;
import static dev.latchkey.auth.http.Site.assertLimit;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static dev.latchkey.auth.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendCodeTest {
  private final Site site = new Site();

  @Test
  void send_answersHandleAndTimesAndLength() {
    HttpAnswer sent = site.send(ADA);

    assertThat(sent.status()).isEqualTo(200);
    assertThat(header(sent, "Content-Type")).isEqualTo("application/json");
    assertThat(header(sent, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(sent, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(json(sent).keySet())
        .containsExactly("challenge", "expires_in", "resend_in", "code_length");
    assertThat(json(sent))
        .containsEntry("expires_in", 300L)
        .containsEntry("resend_in", 30L)
        .containsEntry("code_length", 6L);
    assertThat(site.test.mailbox().codes(ADA)).hasSize(1);
  }

  @Test
  void send_tellsHowTheCallersIpStands() {
    assertLimit(site.send(ADA), "ip", 20, 19, 300, 300);
    site.pass(Duration.ofSeconds(100));
    assertLimit(site.send("bob@example.com"), "ip", 20, 18, 300, 200);
  }

  @Test
  void send_ofTwoIps_countsThemApart() {
    site.send(ADA);

    HttpAnswer other =
        site.handle(
            Site.request("POST", SEND, "Content-Type", "application/json")
                .body(object("email", ADA).getBytes(StandardCharsets.UTF_8))
                .peer("192.0.2.2"));

    assertLimit(other, "ip", 20, 19, 300, 300);
  }

  @Test
  void send_ofSomethingElseThanAnAddress_isRefused() {
    assertProblem(site.send("ada at example.com"), 400, "invalid_email", "retry");
  }

  @Test
  void send_pastTheIdentifiersLimit_tellsOfTheIdentifier() {
    for (int i = 0; i < 3; i++) {
      site.send(ADA);
    }
    site.pass(Duration.ofMillis(500));

    HttpAnswer refused = site.send("ADA@Example.Com");

    assertProblem(refused, 429, "rate_limited", "wait");
    assertThat(json(refused)).containsEntry("retry_after", 300L);
    assertLimit(refused, "identifier", 3, 0, 300, 300);
  }

  @Test
  void send_pastTheIpsLimit_tellsOfTheIp() {
    for (int i = 0; i < 20; i++) {
      site.send("p" + i + "@example.com");
    }

    HttpAnswer refused = site.send(ADA);

    assertProblem(refused, 429, "rate_limited", "wait");
    assertLimit(refused, "ip", 20, 0, 300, 300);
  }

  @Test
  void resend_beforeItsTime_isRefusedAndUsesNothing() {
    String challenge = site.challenge(ADA);
    site.pass(Duration.ofSeconds(10));

    HttpAnswer refused = site.post(SEND, object("email", ADA, "challenge", challenge));

    assertProblem(refused, 429, "rate_limited", "wait");
    assertThat(json(refused)).containsEntry("retry_after", 20L);
    assertThat(header(refused, "RateLimit")).isEqualTo("\"resend\";r=0;t=20");
    assertThat(site.test.mailbox().codes(ADA)).hasSize(1);
  }

  @Test
  void resend_atItsTime_answersAnotherHandle() {
    String challenge = site.challenge(ADA);
    site.pass(Duration.ofSeconds(30));

    HttpAnswer sent = site.post(SEND, object("email", ADA, "challenge", challenge));

    assertThat(sent.status()).isEqualTo(200);
    assertThat(text(sent, "challenge")).isNotEqualTo(challenge);
    assertLimit(sent, "ip", 20, 18, 300, 270);
  }

  @Test
  void resend_withAnUnreadableChallenge_startsANewOne() {
    HttpAnswer sent = site.post(SEND, object("email", ADA, "challenge", "nonsense"));

    assertThat(sent.status()).isEqualTo(200);
    assertThat(json(sent).keySet())
        .containsExactly("challenge", "expires_in", "resend_in", "code_length");
  }

  @Test
  void send_whileLocked_isRefused() {
    site.lock(ADA);

    HttpAnswer refused = site.send(ADA);

    assertProblem(refused, 423, "account_locked", "wait");
    assertThat(json(refused)).containsEntry("retry_after", 300L);
  }

  @Test
  void send_whileMailIsDown_saysSoBeforeTheLock() {
    site.lock(ADA);
    site.test.mailbox().goDown();

    assertProblem(site.send(ADA), 502, "mail_undelivered", "retry");
    assertProblem(site.send("nobody"), 400, "invalid_email", "retry");
  }

  @Test
  void send_thatFailedOnOurSide_usesNoBudget() {
    site.test.mailbox().fail();
    for (int i = 0; i < 30; i++) {
      assertProblem(site.send(ADA), 502, "mail_undelivered", "retry");
    }
    site.test.mailbox().recover();

    assertLimit(site.send(ADA), "ip", 20, 19, 300, 300);
  }

  @Test
  void send_toABarredAddress_looksLikeAnyOther() {
    site.test.stores().accounts().bar(EmailAddress.parse("eve@example.com").orElseThrow());

    HttpAnswer barred = site.send("eve@example.com");
    HttpAnswer other = site.send(ADA);

    assertThat(barred.status()).isEqualTo(other.status());
    assertThat(barred.body()).hasSameSizeAs(other.body());
    assertThat(site.test.mailbox().codes("eve@example.com")).isEmpty();
  }
}
