package dev.latchkey.auth.client;

import dev.latchkey.auth.crypto.Hkdf;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import java.util.Arrays;
import java.util.Optional;

/** Keys of the roots {@code oldest} to {@code newest}, each derived from its number. */
record FixedKeys(int oldest, int newest) implements PurposeKeys {

  @Override
  public PurposeKey current(Purpose purpose) {
    return find(new RootId(newest), purpose).orElseThrow();
  }

  @Override
  public Optional<PurposeKey> find(RootId id, Purpose purpose) {
    if (id.value() < oldest || id.value() > newest) {
      return Optional.empty();
    }
    byte[] root = new byte[32];
    Arrays.fill(root, (byte) id.value());
    return Optional.of(
        new PurposeKey(id, Hkdf.sha256(SecretBytes.copyOf(root), purpose.label(), 32)));
  }
}
