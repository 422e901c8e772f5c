package dev.latchkey.auth.session;

import java.time.Instant;
import java.util.Set;

/**
 * What ended, as a {@link RevocationFeed} tells it. Called by store authors.
 *
 * <p>An end is final: names are random and never used again, so that to hear of one twice, late or
 * in another order says the same.
 */
public sealed interface Ended {
  /**
   * From when on it need not be told or remembered, because no verifier accepts a token of it any
   * more.
   *
   * @return the time, exclusive
   */
  Instant until();

  /**
   * Sessions, whichever verb ended them: {@code end}, a {@code start} past the bound, or a {@code
   * rotate} that was reuse or ahead of the store.
   *
   * @param ids their names
   * @param until the {@code now} of that verb and {@link RevocationFeed#retention}, or later
   */
  record Sessions(Set<SessionId> ids, Instant until) implements Ended {
    /**
     * Copies the set.
     *
     * @param ids their names
     * @param until from when on it need not be told
     */
    public Sessions {
      ids = Set.copyOf(ids);
    }
  }

  /**
   * One access token, whose session goes on.
   *
   * @param tokenId the {@code jti} of the token
   * @param until as {@link EndScope.Token} said it, or later
   */
  record Token(String tokenId, Instant until) implements Ended {}
}
