package dev.latchkey.auth.otp;

import dev.latchkey.auth.lockout.LockId;
import java.time.Instant;

/** What a store says to a new code, for a new challenge or as a resend. */
public sealed interface OpenAnswer {
  /** The code is stored. */
  record Opened() implements OpenAnswer {}

  /**
   * The lane is locked; nothing is stored.
   *
   * @param until when the lock ends, exclusive
   * @param lock the name of the lock
   */
  record Locked(Instant until, LockId lock) implements OpenAnswer {}

  /**
   * A resend came too early; nothing is stored.
   *
   * @param until when the next code may be asked for
   */
  record TooEarly(Instant until) implements OpenAnswer {}

  /** The challenge of a resend is used, exhausted, expired or unknown; nothing is stored. */
  record Gone() implements OpenAnswer {}
}
