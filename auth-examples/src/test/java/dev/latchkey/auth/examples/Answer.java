package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** What a server answered, with what a test asks of it. */
record Answer(int status, Map<String, List<String>> headers, String body) {
  static Answer of(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.headers().map(), response.body());
  }

  Map<String, Object> json() {
    return Json.object(Json.read(body));
  }

  boolean has(String member) {
    return json().containsKey(member);
  }

  String text(String member) {
    return (String) value(member);
  }

  long number(String member) {
    return (Long) value(member);
  }

  Object value(String member) {
    Object value = json().get(member);
    if (value == null) {
      throw new AssertionError("no member " + member + " in an answer with status " + status);
    }
    return value;
  }

  /** The values of a header; header names are in lower case. */
  List<String> header(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /** Asserts a success. */
  Answer isOk() {
    assertThat(status).as("status of %s", body).isEqualTo(200);
    return this;
  }

  /** Asserts an error of the contract. */
  Answer isProblem(int expected, String code) {
    assertThat(status).as("status of %s", body).isEqualTo(expected);
    assertThat(header("content-type")).containsExactly("application/problem+json");
    assertThat(text("code")).isEqualTo(code);
    assertThat(number("status")).isEqualTo(expected);
    assertThat(json()).containsKeys("type", "title", "detail", "action");
    assertThat(body).doesNotContain("Exception").doesNotContain("\tat ");
    return this;
  }

  /** Asserts that a store was not to be reached, and that the client is told when to try again. */
  Answer isUnavailable() {
    isProblem(503, "unavailable");
    assertThat(header("retry-after")).singleElement().asString().matches("[1-9][0-9]*");
    return this;
  }
}
