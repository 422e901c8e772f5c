package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.Penalty;
import java.time.Instant;

/** What a store says to a guess. */
public sealed interface GuessAnswer {
  /** The code was right. Its challenge is closed: no other guess gets this answer for it. */
  record Right() implements GuessAnswer {}

  /**
   * The code was compared, was wrong, and is counted.
   *
   * @param failures the consecutive wrong codes of the lane, this one counted
   * @param attemptsLeft how many more guesses challenge and lane allow, the smaller; 0 if none
   * @param penalty what follows it; a lock has the name that the guess gave
   * @param known whether it was counted in the lane of a known device
   */
  record Wrong(int failures, int attemptsLeft, Penalty penalty, boolean known)
      implements GuessAnswer {}

  /** The challenge is used, expired, exhausted or unknown; nothing was compared or counted. */
  record Expired() implements GuessAnswer {}

  /**
   * A penalty is running; nothing was compared or counted.
   *
   * @param kind a delay or a lock
   * @param until when it ends, exclusive
   */
  record Held(Penalty.Kind kind, Instant until) implements GuessAnswer {}
}
