package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.Penalty;
import java.time.Duration;
import java.util.Optional;

/** What became of a guess. Called by applications. */
public sealed interface GuessResult {
  /** The code was right, and this is the only guess that learns so. */
  record Right() implements GuessResult {}

  /**
   * The code was wrong, and is counted.
   *
   * @param failures consecutive wrong codes, this one counted
   * @param attemptsLeft how many guesses are left before challenge or lane refuses
   * @param penalty what follows; a lock if this very guess locked
   * @param unlock what the owner is to be mailed, if this very guess locked
   */
  record Wrong(int failures, int attemptsLeft, Penalty penalty, Optional<UnlockOffer> unlock)
      implements GuessResult {}

  /** The code is expired, used, exhausted or unknown, which look alike; nothing was counted. */
  record Expired() implements GuessResult {}

  /**
   * A penalty is running; nothing was compared or counted, and the right code would not sign in.
   *
   * @param kind a delay or a lock
   * @param retryAfter how long it still lasts
   */
  record Held(Penalty.Kind kind, Duration retryAfter) implements GuessResult {}
}
