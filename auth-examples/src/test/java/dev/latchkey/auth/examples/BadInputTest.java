package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no client of good will sends: answered by the contract, no guess used, nothing lost. */
class BadInputTest {
  private static final String ADA = "ada@example.com";
  private static final String SEND = "/auth/email/send-otp";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();
  private final String challenge = client.ask(ADA).isOk().text("challenge");

  /** After all of it the open challenge takes its code, and no guess was counted. */
  @AfterEach
  void nothingIsLost() {
    try (server) {
      assertThat(server.count(AuthEvent.GuessFailed.class)).isZero();
      client.verify(challenge, server.code(ADA)).isOk();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@example.com.",
        "ada@1.2.3.4",
        "ada@[127.0.0.1]",
        "ada@@example.com",
        "ada@example.com\\r\\nBcc: eve@example.com",
        "ada\\u0000@example.com",
        "ada@example.com\\n",
        "\\tada@example.com",
        "\\\"ada\\\"@example.com",
        "ada(x)@example.com",
        "Ada <ada@example.com>",
        "ada@example.com,eve@example.com",
        "\\ud800@example.com"
      })
  void noAddress_isAnInvalidEmail(String email) {
    Answer answer = client.post(SEND, "{\"email\":\"" + email + "\"}");

    if (email.contains("ud800")) {
      assertThat(answer.status()).isEqualTo(400); // half a character is no text at all
    } else {
      answer.isProblem(400, "invalid_email");
    }
  }

