package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.client.TrustedProxies;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The end points over a fresh instance, and a client that is short to write. */
final class Site {
  static final String SEND = "/auth/email/send-otp";
  static final String VERIFY = "/auth/email/verify-otp";
  static final String UNLOCK = "/auth/unlock";
  static final String REFRESH = "/auth/token/refresh";
  static final String LOGOUT = "/auth/logout";
  static final String ME = "/auth/me";
  static final String SESSIONS = "/auth/sessions";
  static final String IP = "192.0.2.1";
  static final String ADA = "ada@example.com";

  final TestLatchkey test;
  final AuthEndpoints auth;

  Site() {
    this(UnaryOperator.identity());
  }

  Site(UnaryOperator<Latchkey.Builder> change) {
    this.test = TestLatchkey.create(change);
    this.auth =
        AuthEndpoints.builder(test.latchkey())
            .trustedProxies(TrustedProxies.of("10.0.0.0/8"))
            .build();
  }

  /** A request from {@link #IP}; headers as name, value, name, value… */
  static HttpRequest.Builder request(String method, String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.builder(method, path).peer(IP);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return request;
  }

  HttpAnswer handle(HttpRequest.Builder request) {
    return auth.handle(request.build());
  }

  HttpAnswer post(String path, String json, String... headers) {
    return handle(
        request("POST", path, headers)
            .header("Content-Type", "application/json")
            .body(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Without body and content type. */
  HttpAnswer call(String method, String path, String... headers) {
    return handle(request(method, path, headers));
  }

  HttpAnswer send(String email, String... headers) {
    return post(SEND, object("email", email), headers);
  }

  /** Asks for a code from {@link #IP} and gives the handle. */
  String challenge(String email) {
    HttpAnswer sent = send(email);
    assertThat(sent.status()).isEqualTo(200);
    return text(sent, "challenge");
  }

  HttpAnswer verify(String challenge, String code, String... headers) {
    return post(VERIFY, object("challenge", challenge, "code", code), headers);
  }

  HttpAnswer verifyWrong(String challenge, String email) {
    return verify(challenge, wrongCode(email));
  }

  String wrongCode(String email) {
    return test.mailbox().lastCode(email).equals("000000") ? "000001" : "000000";
  }

  /** Gives wrong codes until the address is locked for the first time. */
  void lock(String email) {
    String challenge = challenge(email);
    verifyWrong(challenge, email);
    verifyWrong(challenge, email);
    pass(Duration.ofSeconds(2));
    assertThat(verifyWrong(challenge, email).status()).isEqualTo(423);
  }

  /** From the newest mail with one. */
  String lastUnlockToken(String email) {
    return test.mailbox().messages(email).stream()
        .filter(Message.Lock.class::isInstance)
        .map(message -> ((Message.Lock) message).token().revealText())
        .findFirst()
        .orElseThrow();
  }

  HttpAnswer unlock(String token, String... headers) {
    return post(UNLOCK, object("token", token), headers);
  }

  Tokens signIn(String email) {
    HttpAnswer answer = verify(challenge(email), test.mailbox().lastCode(email));
    assertThat(answer.status()).isEqualTo(200);
    return new Tokens(json(answer));
  }

  HttpAnswer refresh(String refreshToken, String deviceToken) {
    return post(REFRESH, object("refresh_token", refreshToken), "X-Device-Token", deviceToken);
  }

  void pass(Duration time) {
    test.clock().advance(time);
  }

  /** What a sign-in or a refresh gave. */
  record Tokens(Map<String, @Nullable Object> members) {
    String access() {
      return member("access_token");
    }

    String refresh() {
      return member("refresh_token");
    }

    String device() {
      return member("device_token");
    }

    String session() {
      return member("session_id");
    }

    /** The headers of a signed-in client. */
    String[] headers() {
      return new String[] {"Authorization", "Bearer " + access(), "X-Device-Token", device()};
    }

    private String member(String name) {
      return (String) Objects.requireNonNull(members.get(name), name);
    }
  }

  /** A JSON object of texts. */
  static String object(String... members) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 2) {
      map.put(members[i], members[i + 1]);
    }
    return new String(JsonText.of(map), StandardCharsets.UTF_8);
  }

  static String body(HttpAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  static String text(HttpAnswer answer, String member) {
    return (String) Objects.requireNonNull(json(answer).get(member), member);
  }

  static String header(HttpAnswer answer, String name) {
    return answer.header(name).orElse("none");
  }

  static List<String> headers(HttpAnswer answer, String name) {
    return answer.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(HttpAnswer.Header::value)
        .toList();
  }

  @SuppressWarnings("unchecked")
  static Map<String, @Nullable Object> json(HttpAnswer answer) {
    try (JsonParser json = new JsonFactory().createParser(answer.body())) {
      json.nextToken();
      return (Map<String, @Nullable Object>) Objects.requireNonNull(value(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          members.put(name, value(json));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(json));
        }
        yield elements;
      }
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
      default -> null;
    };
  }

  /** Asserts that an answer is a problem document to the letter of the contract. */
  static void assertProblem(HttpAnswer answer, int status, String code, String action) {
    assertThat(answer.status()).as("status").isEqualTo(status);
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    assertThat(answer.header("Cache-Control")).contains("no-store");
    assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    Map<String, @Nullable Object> problem = json(answer);
    assertThat(problem)
        .containsEntry("status", (long) status)
        .containsEntry("code", code)
        .containsEntry("action", action)
        .containsEntry("type", "tag:latchkey.dev,2026:problem:" + code);
    assertThat(problem.get("title")).asString().isNotBlank();
    assertThat(problem.get("detail")).asString().isNotBlank();
    Object retryAfter = problem.get("retry_after");
    assertThat(answer.header("Retry-After").orElse("none"))
        .as("Retry-After")
        .isEqualTo(retryAfter == null ? "none" : retryAfter.toString());
    assertThat(answer.header("WWW-Authenticate").isPresent()).isEqualTo(status == 401);
    if (action.equals("wait")) {
      assertThat((Long) retryAfter).isPositive();
    }
  }

  /** Asserts the five limit headers. */
  static void assertLimit(
      HttpAnswer answer, String name, int most, int remaining, long window, long reset) {
    assertThat(header(answer, "X-RateLimit-Limit")).isEqualTo(Integer.toString(most));
    assertThat(header(answer, "X-RateLimit-Remaining")).isEqualTo(Integer.toString(remaining));
    assertThat(header(answer, "X-RateLimit-Reset")).isEqualTo(Long.toString(reset));
    assertThat(header(answer, "RateLimit-Policy"))
        .isEqualTo("\"" + name + "\";q=" + most + ";w=" + window);
    assertThat(header(answer, "RateLimit"))
        .isEqualTo("\"" + name + "\";r=" + remaining + ";t=" + reset);
  }
}
