package dev.latchkey.auth.key;

import java.time.Instant;
import java.util.Objects;

/**
 * Something happened to the key ring. Called by applications and by the façade, which makes an
 * event of it. Holds no secret. Immutable.
 *
 * @param kind what happened
 * @param id what it happened to: a {@code kid}, the number of a root, the id of a master secret, or
 *     the version of the ring; empty for {@link Kind#REREAD_FAILED} and {@link Kind#RING_REFUSED}
 * @param at when, by the clock of the node that says so
 */
public record KeyChange(Kind kind, String id, Instant at) {

  /**
   * Checks that nothing is missing.
   *
   * @param kind what happened
   * @param id what it happened to: a {@code kid}, the number of a root, the id of a master secret,
   *     or the version of the ring; empty for {@link Kind#REREAD_FAILED} and {@link
   *     Kind#RING_REFUSED}
   * @param at when, by the clock of the node that says so
   */
  public KeyChange {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(at, "at");
  }

  /** What happened. All but the last three are told once, by the node that wrote the change. */
  public enum Kind {
    /** The issuer had no ring, and this node made the first. */
    RING_CREATED,
    /** The store had lost the ring, and this node put it back. */
    RING_RESTORED,
    /** A signing key is in the JWKS from now on; {@link #KEY_ACTIVATED} tells when it signs. */
    KEY_PUBLISHED,
    /** All that a signing key signed is dead; it is out of the JWKS and of the ring. */
    KEY_GONE,
    /** An operator dropped a signing key, and all that it signed is refused. */
    KEY_DROPPED,
    /** The data key is now also wrapped under the newest master secret. */
    WRAPPING_ADDED,
    /** A master secret no longer opens the ring. */
    WRAPPING_DROPPED,
    /** There is a new root key. */
    ROOT_ADDED,
    /** A root key is gone, and all that was made under it is refused. */
    ROOT_DROPPED,
    /** A signing key signs from now on. Every node that notices tells it. */
    KEY_ACTIVATED,
    /** The store could not be reached to read the ring again. The node goes on with what it has. */
    REREAD_FAILED,
    /**
     * The ring in the store is not one that our keys made, or not whole: somebody changed it, or
     * the master secret is not the one that it was made with. The node goes on with what it has.
     */
    RING_REFUSED
  }
}
