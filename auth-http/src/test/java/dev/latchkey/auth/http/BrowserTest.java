package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.LOGOUT;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.REFRESH;
import static dev.latchkey.auth.http.Site.SEND;
import static dev.latchkey.auth.http.Site.UNLOCK;
import static dev.latchkey.auth.http.Site.VERIFY;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserTest {
  private static final String DEVICE_LIFE = Long.toString(Duration.ofDays(400).toSeconds());
  private static final String REFRESH_LIFE = Long.toString(Duration.ofDays(14).toSeconds());

  private final Site site = new Site();
  private final Map<String, String> jar = new LinkedHashMap<>();

  @Test
  void signIn_givesTokensAsCookiesAlone() {
    HttpAnswer answer = signIn();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer))
        .containsKeys("access_token", "refresh_expires_in", "session_id", "device_id", "account")
        .doesNotContainKeys("refresh_token", "device_token");
    assertThat(Site.headers(answer, "Set-Cookie"))
        .satisfiesExactly(
            refresh ->
                assertThat(refresh)
                    .matches(
                        "__Host-refresh=[A-Za-z0-9_-]+; Max-Age="
                            + REFRESH_LIFE
                            + "; Path=/; Secure; HttpOnly; SameSite=Strict"),
            device ->
                assertThat(device)
                    .matches(
                        "__Host-device=[A-Za-z0-9_-]+; Max-Age="
                            + DEVICE_LIFE
                            + "; Path=/; Secure; HttpOnly; SameSite=Strict"));
    assertThat(Site.body(answer)).doesNotContain(jar.values());
  }

  @Test
  void signIn_withTheDeviceCookie_keepsTheDevice() {
    signIn();
    String device = jar.get("__Host-device");

    signIn();

    assertThat(jar).containsEntry("__Host-device", Objects.requireNonNull(device));
  }

  @Test
  void refresh_byCookiesAlone_rotatesThem() {
    signIn();
    String before = Objects.requireNonNull(jar.get("__Host-refresh"));

    HttpAnswer answer = browser("POST", REFRESH, "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer)).doesNotContainKeys("refresh_token", "device_token", "new_account");
    assertThat(jar.get("__Host-refresh")).isNotEqualTo(before);
    assertThat(browser("POST", REFRESH, "{}").status()).isEqualTo(200);
  }

  @Test
  void refresh_withoutACookie_isNoSignIn() {
    assertProblem(browser("POST", REFRESH, "{}"), 401, "invalid_refresh_token", "sign_in");
    assertProblem(browser("POST", REFRESH, ""), 401, "invalid_refresh_token", "sign_in");
  }

  @Test
  void refresh_withoutTheDeviceCookie_isOfAnotherDevice() {
    signIn();
    jar.remove("__Host-device");

    assertProblem(browser("POST", REFRESH, "{}"), 401, "wrong_device", "sign_in");
  }

  @Test
  void refreshToken_inTheBody_isRefusedWithAndWithoutCookie() {
    signIn();
    String body = object("refresh_token", Objects.requireNonNull(jar.get("__Host-refresh")));

    for (String path : List.of(REFRESH, LOGOUT)) {
      assertProblem(browser("POST", path, body), 400, "invalid_request", "retry");
    }
    jar.clear();
    for (String path : List.of(REFRESH, LOGOUT)) {
      assertProblem(browser("POST", path, body), 400, "invalid_request", "retry");
    }
  }

  @Test
  void deviceToken_inAHeader_isRefusedWithAndWithoutCookie() {
    signIn();
    String device = Objects.requireNonNull(jar.get("__Host-device"));

    assertProblem(
        browser("POST", REFRESH, "{}", "X-Device-Token", device), 400, "invalid_request", "retry");
    jar.clear();
    for (String path : List.of(REFRESH, LOGOUT, SEND, VERIFY, UNLOCK)) {
      assertProblem(
          browser("POST", path, "{}", "X-Device-Token", device), 400, "invalid_request", "retry");
    }
    assertProblem(
        browser("GET", ME, "", "X-Device-Token", device), 400, "invalid_request", "retry");
  }

  @Test
  void cookies_withoutTheHeader_countForNothing() {
    String access = (String) Objects.requireNonNull(json(signIn()).get("access_token"));
    String[] headers = {"Cookie", cookieHeader(), "Authorization", "Bearer " + access};

    assertProblem(
        site.post(REFRESH, "{}", "Cookie", cookieHeader()), 400, "invalid_request", "retry");
    assertProblem(
        site.call("POST", LOGOUT, "Cookie", cookieHeader()), 401, "missing_token", "sign_in");
    assertProblem(site.call("GET", ME, headers), 401, "wrong_device", "sign_in");
    assertThat(browser("POST", REFRESH, "{}").status()).isEqualTo(200);
  }

  @Test
  void me_takesTheDeviceFromTheCookie() {
    String access = (String) Objects.requireNonNull(json(signIn()).get("access_token"));

    assertThat(browser("GET", ME, "", "Authorization", "Bearer " + access).status()).isEqualTo(200);
    jar.remove("__Host-device");
    assertProblem(
        browser("GET", ME, "", "Authorization", "Bearer " + access),
        401,
        "wrong_device",
        "sign_in");
  }

  @Test
  void cookie_thatComesTwice_isRefused() {
    signIn();

    for (String name : List.of("__Host-refresh", "__Host-device")) {
      assertProblem(
          browser("POST", REFRESH, "{}", "Cookie", name + "=x"), 400, "invalid_request", "retry");
    }
    assertThat(browser("POST", REFRESH, "{}", "Cookie", "other=x; other=y").status())
        .isEqualTo(200);
  }

  @Test
  void logout_byCookiesAlone_endsTheSessionAndTheCookies() {
    String access = (String) Objects.requireNonNull(json(signIn()).get("access_token"));
    Map<String, String> before = new LinkedHashMap<>(jar);

    HttpAnswer answer = browser("POST", LOGOUT, "");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(Site.headers(answer, "Set-Cookie"))
        .containsExactly(
            "__Host-refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict",
            "__Host-device=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict");
    jar.putAll(before);
    assertProblem(
        browser("GET", ME, "", "Authorization", "Bearer " + access),
        401,
        "token_revoked",
        "sign_in");
  }

  @Test
  void logout_ofOthers_keepsTheCookiesOfThisSession() {
    signIn();

    HttpAnswer answer = browser("POST", LOGOUT, object("scope", "others"));

    assertThat(answer.status()).isEqualTo(204);
    assertThat(Site.headers(answer, "Set-Cookie")).isEmpty();
    assertThat(browser("POST", REFRESH, "{}").status()).isEqualTo(200);
  }

  @Test
  void logout_withACookieThatIsNoToken_endsTheCookies() {
    jar.put("__Host-refresh", "forged");

    HttpAnswer answer = browser("POST", LOGOUT, "");

    assertProblem(answer, 401, "invalid_refresh_token", "sign_in");
    assertThat(Site.headers(answer, "Set-Cookie")).hasSize(2);
  }

  @Test
  void logout_withNothing_isMissingAToken() {
    assertProblem(browser("POST", LOGOUT, ""), 401, "missing_token", "sign_in");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost,              false, '',         refresh",
    "LocalHost:8080,         false, '',         refresh",
    "127.0.0.1:8080,         false, '',         refresh",
    "127.8.9.10,             false, '',         refresh",
    "[::1]:8080,             false, '',         refresh",
    "[::1],                  false, '',         refresh",
    "localhost:8080,         true,  '',         __Host-refresh",
    "localhost,              false, https,      __Host-refresh",
    "localhost,              false, HTTPS,      __Host-refresh",
    "localhost,              false, http,       refresh",
    "shop.example,           false, '',         __Host-refresh",
    "shop.example,           true,  '',         __Host-refresh",
    "localhost.evil.example, false, '',         __Host-refresh",
    "127.0.0.1.evil.example, false, '',         __Host-refresh",
    "192.0.2.1,              false, '',         __Host-refresh",
    "'',                     false, '',         __Host-refresh"
  })
  void cookieNames_followTheConnection(
      String host, boolean secure, String forwardedProto, String name) {
    HttpRequest.Builder request =
        Site.request("POST", REFRESH, "X-Client", "browser", "Cookie", name + "=here")
            .secure(secure);
    if (!host.isEmpty()) {
      request.header("Host", host);
    }
    if (!forwardedProto.isEmpty()) {
      request.header("X-Forwarded-Proto", forwardedProto);
    }

    assertThat(Cookies.of(request.build()).refreshToken(request.build())).contains("here");
  }

  @Test
  void cookies_onLoopback_areNotSecure() {
    HttpAnswer answer =
        site.verify(
            site.challenge(ADA),
            site.test.mailbox().lastCode(ADA),
            "X-Client",
            "browser",
            "Host",
            "localhost:8080");

    assertThat(Site.headers(answer, "Set-Cookie"))
        .satisfiesExactly(
            refresh ->
                assertThat(refresh)
                    .startsWith("refresh=")
                    .endsWith("; Path=/; HttpOnly; SameSite=Strict"),
            device ->
                assertThat(device)
                    .startsWith("device=")
                    .endsWith("; Path=/; HttpOnly; SameSite=Strict"));
  }

  private HttpAnswer signIn() {
    HttpAnswer sent = browser("POST", SEND, object("email", ADA));
    return browser(
        "POST",
        VERIFY,
        object(
            "challenge", Site.text(sent, "challenge"), "code", site.test.mailbox().lastCode(ADA)));
  }

  /** As a browser does: sends its cookies, and takes those of the answer. */
  private HttpAnswer browser(String method, String path, String json, String... headers) {
    HttpRequest.Builder request =
        Site.request(method, path, headers)
            .header("X-Client", "browser")
            .header("Host", "shop.example")
            .secure(true);
    if (!jar.isEmpty()) {
      request.header("Cookie", cookieHeader());
    }
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
      request.body(json.getBytes(StandardCharsets.UTF_8));
    }
    HttpAnswer answer = site.handle(request);
    for (String cookie : Site.headers(answer, "Set-Cookie")) {
      String pair = cookie.substring(0, cookie.indexOf(';'));
      String name = pair.substring(0, pair.indexOf('='));
      if (cookie.contains("; Max-Age=0;")) {
        jar.remove(name);
      } else {
        jar.put(name, pair.substring(name.length() + 1));
      }
    }
    return answer;
  }

  private String cookieHeader() {
    List<String> pairs = new ArrayList<>(List.of("theme=dark"));
    jar.forEach((name, value) -> pairs.add(name + "=" + value));
    return String.join("; ", pairs);
  }
}
