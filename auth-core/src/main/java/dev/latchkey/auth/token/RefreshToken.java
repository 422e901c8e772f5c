package dev.latchkey.auth.token;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.SessionId;

/**
 * A refresh token whose signature was verified: proof that this service made it, not that it still
 * counts. Called by applications.
 *
 * <p>Guarantees: only {@link TokenService#read} makes one.
 */
public final class RefreshToken {
  private final AccountId account;
  private final SessionId session;
  private final long generation;

  RefreshToken(AccountId account, SessionId session, long generation) {
    this.account = account;
    this.session = session;
    this.generation = generation;
  }

  /**
   * Whose it is.
   *
   * @return the account
   */
  public AccountId account() {
    return account;
  }

  /**
   * Which session it goes on with.
   *
   * @return the name of the session
   */
  public SessionId session() {
    return session;
  }

  long generation() {
    return generation;
  }

  @Override
  public String toString() {
    return "RefreshToken[" + session + ", generation " + generation + "]";
  }
}
