package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.token.IssuedTokens;
import java.time.Duration;

/** What became of a refresh. Called by applications. */
public sealed interface RefreshResult {
  /**
   * The session goes on with new tokens.
   *
   * @param account who, with the roles of now
   * @param tokens the tokens
   */
  record Refreshed(Account account, IssuedTokens tokens) implements RefreshResult {}

  /**
   * The token is refused.
   *
   * @param reason why
   */
  record Refused(Reason reason) implements RefreshResult {}

  /**
   * A limit refused the request.
   *
   * @param limit the name of the limit: {@code session} or {@code ip}
   * @param standing how it stands
   * @param retryAfter how long it refuses
   */
  record Limited(String limit, Standing standing, Duration retryAfter) implements RefreshResult {}

  /** Why a refresh token is refused. */
  enum Reason {
    /** Forged, ended, expired or barred, which look alike. */
    INVALID,
    /** It was used before: all sessions of the account are now ended. */
    REUSED,
    /** It came without the token of its device; the session goes on. */
    WRONG_DEVICE
  }
}
