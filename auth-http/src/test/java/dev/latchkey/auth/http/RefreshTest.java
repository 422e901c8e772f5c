package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.REFRESH;
import static dev.latchkey.auth.http.Site.assertLimit;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefreshTest {
  private final Site site = new Site();

  @Test
  void refresh_answersNewTokensOfTheSameSession() {
    Site.Tokens first = site.signIn(ADA);

    HttpAnswer answer = site.refresh(first.refresh(), first.device());

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
            "account");
    Site.Tokens next = new Site.Tokens(json(answer));
    assertThat(next.refresh()).isNotEqualTo(first.refresh());
    assertThat(next.session()).isEqualTo(first.session());
    assertThat(next.device()).isEqualTo(first.device());
    assertThat(site.call("GET", ME, next.headers()).status()).isEqualTo(200);
    assertThat(site.call("GET", ME, first.headers()).status()).isEqualTo(200);
  }

  @Test
  void refresh_withAForgedToken_isRefused() {
    HttpAnswer refused = site.refresh("forged", "forged");

    assertProblem(refused, 401, "invalid_refresh_token", "sign_in");
    assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
  }

  @Test
  void refresh_withoutAToken_isNoRequest() {
    assertProblem(site.post(REFRESH, "{}"), 400, "invalid_request", "retry");
    assertProblem(site.call("POST", REFRESH), 400, "invalid_request", "retry");
  }

  @Test
  void refresh_withATokenInTheUrl_isNoRequest() {
    Site.Tokens tokens = site.signIn(ADA);

    HttpAnswer refused =
        site.post(
            REFRESH + "?refresh_token=" + tokens.refresh(),
            "{}",
            "X-Device-Token",
            tokens.device());

    assertProblem(refused, 400, "invalid_request", "retry");
  }

  @Test
  void refresh_twice_endsEverything() {
    Site.Tokens first = site.signIn(ADA);
    Site.Tokens elsewhere = site.signIn(ADA);
    Site.Tokens next = new Site.Tokens(json(site.refresh(first.refresh(), first.device())));

    HttpAnswer reused = site.refresh(first.refresh(), first.device());

    assertProblem(reused, 401, "refresh_token_reused", "sign_in");
    assertProblem(
        site.refresh(next.refresh(), next.device()), 401, "invalid_refresh_token", "sign_in");
    assertProblem(site.call("GET", ME, elsewhere.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void refresh_fromAnotherDevice_isRefusedAndTheSessionGoesOn() {
    Site.Tokens tokens = site.signIn(ADA);
    Site.Tokens other = site.signIn(ADA);

    HttpAnswer without = site.post(REFRESH, object("refresh_token", tokens.refresh()));
    HttpAnswer foreign = site.refresh(tokens.refresh(), other.device());

    assertProblem(without, 401, "wrong_device", "sign_in");
    assertProblem(foreign, 401, "wrong_device", "sign_in");
    assertThat(header(foreign, "WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(site.refresh(tokens.refresh(), tokens.device()).status()).isEqualTo(200);
  }

  @Test
  void refresh_ofABarredAccount_isRefused() {
    Site.Tokens tokens = site.signIn(ADA);
    site.test.stores().accounts().bar(EmailAddress.parse(ADA).orElseThrow());

    assertProblem(
        site.refresh(tokens.refresh(), tokens.device()), 401, "invalid_refresh_token", "sign_in");
  }

  @Test
  void refresh_diesWithTheSession() {
    Site.Tokens tokens = site.signIn(ADA);
    site.pass(Duration.ofDays(14));

    assertProblem(
        site.refresh(tokens.refresh(), tokens.device()), 401, "invalid_refresh_token", "sign_in");
  }

  @Test
  void refresh_pastTheSessionsLimit_tellsOfTheSession() {
    Site.Tokens tokens = site.signIn(ADA);
    for (int i = 0; i < 30; i++) {
      site.refresh(tokens.refresh(), "forged");
    }

    HttpAnswer refused = site.refresh(tokens.refresh(), "forged");

    assertProblem(refused, 429, "rate_limited", "wait");
    assertLimit(refused, "session", 30, 0, 300, 300);
    assertThat(site.refresh(tokens.refresh(), tokens.device()).status()).isEqualTo(200);
  }
}
