package dev.latchkey.auth.key;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A store in a map that can be down, be tampered with and be slow, and counts its reads. */
public final class TestKeyStore implements KeyStore {

  private final Map<String, KeyRing> rings = new ConcurrentHashMap<>();
  private final AtomicBoolean down = new AtomicBoolean();
  private final AtomicReference<Runnable> beforeReplace = new AtomicReference<>(() -> {});
  private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
  private volatile Runnable beforeRead = () -> {};
  private final AtomicInteger reads = new AtomicInteger();

  @Override
  public Optional<KeyRing> read(String issuer) {
    reads.incrementAndGet();
    requireUp("keys.read");
    beforeRead.run();
    Optional<KeyRing> ring = Optional.ofNullable(rings.get(issuer));
    Objects.requireNonNull(afterRead.getAndSet(() -> {})).run();
    return ring;
  }

  @Override
  public boolean replace(String issuer, KeyRing ring) {
    requireUp("keys.replace");
    Objects.requireNonNull(beforeReplace.getAndSet(() -> {})).run();
    AtomicBoolean replaced = new AtomicBoolean();
    rings.compute(
        issuer,
        (key, stored) -> {
          long version = stored == null ? 0 : stored.version();
          replaced.set(version == ring.version() - 1);
          return replaced.get() ? ring : stored;
        });
    return replaced.get();
  }

  KeyRing ring(String issuer) {
    return Optional.ofNullable(rings.get(issuer)).orElseThrow();
  }

  void tamper(String issuer, UnaryOperator<KeyRing> change) {
    rings.computeIfPresent(issuer, (key, ring) -> change.apply(ring));
  }

  void put(String issuer, KeyRing ring) {
    rings.put(issuer, ring);
  }

  void lose(String issuer) {
    rings.remove(issuer);
  }

  public void down(boolean value) {
    down.set(value);
  }

  /** Runs once, just before the next write: another node that is quicker. */
  void beforeNextReplace(Runnable other) {
    beforeReplace.set(other);
  }

  /** Runs once, while the answer of the next read is on its way. */
  void afterNextRead(Runnable other) {
    afterRead.set(other);
  }

  void beforeEachRead(Runnable other) {
    beforeRead = other;
  }

  int reads() {
    return reads.get();
  }

  private void requireUp(String operation) {
    if (down.get()) {
      throw new StoreUnavailableException(operation, true, null);
    }
  }
}
