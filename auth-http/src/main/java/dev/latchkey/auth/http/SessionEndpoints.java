package dev.latchkey.auth.http;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.token.AccessClaims;
import dev.latchkey.auth.token.TokenCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a client does once it is signed in. */
final class SessionEndpoints {
  private final Latchkey latchkey;
  private final TokenAnswers answers;

  SessionEndpoints(Latchkey latchkey, TokenAnswers answers) {
    this.latchkey = latchkey;
    this.answers = answers;
  }

  /** {@code POST /auth/token/refresh}. */
  HttpAnswer refresh(Call call) {
    boolean browser = call.cookies().isPresent();
    JsonBody body = browser ? call.optionalBody() : call.body();
    String token =
        call.refreshToken(body)
            .orElseThrow(
                () ->
                    Problem.of(
                            browser
                                ? ProblemKind.INVALID_REFRESH_TOKEN
                                : ProblemKind.INVALID_REQUEST)
                        .refusal());
    RefreshResult result = latchkey.refresh(token, call.client());
    if (result instanceof RefreshResult.Refreshed refreshed) {
      return answers.tokens(call, refreshed.account(), refreshed.tokens(), Optional.empty());
    }
    if (result instanceof RefreshResult.Limited limited) {
      throw Problem.limited(
              ProblemKind.RATE_LIMITED, limited.limit(), limited.standing(), limited.retryAfter())
          .refusal();
    }
    throw Problem.of(kind(((RefreshResult.Refused) result).reason())).refusal();
  }

  private static ProblemKind kind(RefreshResult.Reason reason) {
    return switch (reason) {
      case INVALID -> ProblemKind.INVALID_REFRESH_TOKEN;
      case REUSED -> ProblemKind.REFRESH_TOKEN_REUSED;
      case WRONG_DEVICE -> ProblemKind.WRONG_DEVICE;
    };
  }

  /**
   * {@code POST /auth/logout}. A browser forgets its cookies when its session is over: after 204
   * unless the scope spares this session, and when its refresh token turns out to be none.
   */
  HttpAnswer logout(Call call) {
    JsonBody body = call.optionalBody();
    SignOutResult.Scope scope = scope(body);
    Optional<String> refreshToken = call.refreshToken(body);
    SignOutResult result = latchkey.signOut(call.bearer(), refreshToken, scope, call.client());
    if (result instanceof SignOutResult.Refused refused) {
      Problem problem = Problem.of(kind(refused.reason()));
      boolean dead = refused.reason() == SignOutResult.Reason.INVALID_REFRESH_TOKEN;
      if (dead && call.cookies().isPresent()) {
        for (HttpAnswer.Header expired : call.cookies().get().expired()) {
          problem = problem.header(expired.name(), expired.value());
        }
      }
      throw problem.refusal();
    }
    HttpAnswer.Builder answer = HttpAnswer.status(204);
    if (scope != SignOutResult.Scope.OTHERS) {
      call.cookies().ifPresent(cookies -> answer.headers(cookies.expired()));
    }
    return answer.build();
  }

  private static SignOutResult.Scope scope(JsonBody body) {
    return switch (body.optionalText("scope").orElse("session")) {
      case "session" -> SignOutResult.Scope.SESSION;
      case "others" -> SignOutResult.Scope.OTHERS;
      case "all" -> SignOutResult.Scope.ALL;
      default -> throw Problem.of(ProblemKind.INVALID_REQUEST).refusal();
    };
  }

  private static ProblemKind kind(SignOutResult.Reason reason) {
    return switch (reason) {
      case MISSING_TOKEN -> ProblemKind.MISSING_TOKEN;
      case INVALID_ACCESS_TOKEN -> ProblemKind.INVALID_TOKEN;
      case INVALID_REFRESH_TOKEN -> ProblemKind.INVALID_REFRESH_TOKEN;
      case DIFFERENT_SESSIONS -> ProblemKind.INVALID_REQUEST;
      case WRONG_DEVICE -> ProblemKind.WRONG_DEVICE;
    };
  }

  /** {@code GET /auth/me}. An account that is gone or barred has no sign-in any more. */
  HttpAnswer me(Call call) {
    Account account =
        latchkey
            .account(authenticated(call).subject())
            .orElseThrow(() -> Problem.of(ProblemKind.TOKEN_REVOKED).refusal());
    return json(TokenAnswers.account(account));
  }

  /** {@code GET /auth/sessions}. */
  HttpAnswer list(Call call) {
    AccessClaims claims = authenticated(call);
    return json(
        Map.of(
            "sessions",
            latchkey.sessions(claims.subject()).stream()
                .map(session -> session(session, claims))
                .toList()));
  }

  private static Map<String, @Nullable Object> session(Session session, AccessClaims claims) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("id", session.id().value());
    members.put("device_id", session.device().value());
    members.put("created_at", session.createdAt().toString());
    members.put("last_used_at", session.lastUsedAt().toString());
    members.put("ip", session.ip().orElse(null));
    members.put("user_agent", session.userAgent().orElse(null));
    members.put("current", session.id().value().equals(claims.sessionId()));
    return members;
  }

  /** {@code DELETE /auth/sessions/{id}}. Ends sessions of the caller's own account alone. */
  HttpAnswer end(Call call) {
    AccessClaims claims = authenticated(call);
    boolean ended =
        SessionId.parse(call.pathRest())
            .filter(session -> latchkey.endSession(claims.subject(), session))
            .isPresent();
    if (!ended) {
      throw Problem.of(ProblemKind.NOT_FOUND).refusal();
    }
    return HttpAnswer.status(204).build();
  }

  private AccessClaims authenticated(Call call) {
    String token = call.bearer().orElseThrow(() -> Problem.of(ProblemKind.MISSING_TOKEN).refusal());
    TokenCheck check = latchkey.authenticate(token, call.client());
    if (check instanceof TokenCheck.Accepted accepted) {
      return accepted.claims();
    }
    throw Problem.of(kind(((TokenCheck.Refused) check).reason())).refusal();
  }

  private static ProblemKind kind(TokenCheck.Reason reason) {
    return switch (reason) {
      case INVALID -> ProblemKind.INVALID_TOKEN;
      case EXPIRED -> ProblemKind.TOKEN_EXPIRED;
      case WRONG_DEVICE -> ProblemKind.WRONG_DEVICE;
      case REVOKED -> ProblemKind.TOKEN_REVOKED;
    };
  }

  private static HttpAnswer json(Map<String, ?> members) {
    return HttpAnswer.status(200).body(JsonText.MEDIA_TYPE, JsonText.of(members)).build();
  }
}
