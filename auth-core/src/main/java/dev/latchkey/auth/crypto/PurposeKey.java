package dev.latchkey.auth.crypto;

import java.util.Objects;

/**
 * A key for one purpose together with the root that it comes from. Called by Latchkey itself.
 * Prints its root, never its key. Immutable.
 *
 * @param root the root key that this one was derived from
 * @param key the derived key
 */
public record PurposeKey(RootId root, SecretBytes key) {

  /**
   * Checks that nothing is missing.
   *
   * @param root the root key that this one was derived from
   * @param key the derived key
   */
  public PurposeKey {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(key, "key");
  }
}
