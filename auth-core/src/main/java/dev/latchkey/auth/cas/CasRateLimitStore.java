package dev.latchkey.auth.cas;

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
import java.util.List;

/** The logs of the rate limits; several subjects are asked one after the other. */
final class CasRateLimitStore implements RateLimitStore {
  private final CasRecords<RateLog> logs;
  private final CasRecords<Surge> surges;

  CasRateLimitStore(CasRecords.Where where) {
    this.logs = new CasRecords<>(where, RateCodecs.LOG, RateLog.EMPTY, RateLog::expiresAt);
    this.surges = new CasRecords<>(where, RateCodecs.SURGE, Surge.NONE, Surge::expiresAt);
  }

  @Override
  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
    return logs.change("rateLimit.acquire", subject.key(), log -> log.admit(quotas, now));
  }

  @Override
  public void refund(Reservation reservation) {
    logs.change(
        "rateLimit.refund",
        reservation.subject().key(),
        log -> new Transition<>(log.refund(reservation.stamp()), true));
  }

  @Override
  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
    return surges.change(
        "rateLimit.observe", subject.key(), surge -> surge.observe(thresholds, now));
  }

  @Override
  public Instant surgeUntil(Subject subject) {
    return surges.read("rateLimit.surgeUntil", subject.key()).onUntil();
  }
}
