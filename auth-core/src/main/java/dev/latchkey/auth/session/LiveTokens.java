package dev.latchkey.auth.session;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells whether an authentic access token still counts: its session goes on and it was not ended
 * alone. Called by applications that put a {@code TokenService} together themselves.
 *
 * <p>Throws {@link StoreUnavailableException} when neither replica nor store can say. Safe for
 * concurrent use.
 */
public interface LiveTokens {
  /**
   * What a verified token says of itself.
   *
   * @param account its account
   * @param session its session
   * @param tokenId its {@code jti}
   * @param issuedAt its {@code iat}
   * @param expiresAt its {@code exp}
   */
  record Token(
      AccountId account, SessionId session, String tokenId, Instant issuedAt, Instant expiresAt) {}

  /**
   * Whether a token counts.
   *
   * @param token a token whose signature and times were found good
   * @param now the time of the call
   * @return whether its session is live and the token itself not ended
   */
  boolean isLive(Token token, Instant now);

  /**
   * To be called when a verb of the store that ended something has returned on this node, before
   * its caller learns of it: whoever asks from then on is answered with knowledge of it.
   */
  void endedHere();

  /**
   * Asks the store about every token.
   *
   * @param store the store
   * @return what tells
   */
  static LiveTokens of(SessionStore store) {
    return new StoreLiveTokens(store);
  }

  /**
   * Keeps a replica of what ended, and asks the store where the replica can not know.
   *
   * <p>Guarantees: a token of what had ended {@code maxAge} before the call is refused; of what
   * this node ended, at once. A token is judged by the replica alone only if a read that began at
   * most {@code maxAge} ago, and after the last {@link #endedHere}, came back; and only from its
   * {@code iat} to its {@code exp}: what lives on leeway alone may have outlived its session, which
   * no feed tells. After a restart of the feed the store is asked about every token from before it.
   * What the replica knows to have ended is refused whatever the store says.
   *
   * <p>Names are forgotten by {@code clock}. If that goes back by more than {@link
   * Session#MAX_SKEW} behind a time by which some were, everything is read anew, and all is as
   * after a restart of the feed.
   *
   * <p>Has no thread: reads on the thread of a caller, one at a time, once the replica is half as
   * old as it may be; the others wait for nobody. Holds what ended until its time is over, a
   * million names at most, past which the store is asked.
   *
   * <p>Does not guarantee: that an instance which begins after its store has lost everything knows
   * so; tokens of lost sessions then count to their {@code exp}. Nor the bound on a machine that
   * was suspended, whose monotonic clock may have stood still, until {@code clock} shows the time
   * that passed.
   *
   * @param store the store
   * @param feed what ends in that very store
   * @param maxAge how old the replica may be
   * @param clock what time it is
   * @param nanoTime a monotonic clock; the replica is as old as this and {@code clock} say at most
   * @param onOutage told when the feed could not be read; the store is asked then, so that the call
   *     may go on
   * @return what tells
   */
  static LiveTokens following(
      SessionStore store,
      RevocationFeed feed,
      Duration maxAge,
      Clock clock,
      LongSupplier nanoTime,
      Consumer<StoreUnavailableException> onOutage) {
    return new ReplicaLiveTokens(
        of(store), feed, maxAge, clock, nanoTime, onOutage, ReplicaLiveTokens.MAX_NAMES);
  }
}
