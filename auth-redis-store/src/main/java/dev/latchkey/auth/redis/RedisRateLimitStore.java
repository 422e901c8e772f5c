package dev.latchkey.auth.redis;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The logs of the rate limits, one key a subject. On a single server all subjects of a request are
 * one call; on Cluster they are reserved in order, as the interface does it.
 */
final class RedisRateLimitStore implements RateLimitStore {
  private static final Script ACQUIRE = script("rate_acquire");
  private static final Script REFUND = script("rate_refund");
  private static final Script OBSERVE = script("rate_observe");
  private static final Script SURGE = script("rate_surge");

  private final Commands commands;

  RedisRateLimitStore(Commands commands) {
    this.commands = commands;
  }

  private static Script script(String name) {
    return Script.of(name, "rate_log", "rate_records");
  }

  @Override
  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
    return acquireAtOnce(List.of(new Request(subject, quotas)), now).get(0);
  }

  @Override
  public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
    Request.requireDistinct(requests);
    if (requests.isEmpty()) {
      return List.of();
    }
    return commands.isCluster()
        ? RateLimitStore.super.acquireAll(requests, now)
        : acquireAtOnce(requests, now);
  }

  private List<RateDecision> acquireAtOnce(List<Request> requests, Instant now) {
    List<String> keys = new ArrayList<>();
    List<String> args = new ArrayList<>();
    args.add(Millis.of(now));
    for (Request request : requests) {
      keys.add(log(request.subject()));
      args.add(Integer.toString(request.quotas().size()));
      for (Quota quota : request.quotas()) {
        args.add(Integer.toString(quota.limit()));
        args.add(Millis.of(quota.period()));
      }
    }
    Reply reply = commands.run("rateLimit.acquire", ACQUIRE, keys, args.toArray(String[]::new));
    List<RateDecision> decisions = new ArrayList<>();
    for (Reply told : reply.lists()) {
      decisions.add(decision(requests.get(decisions.size()).quotas(), told));
    }
    return List.copyOf(decisions);
  }

  private static RateDecision decision(List<Quota> quotas, Reply told) {
    Duration reset = Duration.ofMillis(told.number(3));
    Standing standing = new Standing(quotas.get(told.count(1)), told.count(2), reset);
    return told.flag(0)
        ? new RateDecision.Admitted(standing, told.number(4))
        : new RateDecision.Refused(standing, reset);
  }

  @Override
  public void refund(Reservation reservation) {
    commands.run(
        "rateLimit.refund",
        REFUND,
        List.of(log(reservation.subject())),
        Long.toString(reservation.stamp()));
  }

  @Override
  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
    return commands
        .run(
            "rateLimit.observe",
            OBSERVE,
            List.of(surge(subject)),
            Millis.of(now),
            Millis.of(thresholds.period()),
            Integer.toString(thresholds.on()),
            Integer.toString(thresholds.off()),
            Millis.of(thresholds.calm()),
            Integer.toString(Quota.MAX_LIMIT))
        .time(0);
  }

  @Override
  public Instant surgeUntil(Subject subject) {
    return commands.read("rateLimit.surgeUntil", SURGE, surge(subject)).time(0);
  }

  private static String log(Subject subject) {
    return "rl:" + subject.key();
  }

  private static String surge(Subject subject) {
    return "sg:" + subject.key();
  }
}
