package dev.latchkey.auth.http;

import dev.latchkey.auth.http.HttpAnswer.Header;
import dev.latchkey.auth.ratelimit.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that went wrong, as a problem document (RFC 9457).
 *
 * <p>The type is a tag URI (RFC 4151), which section 3.1.1 of RFC 9457 names for types that lead to
 * no page.
 */
final class Problem {
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE = "tag:latchkey.dev,2026:problem:";

  /** RFC 6750, section 3: without an error if the request had no token. */
  private static final String CHALLENGE = "Bearer";

  private static final String CHALLENGE_OF_BAD_TOKEN = CHALLENGE + " error=\"invalid_token\"";

  private final ProblemKind kind;
  private final Map<String, Object> members;
  private final List<Header> headers;

  private Problem(ProblemKind kind, Map<String, Object> members, List<Header> headers) {
    this.kind = kind;
    this.members = members;
    this.headers = headers;
  }

  static Problem of(ProblemKind kind) {
    return new Problem(kind, Map.of(), List.of());
  }

  /** A limit refused: waits, and tells how that limit stands. */
  static Problem limited(ProblemKind kind, String limit, Standing standing, Duration retryAfter) {
    Problem problem = of(kind).retryAfter(retryAfter);
    for (Header header : LimitHeaders.of(limit, standing)) {
      problem = problem.header(header.name(), header.value());
    }
    return problem;
  }

  /** The same problem with a time to wait, of a second at least. */
  Problem retryAfter(Duration wait) {
    long seconds = Math.max(1, Words.secondsToWait(wait));
    return member("retry_after", seconds).header("Retry-After", Long.toString(seconds));
  }

  Problem member(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(kind, more, headers);
  }

  Problem header(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Problem(kind, members, more);
  }

  /** To be thrown where the judgement of a request ends. */
  Refusal refusal() {
    return new Refusal(this);
  }

  /**
   * The answer.
   *
   * @param bearer whether it comes from an end point that takes bearer tokens
   */
  HttpAnswer answer(boolean bearer) {
    HttpAnswer.Builder answer = HttpAnswer.status(kind.status());
    if (kind.status() == 401) {
      boolean badToken = bearer && kind != ProblemKind.MISSING_TOKEN;
      answer.header("WWW-Authenticate", badToken ? CHALLENGE_OF_BAD_TOKEN : CHALLENGE);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", TYPE + kind.code());
    document.put("title", kind.title());
    document.put("status", kind.status());
    document.put("detail", kind.detail());
    document.put("code", kind.code());
    document.put("action", kind.action().word());
    document.putAll(members);
    return answer.headers(headers).body(MEDIA_TYPE, JsonText.of(document)).build();
  }
}
