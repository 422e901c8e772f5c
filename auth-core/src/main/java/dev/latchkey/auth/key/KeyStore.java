package dev.latchkey.auth.key;

import java.util.Optional;

/**
 * Keeps one {@link KeyRing} an issuer. Implemented by store authors, called by {@link Keys}.
 *
 * <p>A store must guarantee: {@link #replace} is atomic (of any number of callers that bring the
 * same version exactly one is told {@code true}), and what it said {@code true} to is what every
 * later {@link #read} on every node gives, unchanged to the last bit, until the next. A ring has no
 * expiry: it must outlive everything else. Neither method may wait past the store's deadline.
 *
 * <p>A ring needs no protection against readers, and whoever changes it only makes it useless; but
 * a store that loses it, or puts an older one in its place, loses keys. Implementations are safe
 * for concurrent use.
 */
public interface KeyStore {

  /**
   * The ring as it was last stored.
   *
   * @param issuer whose ring, 1 to 512 characters
   * @return the ring; empty if none was ever stored
   * @throws dev.latchkey.auth.store.StoreUnavailableException if the store can not be reached
   */
  Optional<KeyRing> read(String issuer);

  /**
   * Stores a ring in place of its direct predecessor.
   *
   * @param issuer whose ring
   * @param ring the new ring. Version 1 is stored only if there is none yet, version n only over
   *     version n − 1
   * @return true if the ring is now stored; false if another version is there, and nothing changed
   * @throws dev.latchkey.auth.store.StoreUnavailableException if the store can not be reached; the
   *     ring may have been stored
   */
  boolean replace(String issuer, KeyRing ring);
}
