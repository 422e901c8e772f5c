package dev.latchkey.auth.token;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.LiveTokens;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Begins sessions, refreshes and checks their tokens, and ends them. Called by applications.
 *
 * <p>Guarantees: of any number of parallel refreshes with one token, one makes a successor; after
 * {@link #end} has returned, no refresh of what it ended succeeds and no token of it is accepted,
 * also none that was being signed meanwhile (on other nodes as soon as their {@link LiveTokens} can
 * tell); exactly the text of an issued token is accepted, from the device it was issued to, and no
 * other spelling of it.
 *
 * <p>Does not guarantee: protection against the theft of a whole request, which carries both the
 * token and the device token. Safe for concurrent use. Throws {@link
 * dev.latchkey.auth.store.StoreUnavailableException} if the store can not say what happened.
 *
 * <p>Source: RFC 9068 (access tokens); RFC 9700, section 4.14.2 (refresh token rotation).
 */
public interface TokenService {
  /**
   * Begins a session of an account.
   *
   * @param account who signed in
   * @param device the device that the session is bound to
   * @param client where the sign-in came from
   * @return the tokens, and what had to go for them
   */
  StartedSession start(Account account, DeviceToken device, ClientInfo client);

  /**
   * Opens a refresh token. Asks no store.
   *
   * @param refreshToken the text
   * @return the token, or empty if this service did not make it
   */
  Optional<RefreshToken> read(String refreshToken);

  /**
   * Makes the successor of a refresh token.
   *
   * @param token the token
   * @param account its account as it is now, whose roles the access token will say
   * @param device the device that shows it
   * @return the outcome
   */
  RefreshOutcome refresh(RefreshToken token, Account account, Optional<DeviceToken> device);

  /**
   * Judges an access token: authentic, in time, from its device, not revoked, in this order.
   *
   * @param accessToken the text
   * @param device the device that shows it
   * @return the claims, or the first reason against it
   */
  TokenCheck check(String accessToken, Optional<DeviceToken> device);

  /**
   * Opens an access token that may have expired or been revoked: good for signing out and nothing
   * else. Asks no store.
   *
   * @param accessToken the text
   * @return the claims, or empty if this service did not make it
   */
  Optional<AccessClaims> readForSignOut(String accessToken);

  /**
   * The scope that ends one access token and remembers it for as long as it could be accepted.
   *
   * @param claims of the token
   * @return the scope, for {@link #end}
   */
  EndScope scopeOf(AccessClaims claims);

  /**
   * The live sessions of an account.
   *
   * @param account whose
   * @return the sessions, the newest first
   */
  List<Session> sessions(AccountId account);

  /**
   * Ends sessions or a token.
   *
   * @param account whose
   * @param scope what
   * @return the sessions that were live and now are ended
   */
  Set<SessionId> end(AccountId account, EndScope scope);

  /**
   * A service over a store.
   *
   * @param store where sessions are kept
   * @param live what tells whether tokens of that store count
   * @param keys the keys of the issuer
   * @param tokens what tokens say
   * @param sessions how long sessions last
   * @param clock what time it is
   * @param random where names come from
   * @return the service
   */
  static TokenService over(
      SessionStore store,
      LiveTokens live,
      Keys keys,
      TokenPolicy tokens,
      SessionPolicy sessions,
      Clock clock,
      SecureBytes random) {
    return new StoreTokenService(store, live, keys, tokens, sessions, clock, random);
  }
}
