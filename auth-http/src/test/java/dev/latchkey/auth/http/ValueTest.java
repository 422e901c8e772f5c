package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static final String CANARY = "canary7f3a";

  @Test
  void toString_ofARequest_showsNothingThatCameAlong() {
    HttpRequest request =
        HttpRequest.builder("GET", "/auth/me?token=" + CANARY)
            .headers(Map.of("Authorization", List.of("Bearer " + CANARY)))
            .body(CANARY.getBytes(StandardCharsets.UTF_8))
            .build();

    assertThat(request.toString()).doesNotContain(CANARY).contains("1 headers, 10 bytes");
  }

  @Test
  void toString_ofAnAnswer_showsNamesOfHeadersAlone() {
    HttpAnswer answer =
        HttpAnswer.status(200)
            .header("Set-Cookie", CANARY)
            .body("text/plain", CANARY.getBytes(StandardCharsets.UTF_8))
            .build();

    assertThat(answer.toString()).doesNotContain(CANARY).contains("200", "Set-Cookie");
    assertThat(answer.headers().toString()).doesNotContain(CANARY);
  }

  @Test
  void body_ofAnAnswer_isACopy() {
    HttpAnswer answer = HttpAnswer.status(200).body("text/plain", new byte[] {1}).build();

    answer.body()[0] = 2;

    assertThat(answer.body()).containsExactly(1);
  }

  @Test
  void request_doesNotChangeAfterItWasBuilt() {
    HttpRequest.Builder builder = HttpRequest.builder("GET", "/health").header("A", "1");
    HttpRequest request = builder.build();

    builder.header("a", "2").header("B", "3");

    assertThat(request.headers("a")).containsExactly("1");
    assertThat(request.headers("b")).isEmpty();
  }

  @Test
  void nothing_isNoRequest() {
    Site site = new Site();

    assertThatNullPointerException().isThrownBy(() -> site.auth.handle(nothing()));
  }

  @SuppressWarnings("NullAway")
  private static HttpRequest nothing() {
    return null;
  }

  @Test
  void limitHeaders_roundTimesUp() {
    Standing standing =
        new Standing(Quota.of(5, Duration.ofMillis(1_001)), 3, Duration.ofMillis(1));

    assertThat(LimitHeaders.of("ip", standing))
        .extracting(HttpAnswer.Header::value)
        .containsExactly("5", "3", "1", "\"ip\";q=5;w=2", "\"ip\";r=3;t=1");
  }

  @Test
  void timesToWait_areRoundedUpAndLivesDown() {
    assertThat(Words.secondsToWait(Duration.ZERO)).isZero();
    assertThat(Words.secondsToWait(Duration.ofNanos(1))).isEqualTo(1);
    assertThat(Words.secondsToWait(Duration.ofSeconds(1))).isEqualTo(1);
    assertThat(Words.secondsToWait(Duration.ofSeconds(-5))).isZero();
    assertThat(Words.secondsOfLife(Duration.ofMillis(1_999))).isEqualTo(1);
    assertThat(Words.secondsOfLife(Duration.ofSeconds(-5))).isZero();
  }

  @Test
  void retryAfter_isNeverZero() {
    HttpAnswer answer =
        Problem.of(ProblemKind.RATE_LIMITED).retryAfter(Duration.ZERO).answer(false);

    assertThat(answer.header("Retry-After")).contains("1");
  }

  @Test
  void problems_haveCodesOfTheirOwnAndTheActionOfTheContract() {
    Set<String> codes = new HashSet<>();
    for (ProblemKind kind : ProblemKind.values()) {
      assertThat(codes.add(kind.code())).isTrue();
      assertThat(kind.code()).matches("[a-z_]+");
      assertThat(kind.action()).as(kind.code()).isEqualTo(action(kind));
    }
    assertThat(codes)
        .contains(
            "invalid_request",
            "invalid_email",
            "invalid_code",
            "wrong_code",
            "code_expired",
            "missing_token",
            "invalid_token",
            "token_expired",
            "token_revoked",
            "wrong_device",
            "invalid_refresh_token",
            "refresh_token_reused",
            "not_found",
            "account_locked",
            "rate_limited",
            "slow_down",
            "mail_undelivered",
            "unavailable");
  }

  private static ProblemKind.Action action(ProblemKind kind) {
    return switch (kind) {
      case WRONG_CODE, INVALID_CODE, INVALID_EMAIL, INVALID_REQUEST, MAIL_UNDELIVERED ->
          ProblemKind.Action.RETRY;
      case CODE_EXPIRED -> ProblemKind.Action.REQUEST_NEW_CODE;
      default -> {
        if (Set.of(423, 429, 503).contains(kind.status())) {
          yield ProblemKind.Action.WAIT;
        }
        yield kind.status() == 401
            ? ProblemKind.Action.SIGN_IN
            : ProblemKind.Action.CONTACT_SUPPORT;
      }
    };
  }

  @Test
  void json_ofAHostsHalfCharacter_isStillJson() {
    byte[] json = JsonText.of(Map.of("user_agent", "a\ud800b"));

    assertThat(new String(json, StandardCharsets.UTF_8)).startsWith("{").endsWith("}");
  }

  @Test
  void json_escapesWhatNeedsIt() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("a\"", "\u0000\n\"\\");
    members.put("b", Arrays.asList(1, 2L, true, null));

    assertThat(new String(JsonText.of(members), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\\\"\":\"\\u0000\\n\\\"\\\\\",\"b\":[1,2,true,null]}");
  }
}
