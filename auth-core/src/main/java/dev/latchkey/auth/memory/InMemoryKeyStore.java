package dev.latchkey.auth.memory;

import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Key rings in this process; there is one for each issuer, so that they need no bound. */
final class InMemoryKeyStore implements KeyStore {
  private final ConcurrentMap<String, KeyRing> rings = new ConcurrentHashMap<>();

  @Override
  public Optional<KeyRing> read(String issuer) {
    return Optional.ofNullable(rings.get(issuer));
  }

  @Override
  public boolean replace(String issuer, KeyRing ring) {
    AtomicBoolean replaced = new AtomicBoolean();
    rings.compute(
        issuer,
        (key, stored) -> {
          long version = stored == null ? 0 : stored.version();
          replaced.set(ring.version() == version + 1);
          return replaced.get() ? ring : stored;
        });
    return replaced.get();
  }
}
