package dev.latchkey.auth.session;

import java.time.Instant;

/** What is to be ended. Called by applications and store authors. */
public sealed interface EndScope {
  /**
   * One session.
   *
   * @param id its name
   */
  record One(SessionId id) implements EndScope {}

  /**
   * All sessions but one, which must be live: a session that has ended ends no other.
   *
   * @param keep the session that goes on
   */
  record Others(SessionId keep) implements EndScope {}

  /**
   * All sessions, at the word of one of them, which must be live.
   *
   * @param by the session that asks
   */
  record AllBy(SessionId by) implements EndScope {}

  /** All sessions, at the word of the service itself. */
  record All() implements EndScope {}

  /**
   * One access token; its session goes on.
   *
   * @param tokenId the {@code jti} of the token
   * @param until from when on no verifier accepts it any more: its {@code exp}, the verifiers'
   *     leeway, and 2 s
   */
  record Token(String tokenId, Instant until) implements EndScope {}
}
