package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.LOGOUT;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.REFRESH;
import static dev.latchkey.auth.http.Site.SEND;
import static dev.latchkey.auth.http.Site.SESSIONS;
import static dev.latchkey.auth.http.Site.UNLOCK;
import static dev.latchkey.auth.http.Site.VERIFY;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.object;
import static dev.latchkey.auth.http.Site.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFormTest {
  private final Site site = new Site();
  private int sends;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nonsense",
        "null",
        "1",
        "\"ada@example.com\"",
        "[]",
        "[{\"email\":\"ada@example.com\"}]",
        "{",
        "{}",
        "{\"email\"}",
        "{\"email\":}",
        "{email:\"ada@example.com\"}",
        "{'email':'ada@example.com'}",
        "{\"email\":\"ada@example.com\",}",
        "{\"email\":\"ada@example.com\"",
        "{\"email\":\"ada@example.com\"} x",
        "{\"email\":\"ada@example.com\"}{}",
        "{\"email\":\"ada@example.com\"}//",
        "{/**/\"email\":\"ada@example.com\"}",
        "\uFEFF{\"email\":\"ada@example.com\"}",
        "{\"email\":null}",
        "{\"email\":1}",
        "{\"email\":true}",
        "{\"email\":[\"ada@example.com\"]}",
        "{\"email\":{\"email\":\"ada@example.com\"}}",
        "{\"Email\":\"ada@example.com\"}",
        "{\"email\":\"ada@example.com\",\"email\":\"ada@example.com\"}",
        "{\"email\":\"ada@example.com\",\"\\u0065mail\":\"bob@example.com\"}",
        "{\"email\":\"ada@example.com\",\"x\":{\"y\":1,\"y\":2}}",
        "{\"email\":\"ada@example.com\",\"x\":[[{\"y\":{\"z\":1,\"z\":1}}]]}",
        "{\"email\":\"ada@example.com\",\"challenge\":null}",
        "{\"email\":\"ada@example.com\",\"challenge\":7}",
        "{\"email\":\"ada@example.com\",\"x\":NaN}",
        "{\"email\":\"ada@example.com\",\"x\":01}",
        "{\"email\":\"ada@\nexample.com\"}",
        "{\"email\":\"ada@\u0000example.com\"}",
        "{\"email\":\"\\x\"}",
        "{\"email\":\"\\ud8\"}"
      })
  void body_thatIsNotTheObjectAskedFor_isRefused(String body) {
    assertProblem(site.post(SEND, body), 400, "invalid_request", "retry");
    assertThat(site.test.mailbox().messages()).isEmpty();
  }

  @Test
  void body_mayHaveMembersThatNobodyKnows() {
    String body =
        "{\"x\":[1,2.5e300,{\"y\":null}],\"email\":\"ada@example.com\",\"n\":"
            + "9".repeat(900)
            + ",\"\":{\"email\":[]}}\r\n";

    assertThat(site.post(SEND, body).status()).isEqualTo(200);
  }

  @Test
  void body_thatIsDeep_isRefused() {
    for (String unit : List.of("[", "{\"a\":")) {
      String deep = "{\"email\":\"ada@example.com\",\"x\":" + unit.repeat(2_000);
      assertProblem(site.post(SEND, deep), 400, "invalid_request", "retry");
    }
    String closed = "{\"email\":\"ada@example.com\",\"x\":" + "[".repeat(99) + "]".repeat(99) + "}";
    assertProblem(site.post(SEND, closed), 400, "invalid_request", "retry");
  }

  @Test
  void body_thatIsNotUtf8_isRefused() {
    byte[] latin1 =
        "{\"email\":\"ada@example.com\",\"x\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = object("email", ADA).getBytes(StandardCharsets.UTF_16);

    for (byte[] body : List.of(latin1, utf16)) {
      HttpAnswer refused =
          site.handle(request("POST", SEND, "Content-Type", "application/json").body(body));
      assertProblem(refused, 400, "invalid_request", "retry");
    }
  }

  @Test
  void body_ofTheLargestSize_isRead() {
    byte[] largest = padded(AuthEndpoints.MAX_BODY_BYTES);
    byte[] larger = padded(AuthEndpoints.MAX_BODY_BYTES + 1);

    assertThat(
            site.handle(request("POST", SEND, "Content-Type", "application/json").body(largest))
                .status())
        .isEqualTo(200);
    assertProblem(
        site.handle(request("POST", SEND, "Content-Type", "application/json").body(larger)),
        413,
        "content_too_large",
        "contact_support");
  }

  private static byte[] padded(int size) {
    byte[] json = object("email", ADA).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, size);
    Arrays.fill(padded, json.length, size, (byte) ' ');
    return padded;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        "application/json ; charset=\"UTF-8\""
      })
  void contentType_ofJson_isTakenWithParametersInAnyCase(String type) {
    HttpAnswer sent =
        site.handle(
            request("POST", SEND, "Content-Type", type)
                .body(object("email", ADA).getBytes(StandardCharsets.UTF_8)));

    assertThat(sent.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "text/json",
        "application/json5",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "application/json, text/plain"
      })
  void contentType_ofAnythingElse_isRefusedOnEveryPost(String type) {
    for (String path : List.of(SEND, VERIFY, UNLOCK, REFRESH, LOGOUT)) {
      HttpAnswer refused =
          site.handle(
              request("POST", path, "Content-Type", type)
                  .body("{}".getBytes(StandardCharsets.UTF_8)));
      assertProblem(refused, 415, "unsupported_media_type", "contact_support");
    }
  }

  @Test
  void contentType_thatIsMissing_isRefusedIfThereIsABody() {
    HttpAnswer refused =
        site.handle(
            request("POST", SEND).body(object("email", ADA).getBytes(StandardCharsets.UTF_8)));

    assertProblem(refused, 415, "unsupported_media_type", "contact_support");
    assertProblem(site.call("POST", SEND), 400, "invalid_request", "retry");
  }

  @ParameterizedTest
  @CsvSource({
    "/auth/email/send-otp,     'POST'",
    "/auth/email/verify-otp,   'POST'",
    "/auth/unlock,             'POST'",
    "/auth/token/refresh,      'POST'",
    "/auth/logout,             'POST'",
    "/auth/me,                 'GET, HEAD'",
    "/auth/sessions,           'GET, HEAD'",
    "/auth/sessions/abc,       'DELETE'",
    "/.well-known/jwks.json,   'GET, HEAD'",
    "/health,                  'GET, HEAD'"
  })
  void otherMethods_areToldWhatIsAllowed(String path, String allowed) {
    for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "")) {
      if (List.of(allowed.split(", ", -1)).contains(method)) {
        continue;
      }
      HttpAnswer refused = site.call(method, path);
      assertProblem(refused, 405, "method_not_allowed", "contact_support");
      assertThat(header(refused, "Allow")).isEqualTo(allowed);
    }
  }

  @Test
  void head_answersAsGetWithoutABody() {
    Site.Tokens tokens = site.signIn(ADA);

    for (String path : List.of(ME, SESSIONS, "/health", "/.well-known/jwks.json")) {
      HttpAnswer head = site.call("HEAD", path, tokens.headers());
      HttpAnswer get = site.call("GET", path, tokens.headers());
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers()).isEqualTo(get.headers());
      assertThat(head.body()).isEmpty();
    }
    HttpAnswer refused = site.call("HEAD", ME);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body()).isEmpty();
    assertThat(site.call("HEAD", SEND).status()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "*",
        "/auth",
        "/auth/",
        "/auth/me/",
        "/Auth/me",
        "//auth/me",
        "/auth/%6de",
        "/auth/sessions/",
        "/auth/sessions/a/b",
        "/auth/sessions/a/",
        "/auth/unlock/",
        "/auth/email/send-otp/x",
        "/health/x",
        "/\r\nSet-Cookie: a=b",
        "/auth/me\u0000"
      })
  void otherPaths_areNotFound(String path) {
    for (String method : List.of("GET", "POST", "HEAD", "OPTIONS")) {
      HttpAnswer refused = site.call(method, path);
      assertThat(refused.status()).isEqualTo(404);
      assertThat(refused.body().length == 0).isEqualTo(method.equals("HEAD"));
    }
    assertProblem(site.call("POST", path), 404, "not_found", "contact_support");
  }

  @Test
  void query_countsForNothing() {
    assertThat(site.post(SEND + "?email=bob@example.com", object("email", ADA)).status())
        .isEqualTo(200);
    assertThat(site.test.mailbox().codes(ADA)).hasSize(1);
    assertThat(site.call("GET", "/health?").status()).isEqualTo(200);
  }

  @Test
  void forwardedAddress_countsFromTrustedProxiesOnly() {
    HttpAnswer trusted = site.handle(sendVia("10.1.2.3", "203.0.113.9"));
    HttpAnswer same = site.handle(sendVia("10.1.2.3", "203.0.113.9"));
    HttpAnswer other = site.handle(sendVia("10.1.2.3", "203.0.113.10"));
    HttpAnswer untrusted = site.handle(sendVia("198.51.100.1", "203.0.113.9"));
    HttpAnswer untrustedAgain = site.handle(sendVia("198.51.100.1", "203.0.113.11"));

    assertThat(header(trusted, "X-RateLimit-Remaining")).isEqualTo("19");
    assertThat(header(same, "X-RateLimit-Remaining")).isEqualTo("18");
    assertThat(header(other, "X-RateLimit-Remaining")).isEqualTo("19");
    assertThat(header(untrusted, "X-RateLimit-Remaining")).isEqualTo("19");
    assertThat(header(untrustedAgain, "X-RateLimit-Remaining")).isEqualTo("18");
  }

  @Test
  void callers_withoutAnAddress_shareOneLimit() {
    HttpAnswer first = site.handle(sendVia(null, "203.0.113.9"));
    HttpAnswer second = site.handle(sendVia("nonsense", "203.0.113.10"));

    assertThat(header(first, "X-RateLimit-Remaining")).isEqualTo("19");
    assertThat(header(second, "X-RateLimit-Remaining")).isEqualTo("18");
  }

  private HttpRequest.Builder sendVia(@Nullable String peer, String forwardedFor) {
    String email = "p" + sends++ + "@example.com";
    return HttpRequest.builder("POST", SEND)
        .peer(peer)
        .header("X-Forwarded-For", forwardedFor)
        .header("Content-Type", "application/json")
        .body(object("email", email).getBytes(StandardCharsets.UTF_8));
  }
}
