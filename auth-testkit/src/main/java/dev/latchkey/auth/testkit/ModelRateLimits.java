package dev.latchkey.auth.testkit;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The admissions and the failures of all subjects. */
final class ModelRateLimits implements Model<ModelRateLimits> {
  /** So large that nothing is refused, and counted in sub-windows like every large one. */
  private static final int UNBOUNDED = 1_000_000;

  private final Map<Subject, ModelRateLog> logs = new HashMap<>();
  private final Map<Subject, ModelRateLog> failures = new HashMap<>();
  private final Map<Subject, Instant> surgeUntil = new HashMap<>();

  @Override
  public ModelRateLimits copy() {
    ModelRateLimits copy = new ModelRateLimits();
    logs.forEach((subject, log) -> copy.logs.put(subject, log.copy()));
    failures.forEach((subject, log) -> copy.failures.put(subject, log.copy()));
    copy.surgeUntil.putAll(surgeUntil);
    return copy;
  }

  @Override
  public Object state() {
    return List.of(states(logs), states(failures), Map.copyOf(surgeUntil));
  }

  private static Map<Subject, Object> states(Map<Subject, ModelRateLog> logs) {
    Map<Subject, Object> states = new HashMap<>();
    logs.forEach((subject, log) -> states.put(subject, log.state()));
    return states;
  }

  private ModelRateLog log(Subject subject) {
    return logs.computeIfAbsent(subject, any -> new ModelRateLog());
  }

  RateDecision acquire(Subject subject, List<Quota> quotas, Instant now, RateDecision answer) {
    return log(subject).acquire(quotas, now, answer);
  }

  boolean refund(Reservation reservation) {
    log(reservation.subject()).refund(reservation.stamp());
    return true;
  }

  boolean undo(Reservation reservation) {
    log(reservation.subject()).undo(reservation.stamp());
    return true;
  }

  Instant observe(Subject subject, Thresholds thresholds, Instant now, Instant answer) {
    ModelRateLog log = failures.computeIfAbsent(subject, any -> new ModelRateLog());
    log.record(now);
    int count = log.count(Quota.of(UNBOUNDED, thresholds.period()), now);
    Instant until = surgeUntil.getOrDefault(subject, Instant.EPOCH);
    if (count > thresholds.on() || (now.isBefore(until) && count >= thresholds.off())) {
      surgeUntil.put(subject, now.plus(thresholds.period()).plus(thresholds.calm()));
    }
    return surgeUntil(subject, now, answer);
  }

  /** Of a surge that is over a store may say any time that is past. */
  Instant surgeUntil(Subject subject, Instant now, Instant answer) {
    Instant until = surgeUntil.getOrDefault(subject, Instant.EPOCH);
    return now.isBefore(until) || now.isBefore(answer) ? until : answer;
  }
}
