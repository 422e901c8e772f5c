package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a node comes by its ring: it opens the one that is stored and wraps it under its newest
 * secret, or makes the issuer's first. Of any number of nodes that start at once one makes it.
 */
final class RingStart {

  private final RingSetup setup;

  RingStart(RingSetup setup) {
    this.setup = setup;
  }

  /** The ring, confirmed by the store; see {@link Keys#open} for what it throws. */
  LiveRing open() {
    @Nullable OpenedRing first = null;
    for (int attempt = 0; attempt < RingSetup.ATTEMPTS; attempt++) {
      Instant now = setup.now();
      Optional<KeyRing> stored = setup.store().read(setup.issuer());
      if (stored.isPresent()) {
        OpenedRing opened = opened(stored.get());
        if (isWrappedUnderNewest(opened)) {
          return new LiveRing(setup, opened, now);
        }
        OpenedRing wrapped = wrappedUnderNewest(opened);
        if (setup.store().replace(setup.issuer(), wrapped.ring())) {
          setup.tell(KeyChange.Kind.WRAPPING_ADDED, setup.newestSecretId(), now);
          return new LiveRing(setup, wrapped, now);
        }
      } else {
        if (first == null) {
          first = first(now);
        }
        if (setup.store().replace(setup.issuer(), first.ring())) {
          setup.tell(KeyChange.Kind.RING_CREATED, "1", now);
          String active = RingRules.active(first.ring(), now).kid();
          setup.tell(KeyChange.Kind.KEY_ACTIVATED, active, now);
          return new LiveRing(setup, first, now);
        }
      }
    }
    throw new StoreUnavailableException("keys.open", true, null);
  }

  private OpenedRing opened(KeyRing stored) {
    RingVault vault =
        RingVault.unwrap(stored, setup.issuer(), setup.secret())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the master secret opens none of the wrappings of the key ring of issuer "
                            + setup.issuer()
                            + ": start with the secret that it was made with, the new one in"
                            + " front of it"));
    return vault
        .open(stored)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the key ring of issuer "
                        + setup.issuer()
                        + " must be as it was stored, but was changed or damaged"));
  }

  private boolean isWrappedUnderNewest(OpenedRing opened) {
    String newest = setup.newestSecretId();
    return opened.ring().wrappings().stream()
        .anyMatch(wrapping -> wrapping.secretId().equals(newest));
  }

  private OpenedRing wrappedUnderNewest(OpenedRing opened) {
    List<Wrapping> wrappings = new ArrayList<>(opened.ring().wrappings());
    RingChange.requireRoom("wrapping", wrappings.size());
    wrappings.add(opened.vault().wrap(setup.newestSecret()));
    return opened.withWrappings(wrappings);
  }

  private OpenedRing first(Instant now) {
    RingVault vault = RingVault.create(setup.issuer(), setup.random());
    SecretBytes identityKey = setup.newKey();
    SecretBytes root = setup.newKey();
    KeyRing ring =
        vault.assemble(
            1,
            List.of(vault.wrap(setup.newestSecret())),
            vault.sealIdentityKey(identityKey),
            List.of(vault.sealRoot(new RootId(1), now, root)),
            List.of(vault.sealSigningKey(setup.newPair(), now, now)));
    return vault
        .open(ring)
        .orElseThrow(() -> new IllegalStateException("a ring made here must open here"));
  }
}
