package dev.latchkey.auth.memory;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The logs of the rate limits in this process, bounded for each action by itself: whoever makes up
 * addresses until their logs are full leaves room for the devices and sessions that are known.
 * Several subjects are asked under the locks of all of them, taken in a fixed order, so that a
 * refusal reserves nothing even for a moment.
 */
final class InMemoryRateLimitStore implements RateLimitStore {
  private static final int STRIPES = 64;

  private final ConcurrentMap<String, Records<Subject, RateLog>> actions =
      new ConcurrentHashMap<>();
  private final int capacity;
  private final Records<Subject, Surge> surges;
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  InMemoryRateLimitStore(int capacity) {
    this.capacity = capacity;
    this.surges = new Records<>(capacity, Surge.NONE, Surge::expiresAt);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  @Override
  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
    return acquireAll(List.of(new Request(subject, quotas)), now).get(0);
  }

  @Override
  public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
    Request.requireDistinct(requests);
    int[] order =
        requests.stream()
            .mapToInt(request -> stripe(request.subject()))
            .distinct()
            .sorted()
            .toArray();
    for (int stripe : order) {
      stripes[stripe].lock();
    }
    try {
      return decide(requests, now);
    } finally {
      for (int stripe : order) {
        stripes[stripe].unlock();
      }
    }
  }

  private List<RateDecision> decide(List<Request> requests, Instant now) {
    List<RateLog> logs = new ArrayList<>(requests.size());
    List<RateDecision> decisions = new ArrayList<>(requests.size());
    for (Request request : requests) {
      Records<Subject, RateLog> records = logs(request.subject());
      records.reserve("rateLimit.acquire", request.subject(), now);
      Transition<RateLog, RateDecision> next =
          records.read(request.subject()).admit(request.quotas(), now);
      logs.add(next.record());
      decisions.add(next.answer());
      if (next.answer() instanceof RateDecision.Refused) {
        return decisions;
      }
    }
    for (int i = 0; i < logs.size(); i++) {
      Subject subject = requests.get(i).subject();
      logs(subject).put(subject, logs.get(i), now);
    }
    return decisions;
  }

  @Override
  public void refund(Reservation reservation) {
    ReentrantLock lock = stripes[stripe(reservation.subject())];
    lock.lock();
    try {
      Records<Subject, RateLog> records = logs(reservation.subject());
      RateLog log = records.read(reservation.subject());
      RateLog without = log.refund(reservation.stamp());
      if (without != log) {
        records.put(reservation.subject(), without, Instant.EPOCH);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
    return surges.change(
        "rateLimit.observe", subject, now, surge -> surge.observe(thresholds, now));
  }

  @Override
  public Instant surgeUntil(Subject subject) {
    return surges.read(subject).onUntil();
  }

  private Records<Subject, RateLog> logs(Subject subject) {
    return actions.computeIfAbsent(
        subject.action(), action -> new Records<>(capacity, RateLog.EMPTY, RateLog::expiresAt));
  }

  private static int stripe(Subject subject) {
    return Math.floorMod(subject.hashCode(), STRIPES);
  }
}
