package dev.latchkey.auth.session;

import dev.latchkey.auth.account.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Keeps one {@link AccountSessions} for each account. Implemented by store authors.
 *
 * <p>Must guarantee: every verb runs the transition of the same name on the record atomically, and
 * what it answers is kept before the answer is known to anybody. So of N parallel refreshes with
 * one token one makes a new generation, and after {@link #end} has returned no refresh and no token
 * of what it ended is accepted. Must throw {@link
 * dev.latchkey.auth.store.StoreUnavailableException} within its deadline when it can not say what
 * happened. Safe for concurrent use.
 *
 * <p>Must not let a call take effect after its deadline: one that the network delivers late, when
 * it was reported as failed, could bring back what has ended meanwhile.
 *
 * <p>A record may be dropped from {@link AccountSessions#expiresAt} on, never before.
 */
public interface SessionStore {
  /**
   * Begins a session, see {@link AccountSessions#start}.
   *
   * @param account whose record
   * @param session the session
   * @param max how many an account may have; the oldest go
   * @param now the time of the sign-in
   * @return the sessions that had to go
   */
  Set<SessionId> start(AccountId account, Session session, int max, Instant now);

  /**
   * Makes the successor of a refresh token, see {@link AccountSessions#rotate}.
   *
   * @param account whose record
   * @param rotation the refresh
   * @param now the time of the refresh
   * @return the answer
   */
  RotateAnswer rotate(AccountId account, Rotation rotation, Instant now);

  /**
   * Ends sessions or a token, see {@link AccountSessions#end}.
   *
   * @param account whose record
   * @param scope what to end
   * @param now the time
   * @return the sessions that were live and now are ended
   */
  Set<SessionId> end(AccountId account, EndScope scope, Instant now);

  /**
   * Whether an access token counts, see {@link AccountSessions#isLive}.
   *
   * @param account whose record
   * @param session the session of the token
   * @param tokenId the {@code jti} of the token
   * @param now the time of the call
   * @return whether its session is live and the token itself not ended
   */
  boolean isLive(AccountId account, SessionId session, String tokenId, Instant now);

  /**
   * The live sessions, the newest first, see {@link AccountSessions#list}.
   *
   * @param account whose record
   * @param now the time
   * @return the sessions
   */
  List<Session> list(AccountId account, Instant now);
}
