package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.SEND;
import static dev.latchkey.auth.http.Site.UNLOCK;
import static dev.latchkey.auth.http.Site.assertLimit;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static dev.latchkey.auth.http.Site.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way past a lock, which only a reader of the owner's mail can go. */
class UnlockTest {
  private static final String BOB = "bob@example.com";
  private static final Duration LOCK = Duration.ofMinutes(5);

  private final Site site = new Site();

  private String tokenOfALockOf(String email) {
    site.lock(email);
    return site.lastUnlockToken(email);
  }

  @Test
  void unlock_answersADeviceTokenAlone() {
    HttpAnswer answer = site.unlock(tokenOfALockOf(ADA));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(answer.headers()).extracting(HttpAnswer.Header::name).doesNotContain("Set-Cookie");
    assertThat(json(answer)).containsOnlyKeys("device_token");
  }

  @Test
  void deviceOfAnUnlock_asksAndSignsInDuringTheLock() {
    String device = text(site.unlock(tokenOfALockOf(ADA)), "device_token");

    HttpAnswer sent = site.send(ADA, "X-Device-Token", device);
    HttpAnswer in =
        site.verify(
            text(sent, "challenge"), site.test.mailbox().lastCode(ADA), "X-Device-Token", device);

    assertThat(in.status()).isEqualTo(200);
    assertThat(new Site.Tokens(json(in)).device()).isEqualTo(device);
    assertProblem(site.send(ADA), 423, "account_locked", "wait");
  }

  @Test
  void unlock_ofABrowser_setsTheDeviceCookieAlone() {
    String token = tokenOfALockOf(ADA);

    HttpAnswer answer = site.unlock(token, "X-Client", "browser");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(Site.body(answer)).isEqualTo("{}");
    assertThat(Site.headers(answer, "Set-Cookie"))
        .singleElement()
        .asString()
        .matches(
            "__Host-device=[A-Za-z0-9_-]+; Max-Age="
                + Duration.ofDays(400).toSeconds()
                + "; Path=/; Secure; HttpOnly; SameSite=Strict");
    String cookie = Site.headers(answer, "Set-Cookie").get(0).replaceAll(";.*", "");
    assertThat(site.send(ADA, "X-Client", "browser", "Cookie", cookie).status()).isEqualTo(200);
  }

  @Test
  void unlock_ofABrowserWithADeviceHeader_isNoRequest() {
    HttpAnswer answer =
        site.unlock(tokenOfALockOf(ADA), "X-Client", "browser", "X-Device-Token", "any");

    assertProblem(answer, 400, "invalid_request", "retry");
  }

  @Test
  void unlockTwice_isAnotherDevice_andTheOneThatCameAlongIsKept() {
    String token = tokenOfALockOf(ADA);

    String first = text(site.unlock(token), "device_token");
    String second = text(site.unlock(token), "device_token");
    HttpAnswer third = site.unlock(token, "X-Device-Token", second);

    assertThat(second).isNotEqualTo(first);
    assertThat(text(third, "device_token")).isEqualTo(second);
    assertProblem(site.send(ADA, "X-Device-Token", first), 423, "account_locked", "wait");
    assertThat(site.send(ADA, "X-Device-Token", second).status()).isEqualTo(200);
  }

  @Test
  void unlock_withAForgedOrForeignDeviceToken_ignoresIt() {
    String foreign = site.signIn(BOB).device();
    String token = tokenOfALockOf(ADA);

    for (String device : List.of("forged", foreign)) {
      HttpAnswer answer = site.unlock(token, "X-Device-Token", device);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(text(answer, "device_token")).isNotEqualTo(device);
    }
  }

  @Test
  void token_ofAnotherLockOrNoneOrForged_isRefusedAlike() {
    String ended = tokenOfALockOf(ADA);
    site.pass(LOCK);
    String running = tokenOfALockOf(BOB);
    String forged = (running.startsWith("A") ? "B" : "A") + running.substring(1);

    for (String token : List.of(ended, forged, "", "x", running + "=", running + "A")) {
      HttpAnswer refused = site.unlock(token);
      assertProblem(refused, 401, "invalid_unlock_token", "sign_in");
      assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
    }
  }

  @Test
  void token_isGoodUntilItsLockIsOver() {
    String token = tokenOfALockOf(ADA);
    site.pass(LOCK.minusMillis(1));
    assertThat(site.unlock(token).status()).isEqualTo(200);
    site.pass(Duration.ofMillis(1));

    assertProblem(site.unlock(token), 401, "invalid_unlock_token", "sign_in");
  }

  @Test
  void token_inAnUrl_orByGet_doesNothing() {
    String token = tokenOfALockOf(ADA);

    for (String path : List.of(UNLOCK, UNLOCK + "?token=" + token)) {
      for (String method : List.of("GET", "HEAD")) {
        HttpAnswer refused = site.call(method, path);
        assertThat(refused.status()).isEqualTo(405);
        assertThat(header(refused, "Allow")).isEqualTo("POST");
      }
    }
    assertProblem(site.post(UNLOCK + "?token=" + token, "{}"), 400, "invalid_request", "retry");
    assertProblem(site.send(ADA), 423, "account_locked", "wait");
  }

  @Test
  void body_withoutATokenThatIsText_isNoRequest() {
    for (String body : List.of("{}", "{\"token\":null}", "{\"token\":1}", "{\"token\":[\"x\"]}")) {
      assertProblem(site.post(UNLOCK, body), 400, "invalid_request", "retry");
    }
  }

  @Test
  void eleventhUnlockOfAnIp_isLimited_whateverTheToken() {
    String token = tokenOfALockOf(ADA);
    for (int i = 0; i < 10; i++) {
      assertProblem(site.unlock("x"), 401, "invalid_unlock_token", "sign_in");
    }

    HttpAnswer refused = site.unlock(token);

    assertProblem(refused, 429, "rate_limited", "wait");
    assertLimit(refused, "ip", 10, 0, 300, 300);
    site.pass(LOCK.minusMillis(1));
    assertProblem(site.unlock(token), 429, "rate_limited", "wait");
  }

  @Test
  void limitOfTheIdentifier_mailsATokenThatSendsPastIt() {
    for (int i = 0; i < 3; i++) {
      site.challenge(ADA);
    }
    assertProblem(site.send(ADA), 429, "rate_limited", "wait");

    String device = text(site.unlock(site.lastUnlockToken(ADA)), "device_token");

    assertThat(site.post(SEND, object("email", ADA), "X-Device-Token", device).status())
        .isEqualTo(200);
  }
}
