package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.assertLimit;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Limits;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.ratelimit.Quota;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class VerifyCodeTest {
  private final Site site = new Site();

  @Test
  void rightCode_answersTokens() {
    HttpAnswer answer = site.verify(site.challenge(ADA), site.test.mailbox().lastCode(ADA));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(json(answer).keySet())
        .containsExactly(
            "access_token",
            "token_type",
            "expires_in",
            "refresh_token",
            "refresh_expires_in",
            "session_id",
            "device_id",
            "device_token",
            "account",
            "new_account");
    assertThat(json(answer))
        .containsEntry("token_type", "Bearer")
        .containsEntry("expires_in", 900L)
        .containsEntry("refresh_expires_in", Duration.ofDays(14).toSeconds())
        .containsEntry("new_account", true);
    assertThat(answer.headers()).extracting(HttpAnswer.Header::name).doesNotContain("Set-Cookie");
  }

  @Test
  void secondSignIn_isNoNewAccountAndTellsItsRoles() {
    site.signIn("Ada@Example.COM");
    site.test
        .stores()
        .accounts()
        .assignRoles(EmailAddress.parse(ADA).orElseThrow(), Set.of(new Role("maker")));

    Site.Tokens tokens = site.signIn(ADA);

    assertThat(tokens.members()).containsEntry("new_account", false);
    assertThat(tokens.members().get("account"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("email", ADA)
        .containsEntry("roles", List.of("maker"))
        .containsOnlyKeys("id", "email", "roles");
  }

  @Test
  void signIn_withItsDeviceToken_keepsIt() {
    Site.Tokens first = site.signIn(ADA);

    HttpAnswer again =
        site.verify(
            site.challenge(ADA),
            site.test.mailbox().lastCode(ADA),
            "X-Device-Token",
            first.device());

    assertThat(new Site.Tokens(json(again)).device()).isEqualTo(first.device());
  }

  @Test
  void signIn_withAForgedOrForeignDeviceToken_ignoresIt() {
    Site.Tokens bob = site.signIn("bob@example.com");

    for (String token : List.of("forged", bob.device())) {
      HttpAnswer answer =
          site.verify(
              site.challenge(ADA), site.test.mailbox().lastCode(ADA), "X-Device-Token", token);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(new Site.Tokens(json(answer)).device()).isNotEqualTo(token);
    }
  }

  @Test
  void wrongCodes_countDownToTheLock() {
    String challenge = site.challenge(ADA);

    HttpAnswer first = site.verifyWrong(challenge, ADA);
    assertProblem(first, 401, "wrong_code", "retry");
    assertThat(header(first, "WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(json(first)).containsEntry("attempts_left", 2L).doesNotContainKey("retry_after");

    HttpAnswer second = site.verifyWrong(challenge, ADA);
    assertProblem(second, 401, "wrong_code", "retry");
    assertThat(json(second)).containsEntry("attempts_left", 1L).containsEntry("retry_after", 2L);

    site.pass(Duration.ofSeconds(2));
    HttpAnswer third = site.verifyWrong(challenge, ADA);
    assertProblem(third, 423, "account_locked", "wait");
    assertThat(json(third)).containsEntry("retry_after", 300L);

    HttpAnswer right = site.verify(challenge, site.test.mailbox().lastCode(ADA));
    assertProblem(right, 423, "account_locked", "wait");
  }

  @Test
  void guess_withinTheDelay_isToldToSlowDownAndCountsNowhere() {
    String challenge = site.challenge(ADA);
    site.verifyWrong(challenge, ADA);
    site.verifyWrong(challenge, ADA);
    site.pass(Duration.ofMillis(1_001));

    HttpAnswer refused = site.verify(challenge, site.test.mailbox().lastCode(ADA));

    assertProblem(refused, 429, "slow_down", "wait");
    assertThat(json(refused)).containsEntry("retry_after", 1L);
    assertThat(header(refused, "RateLimit")).isEqualTo("\"failures\";r=0;t=1");
    site.pass(Duration.ofMillis(999));
    assertThat(site.verify(challenge, site.test.mailbox().lastCode(ADA)).status()).isEqualTo(200);
  }

  @Test
  void code_isGoodOnce() {
    String challenge = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA);
    site.verify(challenge, code);

    assertProblem(site.verify(challenge, code), 401, "code_expired", "request_new_code");
  }

  @Test
  void code_diesAtFiveMinutes() {
    String early = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA);
    site.pass(Duration.ofMinutes(5).minusMillis(1));
    assertThat(site.verify(early, code).status()).isEqualTo(200);

    String late = site.challenge(ADA);
    site.pass(Duration.ofMinutes(5));
    assertProblem(
        site.verify(late, site.test.mailbox().lastCode(ADA)),
        401,
        "code_expired",
        "request_new_code");
  }

  @Test
  void challenge_thatIsUnreadable_looksLikeAnExpiredOne() {
    HttpAnswer refused = site.verify("nonsense", "123456");

    assertProblem(refused, 401, "code_expired", "request_new_code");
    assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
  }

  @Test
  void form_isJudgedBeforeTheChallenge() {
    assertProblem(site.verify("nonsense", "12345"), 400, "invalid_code", "retry");
  }

  @Test
  void form_isNoGuess() {
    String challenge = site.challenge(ADA);
    for (String code :
        List.of("", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456\n", "ABCDEFGU")) {
      assertProblem(site.verify(challenge, code), 400, "invalid_code", "retry");
    }

    assertThat(json(site.verifyWrong(challenge, ADA))).containsEntry("attempts_left", 2L);
  }

  @Test
  void code_mayHaveSpacesAndHyphens() {
    String challenge = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA);

    String typed = " " + code.substring(0, 3) + "-" + code.substring(3) + " ";

    assertThat(site.verify(challenge, typed).status()).isEqualTo(200);
  }

  @Test
  void code_ofTheOtherForm_isAWrongCode() {
    HttpAnswer answer = site.verify(site.challenge(ADA), "abcd-efgh");

    assertProblem(answer, 401, "wrong_code", "retry");
  }

  @Test
  void guesses_pastTheIpsLimit_areNotCompared() {
    Site few =
        new Site(
            builder ->
                builder.limits(
                    Limits.builder().verifyIp(Quota.of(1, Duration.ofMinutes(5))).build()));
    String challenge = few.challenge(ADA);
    few.verifyWrong(challenge, ADA);

    HttpAnswer refused = few.verify(challenge, few.test.mailbox().lastCode(ADA));

    assertProblem(refused, 429, "rate_limited", "wait");
    assertLimit(refused, "ip", 1, 0, 300, 300);
    assertProblem(few.verify("nonsense", "123456"), 401, "code_expired", "request_new_code");
  }

  @Test
  void answers_doNotTellAccountsApart() {
    site.signIn(ADA);

    Map<String, ?> known = json(site.verifyWrong(site.challenge(ADA), ADA));
    Map<String, ?> unknown =
        json(site.verifyWrong(site.challenge("new@example.com"), "new@example.com"));

    assertThat(known).isEqualTo(unknown);
  }
}
