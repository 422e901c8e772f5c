package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.LOGOUT;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogoutTest {
  private static final String BAD_TOKEN = "Bearer error=\"invalid_token\"";

  private final Site site = new Site();

  @Test
  void logout_byBearerWithoutBody_endsTheSession() {
    Site.Tokens tokens = site.signIn(ADA);

    HttpAnswer answer = site.call("POST", LOGOUT, tokens.headers());

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers())
        .extracting(HttpAnswer.Header::name)
        .doesNotContain("Set-Cookie", "Content-Type");
    assertProblem(site.call("GET", ME, tokens.headers()), 401, "token_revoked", "sign_in");
    assertProblem(
        site.refresh(tokens.refresh(), tokens.device()), 401, "invalid_refresh_token", "sign_in");
  }

  @Test
  void logout_again_isFine() {
    Site.Tokens tokens = site.signIn(ADA);
    site.call("POST", LOGOUT, tokens.headers());

    assertThat(site.call("POST", LOGOUT, tokens.headers()).status()).isEqualTo(204);
  }

  @Test
  void logout_byRefreshToken_endsTheSession() {
    Site.Tokens tokens = site.signIn(ADA);

    HttpAnswer answer =
        site.post(
            LOGOUT, object("refresh_token", tokens.refresh()), "X-Device-Token", tokens.device());

    assertThat(answer.status()).isEqualTo(204);
    assertProblem(site.call("GET", ME, tokens.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void logout_byAnExpiredAccessToken_endsTheSession() {
    Site.Tokens tokens = site.signIn(ADA);
    site.pass(Duration.ofHours(1));

    assertThat(site.call("POST", LOGOUT, tokens.headers()).status()).isEqualTo(204);
    assertProblem(
        site.refresh(tokens.refresh(), tokens.device()), 401, "invalid_refresh_token", "sign_in");
  }

  @Test
  void logout_byAnOlderRefreshToken_endsTheSession() {
    Site.Tokens tokens = site.signIn(ADA);
    Site.Tokens next = new Site.Tokens(json(site.refresh(tokens.refresh(), tokens.device())));

    HttpAnswer answer =
        site.post(
            LOGOUT, object("refresh_token", tokens.refresh()), "X-Device-Token", tokens.device());

    assertThat(answer.status()).isEqualTo(204);
    assertProblem(site.call("GET", ME, next.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void logout_ofOthers_sparesTheSession() {
    Site.Tokens here = site.signIn(ADA);
    Site.Tokens there = site.signIn(ADA);

    assertThat(site.post(LOGOUT, object("scope", "others"), here.headers()).status())
        .isEqualTo(204);
    assertThat(site.call("GET", ME, here.headers()).status()).isEqualTo(200);
    assertProblem(site.call("GET", ME, there.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void logout_ofAll_endsAll() {
    Site.Tokens here = site.signIn(ADA);
    Site.Tokens there = site.signIn(ADA);

    assertThat(site.post(LOGOUT, object("scope", "all"), here.headers()).status()).isEqualTo(204);
    assertProblem(site.call("GET", ME, here.headers()), 401, "token_revoked", "sign_in");
    assertProblem(site.call("GET", ME, there.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void logout_ofAnUnknownScope_isRefused() {
    Site.Tokens tokens = site.signIn(ADA);

    assertProblem(
        site.post(LOGOUT, object("scope", "ALL"), tokens.headers()),
        400,
        "invalid_request",
        "retry");
    assertThat(site.call("GET", ME, tokens.headers()).status()).isEqualTo(200);
  }

  @Test
  void logout_withTokensOfOneSession_endsIt() {
    Site.Tokens tokens = site.signIn(ADA);

    assertThat(
            site.post(LOGOUT, object("refresh_token", tokens.refresh()), tokens.headers()).status())
        .isEqualTo(204);
  }

  @Test
  void logout_withTokensOfTwoSessions_isRefused() {
    Site.Tokens here = site.signIn(ADA);
    Site.Tokens there = site.signIn(ADA);

    assertProblem(
        site.post(LOGOUT, object("refresh_token", there.refresh()), here.headers()),
        400,
        "invalid_request",
        "retry");
    assertThat(site.call("GET", ME, here.headers()).status()).isEqualTo(200);
  }

  @Test
  void logout_withoutAToken_isRefusedWithoutAnError() {
    HttpAnswer refused = site.call("POST", LOGOUT);

    assertProblem(refused, 401, "missing_token", "sign_in");
    assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
  }

  @Test
  void logout_withAForgedToken_isRefused() {
    HttpAnswer access = site.call("POST", LOGOUT, "Authorization", "Bearer forged");
    HttpAnswer refresh = site.post(LOGOUT, object("refresh_token", "forged"));

    assertProblem(access, 401, "invalid_token", "sign_in");
    assertThat(header(access, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
    assertProblem(refresh, 401, "invalid_refresh_token", "sign_in");
    assertThat(header(refresh, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
  }

  @Test
  void logout_withoutItsDevice_isRefused() {
    Site.Tokens tokens = site.signIn(ADA);
    Site.Tokens other = site.signIn(ADA);

    HttpAnswer without = site.post(LOGOUT, object("refresh_token", tokens.refresh()));
    HttpAnswer foreign =
        site.call(
            "POST",
            LOGOUT,
            "Authorization",
            "Bearer " + tokens.access(),
            "X-Device-Token",
            other.device());

    assertProblem(without, 401, "wrong_device", "sign_in");
    assertProblem(foreign, 401, "wrong_device", "sign_in");
    assertThat(site.call("GET", ME, tokens.headers()).status()).isEqualTo(200);
  }
}
