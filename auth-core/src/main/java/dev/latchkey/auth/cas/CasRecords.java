package dev.latchkey.auth.cas;

import dev.latchkey.auth.cas.CasBackend.Versioned;
import dev.latchkey.auth.crypto.Sha256;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.store.Transition;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Records of one kind, each changed by reading it, running a transition, and replacing what was
 * read. A race that was lost is run again at once: somebody else has then won it, so that all
 * together go on.
 *
 * @param <R> the type of the record
 */
final class CasRecords<R> {
  private final Where where;
  private final Codec<R> codec;
  private final R empty;
  private final Function<R, Instant> expiresAt;

  /**
   * The backend, and how long to go on against others.
   *
   * @param backend where the bytes are
   * @param clock for the deadline
   * @param attempts the most, 1 or more
   * @param deadline after which none begins
   */
  record Where(CasBackend backend, Clock clock, int attempts, Duration deadline) {}

  CasRecords(Where where, Codec<R> codec, R empty, Function<R, Instant> expiresAt) {
    this.where = where;
    this.codec = codec;
    this.empty = empty;
    this.expiresAt = expiresAt;
  }

  R read(String verb, String about) {
    return record(verb, fetch(verb, key(about)));
  }

  <A> A change(String verb, String about, Function<R, Transition<R, A>> transition) {
    String key = key(about);
    Instant end = where.clock().instant().plus(where.deadline());
    for (int attempt = 0; attempt < where.attempts(); attempt++) {
      Optional<Versioned> found = fetch(verb, key);
      R before = record(verb, found);
      Transition<R, A> done = transition.apply(before);
      R after = done.record();
      if (after == before || replace(verb, key, found, after)) {
        return done.answer();
      }
      if (where.clock().instant().isAfter(end)) {
        break;
      }
    }
    throw new StoreUnavailableException(verb, true, null);
  }

  private Optional<Versioned> fetch(String verb, String key) {
    return ask(verb, () -> where.backend().read(key));
  }

  private R record(String verb, Optional<Versioned> found) {
    try {
      return found.map(versioned -> codec.decode(versioned.bytes())).orElse(empty);
    } catch (UnreadableRecordException e) {
      throw new StoreUnavailableException(verb, false, e);
    }
  }

  private boolean replace(String verb, String key, Optional<Versioned> found, R after) {
    byte[] bytes = codec.encode(after);
    if (bytes.length > CasBackend.MAX_BYTES) {
      throw new StoreUnavailableException(verb, false, null);
    }
    Instant end = expiresAt.apply(after);
    Instant until = end.isAfter(CasBackend.NEVER) ? CasBackend.NEVER : end;
    long version = found.map(Versioned::version).orElse(0L);
    return ask(verb, () -> where.backend().replace(key, version, bytes, until));
  }

  /** Whatever a backend throws, nobody knows what it has done. */
  private static <A> A ask(String verb, Supplier<A> call) {
    try {
      return call.get();
    } catch (StoreUnavailableException e) {
      throw new StoreUnavailableException(verb, e.retryable(), e);
    } catch (RuntimeException e) {
      throw new StoreUnavailableException(verb, true, e);
    }
  }

  private String key(String about) {
    byte[] hash = Sha256.of(about.getBytes(StandardCharsets.UTF_8));
    return codec.kind() + "/" + HexFormat.of().formatHex(hash);
  }
}
