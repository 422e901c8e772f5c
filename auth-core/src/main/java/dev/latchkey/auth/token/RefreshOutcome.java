package dev.latchkey.auth.token;

/** What became of a refresh. Called by applications. */
public sealed interface RefreshOutcome {
  /**
   * The session goes on with these tokens.
   *
   * @param tokens the tokens
   * @param generation the number of the refresh token
   * @param again whether that refresh token had been given out before
   */
  record Refreshed(IssuedTokens tokens, long generation, boolean again) implements RefreshOutcome {}

  /** The session has ended, or there never was one. */
  record NotLive() implements RefreshOutcome {}

  /** The session goes on; this is not its device. */
  record WrongDevice() implements RefreshOutcome {}

  /**
   * The token was used before: all sessions of the account are ended.
   *
   * @param ended how many
   */
  record Reused(int ended) implements RefreshOutcome {}

  /** The token is newer than the store, which has lost a write: its session is ended. */
  record Ahead() implements RefreshOutcome {}
}
