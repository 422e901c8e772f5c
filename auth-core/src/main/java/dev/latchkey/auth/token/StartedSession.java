package dev.latchkey.auth.token;

import dev.latchkey.auth.session.SessionId;
import java.util.Set;

/**
 * A session that has begun. Called by applications.
 *
 * @param tokens what the client gets
 * @param displaced the oldest sessions of the account, which had to go because it had too many
 */
public record StartedSession(IssuedTokens tokens, Set<SessionId> displaced) {
  /**
   * Copies the set.
   *
   * @param tokens what the client gets
   * @param displaced the oldest sessions of the account
   */
  public StartedSession {
    displaced = Set.copyOf(displaced);
  }
}
