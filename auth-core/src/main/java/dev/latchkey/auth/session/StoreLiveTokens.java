package dev.latchkey.auth.session;

import java.time.Instant;

/** Asks the store about every token. */
record StoreLiveTokens(SessionStore store) implements LiveTokens {
  @Override
  public boolean isLive(Token token, Instant now) {
    return store.isLive(token.account(), token.session(), token.tokenId(), now);
  }

  @Override
  public void endedHere() {
    // The store knows.
  }
}