  @Test
  void addressesOfManySizes_areInvalidUpToTheLargestBody_andTooLargeBeyond() {
    for (int size : List.of(255, 1024, 1025, 16_000)) {
      client.ask("a".repeat(size - 12) + "@example.com").isProblem(400, "invalid_email");
    }
    client.ask("a".repeat(64 * 1024) + "@example.com").isProblem(413, "content_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "12345",
        "1234567",
        "123456789",
        "abcdef",
        "12345\\u0000",
        "123456\\r\\n",
        "123\\t456",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "+12345",
        "12.456"
      })
  void noCode_isAnInvalidCode(String code) {
    client.verify(challenge, code).isProblem(400, "invalid_code");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[]",
        "null",
        "\"ada@example.com\"",
        "{}",
        "{\"email\":null}",
        "{\"email\":[\"ada@example.com\"]}",
        "{\"email\":{\"email\":\"ada@example.com\"}}",
        "{\"email\":1}",
        "{\"email\":true}",
        "{\"email\":\"eve@example.com\",\"email\":\"eve@example.com\"}",
        "{\"email\":\"eve@example.com\",\"x\":{\"y\":1,\"y\":2}}",
        "{\"email\":\"eve@example.com\"} {}",
        "{\"email\":\"eve@example.com\"}x",
        "{'email':'eve@example.com'}",
        "{email:\"eve@example.com\"}",
        "{\"email\":\"eve@example.com\",}",
        "{\"email\":\"eve@example.com\",\"challenge\":5}",
        "{\"email\":\"eve@example.com\"/**/}"
      })
  void noSuchJson_isNoRequest(String json) {
    client.post(SEND, json).isProblem(400, "invalid_request");
  }

  @Test
  void deepJson_isNoRequest() {
    String deep =
        "{\"email\":\"eve@example.com\",\"x\":" + "[".repeat(5000) + "]".repeat(5000) + "}";

    client.post(SEND, deep).isProblem(400, "invalid_request");
  }

  @Test
  void bytesThatAreNoUtf8_areNoRequest() {
    byte[] latin = {'{', '"', 'e', 'm', 'a', 'i', 'l', '"', ':', '"', (byte) 0xe4, '"', '}'};

    client
        .send("POST", SEND, BodyPublishers.ofByteArray(latin), "Content-Type", "application/json")
        .isProblem(400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "json",
        "*/*"
      })
  void anotherContentType_isUnsupported(String type) {
    client
        .send(
            "POST",
            SEND,
            BodyPublishers.ofString("{\"email\":\"eve@example.com\"}"),
            "Content-Type",
            type)
        .isProblem(415, "unsupported_media_type");
  }

  @Test
  void noContentType_isUnsupported_andACharsetIsFine() {
    String json = "{\"email\":\"eve@example.com\"}";
    client
        .send("POST", SEND, BodyPublishers.ofString(json))
        .isProblem(415, "unsupported_media_type");
    client
        .send(
            "POST",
            SEND,
            BodyPublishers.ofString(json),
            "Content-Type",
            "application/json; charset=utf-8")
        .isOk();
  }

  @Test
  void bodyOf16384Bytes_isRead_andOneMoreIsNot() {
    String json = "{\"email\":\"eve@example.com\"}";
    client.post(SEND, json + " ".repeat(16_384 - json.length())).isOk();
    client
        .post(SEND, json + " ".repeat(16_385 - json.length()))
        .isProblem(413, "content_too_large");
    client.post(SEND, json + " ".repeat(1 << 20)).isProblem(413, "content_too_large");
  }

  @Test
  void bodyThatWaitsForLeave_getsNone() {
    String answer =
        RawClient.send(
            server.port(),
            """
            POST /auth/email/send-otp HTTP/1.1
            Host: localhost
            Content-Type: application/json
            Content-Length: 1000000000
            Expect: 100-continue
            Connection: close

            """);

    assertThat(answer).startsWith("HTTP/1.1 413 ").doesNotContain("100 Continue");
  }

  @Test
  void controlCharactersInEveryField_areNeverRepeated() {
    String evil = "x\\r\\nSet-Cookie: a=b\\u0000\\u001b[31m";
    for (String path :
        List.of(SEND, "/auth/email/verify-otp", "/auth/token/refresh", "/auth/logout")) {
      Answer answer =
          client.post(
              path,
              "{\"email\":\"%1$s\",\"challenge\":\"%1$s\",\"code\":\"%1$s\",\"refresh_token\":\"%1$s\"}"
                  .formatted(evil));
      assertThat(answer.status()).isBetween(400, 401);
      assertThat(answer.header("set-cookie")).isEmpty();
      assertThat(answer.body()).doesNotContain("Set-Cookie").doesNotContain("31m");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\n\n",
        "GET /health HTTP/1.1\nConnection: close\n\n",
        "GET /health HTTP/1.1\nHost: a\nHost: b\nConnection: close\n\n",
        "GET /%zz HTTP/1.1\nHost: localhost\nConnection: close\n\n",
        "GET /health HTTP/9.9\nHost: localhost\nConnection: close\n\n",
        "POST /auth/logout HTTP/1.1\nHost: localhost\nContent-Length: x\n\n",
        "POST /auth/logout HTTP/1.1\nHost: localhost\nContent-Length: 1\nContent-Length: 2\n\n"
      })
  void whatIsNoHttp_isAProblemToo_andTellsNothingOfTheServer(String request) {
    String answer = RawClient.send(server.port(), request);

    assertThat(answer)
        .matches("(?s)HTTP/1\\.[01] (400|505) .*")
        .contains("application/problem+json")
        .doesNotContainIgnoringCase("jetty")
        .doesNotContainIgnoringCase("javalin")
        .doesNotContain("Exception");
  }

  @Test
  void bodyThatIsMalformed_isNoRequest() {
    String answer =
        RawClient.send(
            server.port(),
            """
            POST /auth/logout HTTP/1.1
            Host: localhost
            Content-Type: application/json
            Transfer-Encoding: chunked
            Connection: close

            ZZ
            {}
            """);

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"invalid_request\"");
  }

  @Test
  void webSocket_isNotOffered_andBeginsNoServletSession() {
    String answer =
        RawClient.send(
            server.port(),
            """
            GET /health HTTP/1.1
            Host: localhost
            Connection: Upgrade, close
            Upgrade: websocket
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13

            """);

    assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("Set-Cookie");
  }

  @Test
  void unknownPathsAndMethods_areAnswered() {
    client.get("/nothing").isProblem(404, "not_found");
    client.get("/auth/").isProblem(404, "not_found");
    client.get("/auth/unlock/x").isProblem(404, "not_found");
    Answer get = client.get(SEND).isProblem(405, "method_not_allowed");
    assertThat(get.header("allow")).containsExactly("POST");
    client.send("BREW", "/auth/me", BodyPublishers.noBody()).isProblem(405, "method_not_allowed");
    assertThat(get.headers()).doesNotContainKey("server");
  }
}
