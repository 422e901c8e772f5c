package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A ring with all of its keys opened, and how to make its successor. Immutable. */
final class OpenedRing {

  private final KeyRing ring;
  private final RingVault vault;
  private final SecretBytes identityKey;
  private final Map<RootId, Map<Purpose, PurposeKey>> purposeKeys;
  private final Map<String, SigningKeyPair> pairs;

  OpenedRing(
      KeyRing ring,
      RingVault vault,
      SecretBytes identityKey,
      Map<RootId, Map<Purpose, PurposeKey>> purposeKeys,
      Map<String, SigningKeyPair> pairs) {
    this.ring = ring;
    this.vault = vault;
    this.identityKey = identityKey;
    this.purposeKeys = Map.copyOf(purposeKeys);
    this.pairs = Map.copyOf(pairs);
  }

  KeyRing ring() {
    return ring;
  }

  RingVault vault() {
    return vault;
  }

  SecretBytes identityKey() {
    return identityKey;
  }

  Optional<PurposeKey> purposeKey(RootId id, Purpose purpose) {
    return Optional.ofNullable(purposeKeys.get(id)).map(keys -> keys.get(purpose));
  }

  @Nullable SigningKeyPair pair(String kid) {
    return pairs.get(kid);
  }

  SigningKeyPair pair(SealedSigningKey key) {
    return Objects.requireNonNull(pairs.get(key.kid()));
  }

  OpenedRing withWrappings(List<Wrapping> wrappings) {
    return next(wrappings, ring.roots(), ring.signingKeys());
  }

  OpenedRing withRoots(List<SealedRoot> roots) {
    return next(ring.wrappings(), roots, ring.signingKeys());
  }

  OpenedRing withSigningKeys(List<SealedSigningKey> signingKeys) {
    return next(ring.wrappings(), ring.roots(), signingKeys);
  }

  /** The same keys as a first version, for a store that has lost its ring. */
  OpenedRing asFirstVersion() {
    return make(1, ring.wrappings(), ring.roots(), ring.signingKeys());
  }

  private OpenedRing next(
      List<Wrapping> wrappings, List<SealedRoot> roots, List<SealedSigningKey> signingKeys) {
    return make(Math.addExact(ring.version(), 1), wrappings, roots, signingKeys);
  }

  private OpenedRing make(
      long version,
      List<Wrapping> wrappings,
      List<SealedRoot> roots,
      List<SealedSigningKey> signingKeys) {
    KeyRing made = vault.assemble(version, wrappings, ring.sealedIdentityKey(), roots, signingKeys);
    return vault
        .open(made)
        .orElseThrow(() -> new IllegalStateException("a ring made here must open here"));
  }
}
