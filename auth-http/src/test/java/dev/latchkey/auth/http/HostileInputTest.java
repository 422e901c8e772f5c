package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.LOGOUT;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.REFRESH;
import static dev.latchkey.auth.http.Site.SEND;
import static dev.latchkey.auth.http.Site.SESSIONS;
import static dev.latchkey.auth.http.Site.VERIFY;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.json;
import static dev.latchkey.auth.http.Site.object;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an attacker or a broken client sends, in every field of every end point. */
class HostileInputTest {
  private static final String CANARY = "canary7f3a";

  private final Site site = new Site();

  static List<String> hostileTexts() {
    return List.of(
        CANARY,
        CANARY + "\r\nSet-Cookie: stolen=1",
        CANARY + "\u0000",
        "\u0000\u0001\u001f\u007f\u0085" + CANARY,
        CANARY + "\ud800",
        "\udc00\ud800" + CANARY,
        CANARY + "\u202e\u200b\ufeff",
        CANARY + "'; drop table users; --",
        "<script>" + CANARY + "</script>",
        "${jndi:ldap://" + CANARY + "}",
        "%s%n{}" + CANARY,
        "../../" + CANARY,
        CANARY.repeat(1_000));
  }

  @ParameterizedTest
  @MethodSource("hostileTexts")
  void members_ofAnyText_areAnsweredByTheContract(String text) {
    String challenge = site.challenge(ADA);

    assertQuiet(site.send(text), 400, "invalid_email");
    assertQuiet(site.verify(challenge, text), 400, "invalid_code");
    assertQuiet(site.verify(text, "123456"), 401, "code_expired");
    assertQuiet(site.unlock(text), 401, "invalid_unlock_token");
    assertQuiet(site.refresh(text, "device"), 401, "invalid_refresh_token");
    assertQuiet(site.post(LOGOUT, object("refresh_token", text)), 401, "invalid_refresh_token");
    assertQuiet(site.post(LOGOUT, object("scope", text)), 400, "invalid_request");
    assertThat(site.post(SEND, object("email", "bob@example.com", "challenge", text)).status())
        .isEqualTo(200);
    assertThat(site.post(SEND, object("email", "eve@example.com", text, "x")).status())
        .isEqualTo(200);

    assertNothingWasLost(challenge);
  }

  @ParameterizedTest
  @MethodSource("hostileTexts")
  void headers_ofAnyText_areAnsweredByTheContract(String text) {
    Site.Tokens tokens = site.signIn(ADA);
    String challenge = site.challenge(ADA);
    String bearer = "Bearer " + tokens.access();

    assertQuiet(site.call("GET", ME, "Authorization", text), 401, "missing_token");
    assertQuiet(site.call("GET", ME, "Authorization", "Bearer " + text), 401, "invalid_token");
    assertQuiet(
        site.call("GET", ME, "Authorization", bearer, "X-Device-Token", text), 401, "wrong_device");
    assertQuiet(site.refresh(tokens.refresh(), text), 401, "wrong_device");
    assertQuiet(site.call("GET", SESSIONS + "x" + text), 404, "not_found");
    assertQuiet(
        site.post(
            REFRESH,
            "",
            "X-Client",
            "browser",
            "Cookie",
            "__Host-device=" + text + ";__Host-refresh=" + tokens.refresh()),
        401,
        "wrong_device");
    assertQuiet(
        site.call("POST", LOGOUT, "X-Client", "browser", "Cookie", "__Host-refresh=" + text),
        401,
        "invalid_refresh_token");
    HttpAnswer me =
        site.call(
            "GET",
            ME,
            "Authorization",
            bearer,
            "X-Device-Token",
            tokens.device(),
            "X-Client",
            text,
            "User-Agent",
            text,
            "X-Forwarded-For",
            text,
            "X-Forwarded-Proto",
            text,
            "Host",
            text,
            "Content-Type",
            text,
            "Cookie",
            text);
    assertThat(me.status()).isEqualTo(200);
    assertQuiet(
        site.handle(
            Site.request("POST", VERIFY, "Content-Type", text)
                .body(
                    object("challenge", challenge, "code", "000000")
                        .getBytes(StandardCharsets.UTF_8))),
        415,
        "unsupported_media_type");

    assertNothingWasLost(challenge);
  }

  @Test
  void addresses_thatAreEmptyOrControlCharacters_areRefused() {
    for (String email : List.of("", " ", "\t", "\u0000", "\r\n", "@", "a@b", "ada@example.com\n")) {
      assertProblem(site.send(email), 400, "invalid_email", "retry");
    }
    assertThat(site.test.mailbox().messages()).isEmpty();
  }

  @Test
  void address_of64KiB_isTooLargeAndOneThatFitsIsNoAddress() {
    assertProblem(
        site.send("a".repeat(65_536) + "@example.com"),
        413,
        "content_too_large",
        "contact_support");
    assertProblem(site.send("a".repeat(16_000) + "@example.com"), 400, "invalid_email", "retry");
  }

  @Test
  void otherTypes_inEveryMember_areRefusedAndNoGuess() {
    String challenge = site.challenge(ADA);
    String code = site.test.mailbox().lastCode(ADA);

    for (String value : List.of("[\"" + code + "\"]", code, "{}", "null", "true", "1e5")) {
      String guess = "{\"challenge\":\"" + challenge + "\",\"code\":" + value + "}";
      assertProblem(site.post(VERIFY, guess), 400, "invalid_request", "retry");
      String handle = "{\"challenge\":" + value + ",\"code\":\"" + code + "\"}";
      assertProblem(site.post(VERIFY, handle), 400, "invalid_request", "retry");
      assertProblem(
          site.post(REFRESH, "{\"refresh_token\":" + value + "}"), 400, "invalid_request", "retry");
      assertProblem(
          site.post(LOGOUT, "{\"refresh_token\":" + value + "}"), 400, "invalid_request", "retry");
      assertProblem(
          site.post(LOGOUT, "{\"scope\":" + value + "}"), 400, "invalid_request", "retry");
    }

    assertNothingWasLost(challenge);
  }

  /** The contract's answer, and nothing in it of what came in. */
  private static void assertQuiet(HttpAnswer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(json(answer)).containsEntry("code", code);
    assertThat(Site.body(answer)).doesNotContain(CANARY, "Exception", "dev.latchkey.auth");
    assertThat(answer.headers())
        .allSatisfy(
            header -> assertThat(header.value()).doesNotContain(CANARY).matches("[\\x20-\\x7e]*"));
  }

  /** No guess was used, and the code still signs in. */
  private void assertNothingWasLost(String challenge) {
    assertThat(json(site.verifyWrong(challenge, ADA))).containsEntry("attempts_left", 2L);
    assertThat(site.verify(challenge, site.test.mailbox().lastCode(ADA)).status()).isEqualTo(200);
  }
}
