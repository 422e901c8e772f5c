package dev.latchkey.auth.session;

import java.time.Duration;
import java.util.List;

/**
 * What ended in a {@link SessionStore}, in an order that can be read on from any position, so that
 * every node can judge access tokens without asking the store at each call. Implemented by store
 * authors whose store can write an entry in the very step that changes the record; a store without
 * one is asked at each call.
 *
 * <p>Must guarantee: an end whose verb had returned before {@link #read} began is in the answer of
 * that read, or was in the answer of an earlier one of the chain of positions that led to it. So it
 * is written with the record or not at all, and read where it was written, never from a copy that
 * may lag behind. Every end is told: by {@code end}, by a {@code start} that displaces, by a {@code
 * rotate} that is reuse or ahead of the store. A session that reaches its natural end is not told.
 *
 * <p>Must guarantee too: what {@link Ended#until} has not passed is retained. A reader who comes
 * with a position from which it can not be proved that nothing was missed (a gap, a position that
 * is unknown here, another history after a fail-over) gets everything that is retained, and is told
 * so. A position so old that all it could miss is past its retention is no gap.
 *
 * <p>May deliver entries twice and in any order. Must throw {@link
 * dev.latchkey.auth.store.StoreUnavailableException} within its deadline when it can not answer,
 * and must not answer a part. Safe for concurrent use.
 */
public interface RevocationFeed {
  /**
   * How far a reader has come. Opaque to everybody but the store that made it, never a secret.
   *
   * @param value the store's own words
   */
  record Position(String value) {
    /** Before everything that is retained. */
    public static final Position START = new Position("");
  }

  /**
   * The answer to a read.
   *
   * @param ended what ended since the position, or everything that is retained
   * @param next where to read on
   * @param restarted whether something may be missing between the position and {@code ended}; false
   *     for {@link Position#START}
   */
  record Revocations(List<Ended> ended, Position next, boolean restarted) {
    /**
     * Copies the list.
     *
     * @param ended what ended
     * @param next where to read on
     * @param restarted whether something may be missing
     */
    public Revocations {
      ended = List.copyOf(ended);
    }
  }

  /**
   * Reads on.
   *
   * @param from {@link Position#START}, or where an earlier read left off
   * @return everything from there on
   */
  Revocations read(Position from);

  /**
   * How long ended sessions are told: at least the life of an access token, the leeway of its
   * verifiers and 2 s, which is checked when an instance is put together. An hour, two minutes and
   * two seconds are enough for every {@code TokenPolicy} that there can be.
   *
   * @return the time from the end of a session
   */
  Duration retention();
}
