package dev.latchkey.auth.session;

import java.util.Set;

/** What a store says to a refresh. */
public sealed interface RotateAnswer {
  /**
   * The token's successor is the one of {@code session.generation()}.
   *
   * @param session the session afterwards
   * @param again whether that successor was there before: a retry within the window, or a call
   *     delivered twice
   */
  record Rotated(Session session, boolean again) implements RotateAnswer {}

  /** The session has ended, or there never was one; nothing is changed. */
  record NotLive() implements RotateAnswer {}

  /**
   * The session goes on, but this is not its device; nothing is changed.
   *
   * @param session the session
   */
  record WrongDevice(Session session) implements RotateAnswer {}

  /**
   * An older token of a live session, from its own device: all sessions of the account are ended.
   *
   * @param ended what was ended
   */
  record Reused(Set<SessionId> ended) implements RotateAnswer {
    /**
     * Copies the set.
     *
     * @param ended what was ended
     */
    public Reused {
      ended = Set.copyOf(ended);
    }
  }

  /** A token newer than the record: the store has lost a write. That session alone is ended. */
  record Ahead() implements RotateAnswer {}
}
