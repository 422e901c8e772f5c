package dev.latchkey.auth.otp;

import dev.latchkey.auth.crypto.Hkdf;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import java.util.Arrays;
import java.util.Optional;

/** Keys of the roots {@code oldest} to {@code newest}, each derived from its number. */
record TestKeys(int oldest, int newest) implements PurposeKeys {
  static PurposeKey key(int root, Purpose purpose) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) root);
    return new PurposeKey(
        new RootId(root), Hkdf.sha256(SecretBytes.copyOf(bytes), purpose.label(), 32));
  }

  @Override
  public PurposeKey current(Purpose purpose) {
    return key(newest, purpose);
  }

  @Override
  public Optional<PurposeKey> find(RootId id, Purpose purpose) {
    return id.value() < oldest || id.value() > newest
        ? Optional.empty()
        : Optional.of(key(id.value(), purpose));
  }
}
