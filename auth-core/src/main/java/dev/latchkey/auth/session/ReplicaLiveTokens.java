package dev.latchkey.auth.session;

import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RevocationFeed.Revocations;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges by what the feed has told, as long as that is fresh, and by the store otherwise.
 *
 * <p>What ended never comes back, so that the names are only added to, in any order, until their
 * time is over. How far that knowledge reaches is one immutable value, published after the names
 * that it speaks of and read before they are looked up.
 */
final class ReplicaLiveTokens implements LiveTokens {
  /** As many as the in-memory stores hold records of a kind. */
  static final int MAX_NAMES = 1_000_000;

  /** Going through all names costs milliseconds; a minute of garbage costs little. */
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final LiveTokens store;
  private final RevocationFeed feed;
  private final long maxAge;
  private final long readAfter;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Consumer<StoreUnavailableException> onOutage;
  private final int maxNames;

  /** Sessions and tokens alike: all are 128 random bits, so that no two are the same. */
  private final ConcurrentHashMap<String, Instant> ended = new ConcurrentHashMap<>();

  private final AtomicLong endsHere = new AtomicLong();
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Known known;
  private volatile @Nullable Moment failedAt;
  private Instant sweepAt = Instant.MIN;

  /** A time by both clocks: neither of a host's clock nor of a suspended machine's is monotonic. */
  private record Moment(long nanos, Instant time) {}

  /**
   * How far the replica's knowledge reaches.
   *
   * @param complete whether any read has come back
   * @param position where to read on
   * @param asOf when the last read that came back began
   * @param endsHere how many ends of this node's own had returned before it began
   * @param doubtful the store judges tokens issued until then: from before a restart of the feed
   * @param forgotAt the time by which names were forgotten; if it comes again, some are missing
   */
  private record Known(
      boolean complete,
      Position position,
      Moment asOf,
      long endsHere,
      Instant doubtful,
      Instant forgotAt) {
    Known forgetting(Instant now) {
      return new Known(complete, position, asOf, endsHere, doubtful, later(forgotAt, now));
    }

    boolean isForgetful(Instant now) {
      return now.plus(Session.MAX_SKEW).isBefore(forgotAt);
    }
  }

  ReplicaLiveTokens(
      LiveTokens store,
      RevocationFeed feed,
      Duration maxAge,
      Clock clock,
      LongSupplier nanoTime,
      Consumer<StoreUnavailableException> onOutage,
      int maxNames) {
    this.store = store;
    this.feed = feed;
    this.maxAge = maxAge.toNanos();
    this.readAfter = this.maxAge / 2;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.onOutage = onOutage;
    this.maxNames = maxNames;
    Moment never = new Moment(0, Instant.MIN);
    this.known = new Known(false, Position.START, never, 0, Instant.MIN, Instant.MIN);
  }

  @Override
  public void endedHere() {
    endsHere.incrementAndGet();
  }

  @Override
  public boolean isLive(Token token, Instant now) {
    long ends = endsHere.get();
    if (hasEnded(token)) {
      return false;
    }
    if (now.isBefore(token.issuedAt()) || !now.isBefore(token.expiresAt())) {
      return store.isLive(token, now);
    }
    if (!reaches(known, ends, readAfter)) {
      readOn(ends);
    }
    // The reach before the names: names of a later reach may be there too, never fewer.
    Known reach = known;
    if (hasEnded(token)) {
      return false;
    }
    boolean told = reaches(reach, ends, maxAge) && token.issuedAt().isAfter(reach.doubtful());
    return told || store.isLive(token, now);
  }

  private boolean hasEnded(Token token) {
    return ended.containsKey(token.session().value()) || ended.containsKey(token.tokenId());
  }

  private boolean reaches(Known reach, long ends, long age) {
    return reach.complete()
        && reach.endsHere() >= ends
        && !reach.isForgetful(clock.instant())
        && isWithin(reach.asOf(), age);
  }

  /** Whether by both clocks no more than so many nanoseconds have passed. */
  private boolean isWithin(Moment begin, long age) {
    long elapsed = nanoTime.getAsLong() - begin.nanos();
    Duration byClock = Duration.between(begin.time(), clock.instant());
    return elapsed >= 0 && elapsed <= age && byClock.compareTo(Duration.ofNanos(age)) <= 0;
  }

  private Moment moment() {
    return new Moment(nanoTime.getAsLong(), clock.instant());
  }

  private void readOn(long ends) {
    Moment failed = failedAt;
    if ((failed != null && isWithin(failed, readAfter - 1)) || !reading.tryLock()) {
      return;
    }
    try {
      if (!reaches(known, ends, readAfter)) {
        readOn();
      }
    } catch (StoreUnavailableException e) {
      // Callers ask the store meanwhile; that each of them waited for the feed too helps nobody.
      failedAt = moment();
      onOutage.accept(e);
    } finally {
      reading.unlock();
    }
  }

  private void readOn() {
    Known before = known;
    Moment asOf = moment();
    long ends = endsHere.get();
    boolean forgetful = before.isForgetful(asOf.time());
    Revocations answer = feed.read(forgetful ? Position.START : before.position());
    Instant now = clock.instant();
    Known taken = before.forgetting(now);
    known = taken;
    take(answer, now);
    boolean gap = forgetful || answer.restarted();
    known =
        new Known(
            true,
            answer.next(),
            asOf,
            ends,
            gap ? later(before.doubtful(), now.plus(Session.MAX_SKEW)) : before.doubtful(),
            forgetful ? now : taken.forgotAt());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void take(Revocations answer, Instant now) {
    if (!now.isBefore(sweepAt) || now.plus(SWEEP).isBefore(sweepAt)) {
      ended.values().removeIf(until -> !now.isBefore(until));
      sweepAt = now.plus(SWEEP);
    }
    for (Ended what : answer.ended()) {
      if (!now.isBefore(what.until())) {
        continue;
      }
      if (what instanceof Ended.Sessions sessions) {
        sessions.ids().forEach(id -> remember(id.value(), what.until()));
      } else if (what instanceof Ended.Token token) {
        remember(token.tokenId(), what.until());
      }
    }
  }

  private void remember(String name, Instant until) {
    if (ended.mappingCount() >= maxNames && !ended.containsKey(name)) {
      // Not to know one is not to know: the read counts as none, and the store is asked.
      throw new StoreUnavailableException("feed.full", true, null);
    }
    ended.merge(name, until, ReplicaLiveTokens::later);
  }
}
