package dev.latchkey.auth.ratelimit;

import java.time.Duration;
import java.util.List;

/** What all layers together say to one request. Called by applications. */
public sealed interface Verdict {
  /**
   * Every layer admits the request, and has recorded it.
   *
   * @param standings how each layer stands, in the order asked
   * @param reservations what to give back if the request does not happen; empty while the store is
   *     out of reach and the host lets requests pass
   * @param local whether they are in this node's own log, while the store is out of reach
   */
  record Granted(List<Standing> standings, List<Reservation> reservations, boolean local)
      implements Verdict {
    /**
     * Copies both lists.
     *
     * @param standings how each layer stands
     * @param reservations what to give back
     * @param local whether they are in this node's own log
     */
    public Granted {
      standings = List.copyOf(standings);
      reservations = List.copyOf(reservations);
    }
  }

  /**
   * One layer refuses, and no layer has recorded anything.
   *
   * @param name the name of the layer, see {@link Limit}
   * @param standing how it stands in the window that refuses longest
   * @param retryAfter how long until that layer would admit the request
   */
  record Refused(String name, Standing standing, Duration retryAfter) implements Verdict {}
}
