package dev.latchkey.auth.token;

import dev.latchkey.auth.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tokens whose signature was verified once, by the SHA-256 of their text, so that it is not done at
 * every call. It remembers a signature and decides nothing: the caller asks the ring, the claims
 * and the time anew.
 *
 * <p>Bounded: of two halves the younger takes what is new or used again, and when it is full the
 * elder is forgotten. Only what we signed gets in, so a stranger can not fill it. Safe for
 * concurrent use; a race can let it grow by one entry a thread.
 */
final class VerifiedTokens {

  /** At about a kilobyte each, ten megabytes; a miss costs one verification. */
  static final int DEFAULT_MAX_ENTRIES = 10_000;

  /**
   * What is remembered.
   *
   * @param kid of the key that verified the signature
   * @param claims what was signed
   */
  record Entry(String kid, AccessClaims claims) {}

  private record Halves(Map<ByteBuffer, Entry> younger, Map<ByteBuffer, Entry> elder) {}

  private final int half;
  private final AtomicReference<Halves> halves;

  VerifiedTokens(int maxEntries) {
    if (maxEntries < 2) {
      throw new IllegalArgumentException("maxEntries must be at least 2, got " + maxEntries);
    }
    this.half = maxEntries / 2;
    this.halves =
        new AtomicReference<>(new Halves(new ConcurrentHashMap<>(), new ConcurrentHashMap<>()));
  }

  Optional<Entry> find(String token) {
    ByteBuffer name = name(token);
    Halves now = halves();
    Entry entry = now.younger().get(name);
    if (entry == null) {
      entry = now.elder().remove(name);
      if (entry != null) {
        remember(name, entry);
      }
    }
    return Optional.ofNullable(entry);
  }

  void remember(String token, Entry entry) {
    remember(name(token), entry);
  }

  void forget(String token) {
    ByteBuffer name = name(token);
    Halves now = halves();
    now.younger().remove(name);
    now.elder().remove(name);
  }

  int size() {
    Halves now = halves();
    return now.younger().size() + now.elder().size();
  }

  private void remember(ByteBuffer name, Entry entry) {
    Halves now = halves();
    now.younger().put(name, entry);
    if (now.younger().size() >= half) {
      halves.compareAndSet(now, new Halves(new ConcurrentHashMap<>(), now.younger()));
    }
  }

  private Halves halves() {
    return Objects.requireNonNull(halves.get());
  }

  private static ByteBuffer name(String token) {
    return ByteBuffer.wrap(Sha256.of(token.getBytes(StandardCharsets.UTF_8)));
  }
}
