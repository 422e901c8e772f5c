package dev.latchkey.auth.http;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.VerifyCodeResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Asking for a code, and giving it. */
final class CodeEndpoints {
  private static final String CHALLENGE = "challenge";

  private final Latchkey latchkey;
  private final TokenAnswers answers;

  CodeEndpoints(Latchkey latchkey, TokenAnswers answers) {
    this.latchkey = latchkey;
    this.answers = answers;
  }

  /** {@code POST /auth/email/send-otp}. */
  HttpAnswer send(Call call) {
    JsonBody body = call.body();
    String email = body.text("email");
    Optional<String> challenge = body.optionalText(CHALLENGE);
    RequestCodeResult result =
        challenge.isPresent()
            ? latchkey.resendCode(email, challenge.get(), call.client())
            : latchkey.requestCode(email, call.client());
    if (result instanceof RequestCodeResult.Sent sent) {
      return sent(sent);
    }
    if (result instanceof RequestCodeResult.Limited limited) {
      throw Problem.limited(
              ProblemKind.RATE_LIMITED, limited.limit(), limited.standing(), limited.retryAfter())
          .refusal();
    }
    if (result instanceof RequestCodeResult.Locked locked) {
      throw Problem.of(ProblemKind.ACCOUNT_LOCKED).retryAfter(locked.retryAfter()).refusal();
    }
    throw Problem.of(
            result instanceof RequestCodeResult.Rejected
                ? ProblemKind.INVALID_EMAIL
                : ProblemKind.MAIL_UNDELIVERED)
        .refusal();
  }

  private static HttpAnswer sent(RequestCodeResult.Sent sent) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(CHALLENGE, sent.challenge().revealText());
    members.put("expires_in", Words.secondsOfLife(sent.expiresIn()));
    members.put("resend_in", Words.secondsToWait(sent.resendIn()));
    members.put("code_length", sent.codeLength());
    return HttpAnswer.status(200)
        .headers(LimitHeaders.of("ip", sent.ip()))
        .body(JsonText.MEDIA_TYPE, JsonText.of(members))
        .build();
  }

  /** {@code POST /auth/email/verify-otp}. */
  HttpAnswer verify(Call call) {
    JsonBody body = call.body();
    VerifyCodeResult result =
        latchkey.verifyCode(body.text(CHALLENGE), body.text("code"), call.client());
    if (result instanceof VerifyCodeResult.SignedIn signedIn) {
      return answers.tokens(
          call, signedIn.account(), signedIn.tokens(), Optional.of(signedIn.newAccount()));
    }
    throw refused(result).refusal();
  }

  private static Problem refused(VerifyCodeResult result) {
    if (result instanceof VerifyCodeResult.WrongCode wrong) {
      Problem problem =
          Problem.of(ProblemKind.WRONG_CODE).member("attempts_left", wrong.attemptsLeft());
      return wrong.retryAfter().isZero() ? problem : problem.retryAfter(wrong.retryAfter());
    }
    if (result instanceof VerifyCodeResult.Limited limited) {
      return Problem.limited(
          limited.limit().equals("failures") ? ProblemKind.SLOW_DOWN : ProblemKind.RATE_LIMITED,
          limited.limit(),
          limited.standing(),
          limited.retryAfter());
    }
    if (result instanceof VerifyCodeResult.Locked locked) {
      return Problem.of(ProblemKind.ACCOUNT_LOCKED).retryAfter(locked.retryAfter());
    }
    return Problem.of(
        result instanceof VerifyCodeResult.InvalidCode
            ? ProblemKind.INVALID_CODE
            : ProblemKind.CODE_EXPIRED);
  }
}
