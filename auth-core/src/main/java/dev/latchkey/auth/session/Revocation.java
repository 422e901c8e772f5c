package dev.latchkey.auth.session;

import java.time.Duration;

/**
 * How it is known at each call whether an access token was revoked: the host's choice. Called by
 * applications.
 */
public sealed interface Revocation {
  /**
   * Long enough that a busy node reads the feed twice in it and asks for nothing else; a person who
   * signs out and looks whether it worked does not beat it.
   */
  Duration DEFAULT_MAX_AGE = Duration.ofSeconds(1);

  /** Past it, revocation is not worth its name. */
  Duration LONGEST_MAX_AGE = Duration.ofMinutes(1);

  /**
   * Asks the store at every call: what ended is refused at once, on every node. Where a store has
   * no {@link RevocationFeed}, this is the default.
   *
   * @return the choice
   */
  static Revocation strict() {
    return new Strict();
  }

  /**
   * Judges by a replica of what ended, which is {@link #DEFAULT_MAX_AGE} old at most. The default
   * where a store has a {@link RevocationFeed}.
   *
   * @return the choice
   */
  static Revocation replica() {
    return replica(DEFAULT_MAX_AGE);
  }

  /**
   * Judges by a replica of what ended, read from the store's {@link RevocationFeed}. The node that
   * ends something refuses it at once, every other node within {@code maxAge}. When the replica is
   * older, or may have missed something, the store is asked.
   *
   * @param maxAge how old the replica may be; positive, at most {@link #LONGEST_MAX_AGE}
   * @return the choice
   */
  static Revocation replica(Duration maxAge) {
    return new Replica(maxAge);
  }

  /** See {@link #strict()}. */
  record Strict() implements Revocation {}

  /**
   * See {@link #replica(Duration)}.
   *
   * @param maxAge how old the replica may be
   */
  record Replica(Duration maxAge) implements Revocation {
    /**
     * Checks the bound.
     *
     * @param maxAge how old the replica may be
     */
    public Replica {
      if (maxAge.isNegative() || maxAge.isZero() || maxAge.compareTo(LONGEST_MAX_AGE) > 0) {
        throw new IllegalArgumentException(
            "maxAge must be positive and at most " + LONGEST_MAX_AGE + ", got " + maxAge);
      }
    }
  }
}
