package dev.latchkey.auth.crypto;

import java.util.Optional;

/**
 * Where codecs of tokens get their keys. Implemented by the key ring, called by Latchkey itself.
 *
 * <p>Guarantees: the same root and purpose always give the same key, of 32 bytes. One caller at a
 * time may be made to read the ring again, and waits for its store, at most until that store's
 * deadline; all others are answered at once from what there is. A store that can not be reached
 * fails no call. Implementations are safe for concurrent use.
 */
public interface PurposeKeys {

  /**
   * The key to make new things with.
   *
   * @param purpose what for
   * @return the key of the newest root
   */
  PurposeKey current(Purpose purpose);

  /**
   * The key that something was made with.
   *
   * @param id the root that it carries
   * @param purpose what for
   * @return the key; empty if the root is unknown or dropped
   */
  Optional<PurposeKey> find(RootId id, Purpose purpose);
}
