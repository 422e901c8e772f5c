package dev.latchkey.auth.cas;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A backend in a map, which counts what it is asked. */
class MapBackend implements CasBackend {
  final Map<String, Versioned> records = new ConcurrentHashMap<>();
  final Map<String, Instant> ends = new ConcurrentHashMap<>();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();
  private final AtomicLong versions = new AtomicLong();

  @Override
  public Optional<Versioned> read(String key) {
    reads.incrementAndGet();
    return Optional.ofNullable(records.get(key));
  }

  @Override
  public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
    writes.incrementAndGet();
    AtomicBoolean replaced = new AtomicBoolean();
    records.compute(
        key,
        (k, found) -> {
          replaced.set((found == null ? 0 : found.version()) == expectedVersion);
          if (!replaced.get()) {
            return found;
          }
          ends.put(key, expiresAt);
          return new Versioned(versions.incrementAndGet(), bytes);
        });
    return replaced.get();
  }

  /** The bytes of each key, to see whether a refusal left all as it was. */
  Map<String, Long> versions() {
    Map<String, Long> seen = new HashMap<>();
    records.forEach((key, versioned) -> seen.put(key, versioned.version()));
    return seen;
  }
}
