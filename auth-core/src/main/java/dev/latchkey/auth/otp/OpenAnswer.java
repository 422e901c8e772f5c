package dev.latchkey.auth.otp;

import java.time.Instant;

/** What a store says to a new code, for a new challenge or as a resend. */
public sealed interface OpenAnswer {
  /** The code is stored. */
  record Opened() implements OpenAnswer {}

  /**
   * The lane is locked; nothing is stored.
   *
   * @param until when the lock ends, exclusive
   */
  record Locked(Instant until) implements OpenAnswer {}

  /**
   * A resend came too early; nothing is stored.
   *
   * @param until when the next code may be asked for
   */
  record TooEarly(Instant until) implements OpenAnswer {}

  /** The challenge of a resend is used, exhausted, expired or unknown; nothing is stored. */
  record Gone() implements OpenAnswer {}
}
