package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.key.KeyRingStatus.RootStatus;
import dev.latchkey.auth.key.KeyRingStatus.SigningKeyStatus;
import dev.latchkey.auth.key.KeyRingStatus.WrappingStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an operator does to a ring and sees of it. Its promises are written where it is called from,
 * at {@link Keys}. Each act is judged by the ring as it is when it is stored. Safe for concurrent
 * use.
 */
final class RingOperations {

  private final RingSetup setup;
  private final LiveRing live;

  RingOperations(RingSetup setup, LiveRing live) {
    this.setup = setup;
    this.live = live;
  }

  void rotateSigningKey() {
    Instant now = setup.now();
    Instant activeFrom = now.plus(setup.policy().publishedBeforeUse());
    Supplier<SigningKeyPair> pair = setup.newPairOnDemand();
    live.change(
        "keys.rotateSigningKey",
        now,
        opened -> {
          List<SealedSigningKey> keys = opened.ring().signingKeys();
          boolean nextIsThere = !isActive(opened, keys.get(keys.size() - 1).kid(), now);
          return nextIsThere
              ? Optional.empty()
              : Optional.of(RingChange.publish(opened, pair.get(), now, activeFrom, List.of()));
        });
  }

  void dropSigningKey(String kid) {
    Objects.requireNonNull(kid, "kid");
    Instant now = setup.now();
    Supplier<SigningKeyPair> pair = setup.newPairOnDemand();
    live.change(
        "keys.dropSigningKey",
        now,
        opened -> {
          if (opened.pair(kid) == null) {
            throw new IllegalArgumentException("kid must be that of a key in the ring");
          }
          List<String> gone =
              RingRules.advance(opened.ring(), setup.policy(), setup.retention(), now).gone();
          Optional<SigningKeyPair> successor =
              isActive(opened, kid, now) ? Optional.of(pair.get()) : Optional.empty();
          return Optional.of(RingChange.drop(opened, kid, now, gone, successor));
        });
    live.tellActivation(now);
  }

  void rotateRoot() {
    Instant now = setup.now();
    SecretBytes key = setup.newKey();
    live.change(
        "keys.rotateRoot",
        now,
        opened -> {
          List<SealedRoot> roots = new ArrayList<>(opened.ring().roots());
          RingChange.requireRoom("root", roots.size());
          // The newest can not be dropped, so that no id is ever given twice.
          RootId id = new RootId(Math.addExact(newestRoot(opened).value(), 1));
          roots.add(opened.vault().sealRoot(id, now, key));
          return changed(
              opened.withRoots(roots),
              KeyChange.Kind.ROOT_ADDED,
              Integer.toString(id.value()),
              now);
        });
  }

  void dropRoot(RootId id) {
    Objects.requireNonNull(id, "id");
    Instant now = setup.now();
    live.change(
        "keys.dropRoot",
        now,
        opened -> {
          List<SealedRoot> roots = new ArrayList<>(opened.ring().roots());
          if (newestRoot(opened).equals(id)) {
            throw new IllegalStateException(
                "root must not be the newest, got %d: rotate first".formatted(id.value()));
          }
          if (!roots.removeIf(root -> root.id().equals(id))) {
            throw new IllegalArgumentException(
                "root must be in the ring, got %d".formatted(id.value()));
          }
          return changed(
              opened.withRoots(roots),
              KeyChange.Kind.ROOT_DROPPED,
              Integer.toString(id.value()),
              now);
        });
  }

  void dropWrapping(String secretId) {
    Objects.requireNonNull(secretId, "secretId");
    if (secretId.equals(setup.newestSecretId())) {
      throw new IllegalStateException("secretId must not be the one in use");
    }
    Instant now = setup.now();
    live.change(
        "keys.dropWrapping",
        now,
        opened -> {
          List<Wrapping> wrappings = new ArrayList<>(opened.ring().wrappings());
          if (!wrappings.removeIf(wrapping -> wrapping.secretId().equals(secretId))) {
            throw new IllegalArgumentException("secretId must be that of a wrapping in the ring");
          }
          return changed(
              opened.withWrappings(wrappings), KeyChange.Kind.WRAPPING_DROPPED, secretId, now);
        });
  }

  KeyRingStatus status() {
    Instant now = setup.now();
    KeyRing ring = live.upToDate(now).ring();
    RootId current = RingRules.currentRoot(ring, now).id();
    String newestSecretId = setup.newestSecretId();
    return new KeyRingStatus(
        ring.version(),
        ring.signingKeys().stream()
            .map(
                key ->
                    new SigningKeyStatus(
                        key.kid(),
                        key.algorithm(),
                        RingRules.state(ring, key.kid(), now, setup.retention()),
                        key.publishedAt(),
                        key.activeFrom()))
            .toList(),
        ring.roots().stream()
            .map(root -> new RootStatus(root.id(), root.createdAt(), root.id().equals(current)))
            .toList(),
        ring.wrappings().stream()
            .map(
                wrapping ->
                    new WrappingStatus(
                        wrapping.secretId(), wrapping.secretId().equals(newestSecretId)))
            .toList());
  }

  private static Optional<RingChange> changed(
      OpenedRing successor, KeyChange.Kind kind, String id, Instant now) {
    return Optional.of(new RingChange(successor, List.of(new KeyChange(kind, id, now))));
  }

  private static boolean isActive(OpenedRing opened, String kid, Instant now) {
    return RingRules.active(opened.ring(), now).kid().equals(kid);
  }

  private static RootId newestRoot(OpenedRing opened) {
    List<SealedRoot> roots = opened.ring().roots();
    return roots.get(roots.size() - 1).id();
  }
}
