package dev.latchkey.auth.testkit;

import dev.latchkey.auth.cas.CasBackend;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A map behind a network: between caller and map anybody else may go first, what has expired is
 * gone at once, and a reply can be lost on its way. Bytes are copied, as a wire does.
 */
final class CasNetwork implements CasBackend {
  private final ConcurrentMap<String, Kept> records = new ConcurrentHashMap<>();
  private final AtomicLong versions = new AtomicLong();
  private final Clock clock;
  private final BooleanSupplier losesReply;

  CasNetwork(Clock clock) {
    this(clock, () -> false);
  }

  CasNetwork(Clock clock, BooleanSupplier losesReply) {
    this.clock = clock;
    this.losesReply = losesReply;
  }

  private record Kept(Versioned versioned, Instant expiresAt) {
    boolean isThere(Instant now) {
      return now.isBefore(expiresAt);
    }
  }

  @Override
  public Optional<Versioned> read(String key) {
    travel();
    Instant now = clock.instant();
    Optional<Versioned> found =
        Optional.ofNullable(records.get(key))
            .filter(kept -> kept.isThere(now))
            .map(Kept::versioned)
            .map(kept -> new Versioned(kept.version(), kept.bytes().clone()));
    travelBack();
    return found;
  }

  @Override
  public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
    byte[] sent = bytes.clone();
    travel();
    Instant now = clock.instant();
    AtomicBoolean replaced = new AtomicBoolean();
    records.compute(
        key,
        (k, found) -> {
          Kept there = found != null && found.isThere(now) ? found : null;
          long version = there == null ? 0 : there.versioned().version();
          replaced.set(version == expectedVersion);
          return replaced.get()
              ? new Kept(new Versioned(versions.incrementAndGet(), sent), expiresAt)
              : there;
        });
    travelBack();
    return replaced.get();
  }

  private void travelBack() {
    travel();
    if (losesReply.getAsBoolean()) {
      throw new IllegalStateException("the reply was lost");
    }
  }

  /** A hint only: nothing rests on it, it makes races likelier. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static void travel() {
    Thread.yield();
  }
}
