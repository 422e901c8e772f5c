package dev.latchkey.auth.http;

import dev.latchkey.auth.http.HttpAnswer.Header;
import dev.latchkey.auth.ratelimit.Standing;
import java.util.List;

/**
 * How a limit stands, in the headers that many clients read and in those of the IETF's draft
 * (draft-ietf-httpapi-ratelimit-headers, lists of RFC 9651 with the parameters {@code q w} and
 * {@code r t}). Pure.
 */
final class LimitHeaders {
  private LimitHeaders() {}

  /** Names of limits are lower-case words of ours: nothing in them needs an escape. */
  static List<Header> of(String limit, Standing standing) {
    int most = standing.quota().limit();
    long window = Words.secondsToWait(standing.quota().period());
    int remaining = Math.max(0, standing.remaining());
    long reset = Words.secondsToWait(standing.reset());
    return List.of(
        new Header("X-RateLimit-Limit", Integer.toString(most)),
        new Header("X-RateLimit-Remaining", Integer.toString(remaining)),
        new Header("X-RateLimit-Reset", Long.toString(reset)),
        new Header("RateLimit-Policy", "\"" + limit + "\";q=" + most + ";w=" + window),
        new Header("RateLimit", "\"" + limit + "\";r=" + remaining + ";t=" + reset));
  }
}
