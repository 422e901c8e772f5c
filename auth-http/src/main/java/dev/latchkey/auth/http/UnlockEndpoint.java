package dev.latchkey.auth.http;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.UnlockResult;

/** The way past a lock for who reads the owner's mail. */
final class UnlockEndpoint {
  private final Latchkey latchkey;
  private final TokenAnswers answers;

  UnlockEndpoint(Latchkey latchkey, TokenAnswers answers) {
    this.latchkey = latchkey;
    this.answers = answers;
  }

  /**
   * {@code POST /auth/unlock}. Never by GET, which programs that look through mails send too (RFC
   * 9110, section 9.2.1).
   */
  HttpAnswer unlock(Call call) {
    UnlockResult result = latchkey.unlock(call.body().text("token"), call.client());
    if (result instanceof UnlockResult.Unlocked unlocked) {
      return answers.device(call, unlocked.device());
    }
    if (result instanceof UnlockResult.Limited limited) {
      throw Problem.limited(
              ProblemKind.RATE_LIMITED, limited.limit(), limited.standing(), limited.retryAfter())
          .refusal();
    }
    throw Problem.of(ProblemKind.INVALID_UNLOCK_TOKEN).refusal();
  }
}
