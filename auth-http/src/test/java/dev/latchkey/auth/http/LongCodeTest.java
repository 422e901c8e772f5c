package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Codes of eight characters, which are mailed while somebody sprays. */
class LongCodeTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Site site =
      new Site(
          builder ->
              builder.breaker(new Thresholds(MINUTE, 1, 1, MINUTE)).acceptGuessBudget(1, 10));

  private void spray() {
    for (String email : new String[] {"p1@example.com", "p2@example.com"}) {
      assertThat(site.verifyWrong(site.challenge(email), email).status()).isEqualTo(401);
    }
  }

  @Test
  void spray_makesCodesLong_andTheAnswerSaysSo() {
    assertThat(json(site.send(ADA))).containsEntry("code_length", 6L);
    spray();

    HttpAnswer sent = site.send(ADA);

    assertThat(json(sent)).containsEntry("code_length", 8L);
    assertThat(site.test.mailbox().lastCode(ADA)).matches("[0-9A-HJKMNP-TV-Z]{8}");
  }

  @Test
  void longCode_signsIn_inAnyCaseAndGrouping() {
    spray();
    String challenge = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA).toLowerCase(Locale.ROOT);

    assertThat(site.verify(challenge, code.substring(0, 4) + "-" + code.substring(4)).status())
        .isEqualTo(200);
  }

  @Test
  void shortCode_ofBefore_takesOneGuess() {
    String once = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA);
    String wrong = site.wrongCode(ADA);
    String other = site.challenge("bob@example.com");
    spray();

    assertThat(site.verify(other, site.test.mailbox().lastCode("bob@example.com")).status())
        .isEqualTo(200);
    HttpAnswer first = site.verify(once, wrong);
    assertProblem(first, 401, "wrong_code", "retry");
    assertThat(json(first)).containsEntry("attempts_left", 0L);
    assertProblem(site.verify(once, code), 401, "code_expired", "request_new_code");
  }

  @Test
  void calm_bringsShortCodesBack() {
    spray();
    site.pass(MINUTE.plus(MINUTE).minusMillis(1));
    assertThat(json(site.send(ADA))).containsEntry("code_length", 8L);
    site.pass(Duration.ofSeconds(1));

    HttpAnswer sent = site.send(ADA);

    assertThat(json(sent)).containsEntry("code_length", 6L);
    assertThat(site.verify(text(sent, "challenge"), site.test.mailbox().lastCode(ADA)).status())
        .isEqualTo(200);
  }
}
