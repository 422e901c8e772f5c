package dev.latchkey.auth.memory;

import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records of one kind by key, each changed atomically, in a bounded number.
 *
 * <p>Every new record pays for the look at a few old ones, so that what has expired goes without a
 * thread of its own. When the bound is reached and nothing has expired, a new record is refused and
 * every old one goes on: nobody can push out a lock or a session by asking for many others.
 *
 * @param <K> the type of the key
 * @param <R> the type of the record
 */
final class Records<K, R> {
  /**
   * Old records looked at for each new one: garbage is then never more than a part of the whole.
   */
  private static final int SWEEP = 4;

  /** Looked at when full, before a new record is refused. */
  private static final int SWEEP_WHEN_FULL = 256;

  private final ConcurrentHashMap<K, Kept<R>> kept = new ConcurrentHashMap<>();
  private final ReentrantLock sweeping = new ReentrantLock();
  private final int capacity;
  private final R empty;
  private final Function<R, Instant> expiresAt;
  private Iterator<Map.Entry<K, Kept<R>>> hand = kept.entrySet().iterator();

  Records(int capacity, R empty, Function<R, Instant> expiresAt) {
    this.capacity = capacity;
    this.empty = empty;
    this.expiresAt = expiresAt;
  }

  private record Kept<R>(R record, Instant expiresAt) {}

  R read(K key) {
    Kept<R> found = kept.get(key);
    return found == null ? empty : found.record();
  }

  /** Runs one transition on one record; nobody else sees a state between. */
  <A> A change(String verb, K key, Instant now, Function<R, Transition<R, A>> transition) {
    return change(verb, key, now, transition, (end, record) -> expiresAt.apply(record));
  }

  /** The same, for a record that is to be kept as long as this very call says. */
  <A> A change(
      String verb,
      K key,
      Instant now,
      Function<R, Transition<R, A>> transition,
      Function<R, Instant> until) {
    return change(verb, key, now, transition, (end, record) -> until.apply(record));
  }

  /** The same, for a call that only takes away: what is left needs no longer than before. */
  <A> A takeAway(String verb, K key, Instant now, Function<R, Transition<R, A>> transition) {
    return change(verb, key, now, transition, (end, record) -> end);
  }

  private <A> A change(
      String verb,
      K key,
      Instant now,
      Function<R, Transition<R, A>> transition,
      BiFunction<Instant, R, Instant> until) {
    if (!kept.containsKey(key)) {
      // A transition that makes no record needs no room: what is not there can always be ended.
      Transition<R, A> first = transition.apply(empty);
      if (first.record() == empty) {
        return first.answer();
      }
      makeRoom(verb, now);
    }
    Answer<A> answer = new Answer<>();
    kept.compute(
        key,
        (k, found) -> {
          R before = found == null ? empty : found.record();
          Transition<R, A> done = transition.apply(before);
          answer.value = done.answer();
          if (done.record() == before) {
            return found;
          }
          Instant end = found == null ? Instant.EPOCH : found.expiresAt();
          return keep(done.record(), until.apply(end, done.record()), now);
        });
    return answer.get();
  }

  /** Puts a record for which {@link #reserve} has made room, under the caller's own lock. */
  void put(K key, R record, Instant now) {
    kept.compute(key, (k, found) -> keep(record, expiresAt.apply(record), now));
  }

  private @Nullable Kept<R> keep(R record, Instant end, Instant now) {
    return now.isBefore(end) ? new Kept<>(record, end) : null;
  }

  /** Refuses a key that is new where there is no room for it. */
  void reserve(String verb, K key, Instant now) {
    if (!kept.containsKey(key)) {
      makeRoom(verb, now);
    }
  }

  private void makeRoom(String verb, Instant now) {
    boolean full = kept.mappingCount() >= capacity;
    if (full) {
      sweeping.lock();
    } else if (!sweeping.tryLock()) {
      return;
    }
    try {
      int looks = full ? SWEEP_WHEN_FULL : SWEEP;
      for (int i = 0; i < looks; i++) {
        if (!hand.hasNext()) {
          hand = kept.entrySet().iterator();
          if (!hand.hasNext()) {
            break;
          }
        }
        Map.Entry<K, Kept<R>> entry = hand.next();
        if (!now.isBefore(entry.getValue().expiresAt())) {
          kept.remove(entry.getKey(), entry.getValue());
        }
      }
    } finally {
      sweeping.unlock();
    }
    if (full && kept.mappingCount() >= capacity) {
      throw new StoreUnavailableException(verb, true, null);
    }
  }

  long size() {
    return kept.mappingCount();
  }

  private static final class Answer<A> {
    @Nullable A value;

    A get() {
      A answered = value;
      if (answered == null) {
        throw new IllegalStateException("a transition must answer");
      }
      return answered;
    }
  }
}
