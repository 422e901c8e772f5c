package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A browser keeps its long-lived tokens in cookies that no script reads. */
class BrowserTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor browser = server.visitor().with("X-Client", "browser");

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer signIn() {
    String challenge = browser.ask(ADA).isOk().text("challenge");
    return browser.verify(challenge, server.code(ADA)).isOk();
  }

  private static String cookie(Answer answer, String name) {
    return answer.header("set-cookie").stream()
        .filter(cookie -> cookie.startsWith(name + "="))
        .map(cookie -> cookie.substring(name.length() + 1, cookie.indexOf(';')))
        .findFirst()
        .orElseThrow();
  }

  private static String cookies(Answer answer) {
    return "refresh=" + cookie(answer, "refresh") + "; device=" + cookie(answer, "device");
  }

  @Test
  void signIn_setsCookies_andLeavesTheTokensOutOfTheBody() {
    Answer in = signIn();

    assertThat(in.json()).doesNotContainKeys("refresh_token", "device_token");
    assertThat(in.json()).containsKeys("access_token", "session_id", "device_id");
    assertThat(in.header("set-cookie"))
        .hasSize(2)
        .allSatisfy(
            cookie ->
                assertThat(cookie)
                    .contains("; HttpOnly")
                    .contains("; SameSite=Strict")
                    .contains("; Path=/")
                    .doesNotContain("Domain")
                    .doesNotContain("Secure"));
    assertThat(in.header("set-cookie"))
        .anyMatch(c -> c.contains("Max-Age=" + Duration.ofDays(14).toSeconds()))
        .anyMatch(c -> c.contains("Max-Age=" + Duration.ofDays(400).toSeconds()));
  }

  @Test
  void cookies_sufficeForRefreshBearerAndLogout() {
    Answer in = signIn();
    Answer refreshed = browser.postNothing("/auth/token/refresh", "Cookie", cookies(in)).isOk();
    String bearer = "Bearer " + refreshed.text("access_token");
    browser
        .get("/auth/me", "Authorization", bearer, "Cookie", "device=" + cookie(in, "device"))
        .isOk();

    Answer out = browser.postNothing("/auth/logout", "Cookie", cookies(refreshed));
    assertThat(out.status()).isEqualTo(204);
    assertThat(out.header("set-cookie"))
        .hasSize(2)
        .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=0"));
    browser
        .postNothing("/auth/token/refresh", "Cookie", cookies(refreshed))
        .isProblem(401, "invalid_refresh_token");
  }

  @Test
  void cookies_withoutTheHeader_countForNothing() {
    Answer in = signIn();
    Visitor plain = server.visitor();

    plain
        .get(
            "/auth/me", "Authorization", "Bearer " + in.text("access_token"), "Cookie", cookies(in))
        .isProblem(401, "wrong_device");
    plain.postNothing("/auth/logout", "Cookie", cookies(in)).isProblem(401, "missing_token");
    plain
        .post("/auth/token/refresh", "{}", "Cookie", cookies(in))
        .isProblem(400, "invalid_request");
  }

  @Test
  void tokenInBodyOrHeader_ofABrowser_isNoRequest() {
    SignedIn in = server.signIn(ADA);
    Answer cookies = signIn();
    for (List<String> headers : List.of(List.<String>of(), List.of("Cookie", cookies(cookies)))) {
      browser
          .post("/auth/token/refresh", in.refreshBody(), headers.toArray(String[]::new))
          .isProblem(400, "invalid_request");
    }
    browser.get("/auth/me", in.headers()).isProblem(400, "invalid_request");
  }

  @Test
  void unlock_setsTheDeviceCookie_whichSignsInDuringTheLock() {
    String challenge = browser.ask(ADA).isOk().text("challenge");
    browser.verify(challenge, server.wrongCode(ADA)).isProblem(401, "wrong_code");
    browser.verify(challenge, server.wrongCode(ADA)).isProblem(401, "wrong_code");
    server.clock().advance(Duration.ofSeconds(2));
    browser.verify(challenge, server.wrongCode(ADA)).isProblem(423, "account_locked");

    Answer unlocked = browser.unlock(server.unlockToken(ADA)).isOk();
    assertThat(unlocked.body()).isEqualTo("{}");
    assertThat(unlocked.header("set-cookie")).hasSize(1);
    Visitor known = browser.with("Cookie", "device=" + cookie(unlocked, "device"));
    String next = known.ask(ADA).isOk().text("challenge");
    Answer in = known.verify(next, server.code(ADA)).isOk();
    assertThat(cookie(in, "device")).isEqualTo(cookie(unlocked, "device"));
  }

  @Test
  void refresh_withoutCookie_isRefused() {
    browser.postNothing("/auth/token/refresh").isProblem(401, "invalid_refresh_token");
  }
}
