package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The limiter over a store, with the host's choice for when that store is gone. */
final class StoreRateLimiter implements RateLimiter {
  private final RateLimitStore store;
  private final Clock clock;
  private final LimiterOutage outage;
  private final Consumer<StoreUnavailableException> onOutage;

  StoreRateLimiter(
      RateLimitStore store,
      Clock clock,
      LimiterOutage outage,
      Consumer<StoreUnavailableException> onOutage) {
    this.store = store;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.outage = outage;
    this.onOutage = onOutage;
  }

  @Override
  public Verdict tryAcquire(List<Limit> limits) {
    Instant now = clock.instant();
    try {
      return ask(store, limits, 1, false, now);
    } catch (StoreUnavailableException e) {
      if (outage instanceof LimiterOutage.LimitLocally locally) {
        onOutage.accept(e);
        return ask(locally.local(), limits, LimiterOutage.LOCAL_SHARE, true, now);
      }
      if (outage instanceof LimiterOutage.AllowUnlimited) {
        onOutage.accept(e);
        return asIfFirst(limits, now);
      }
      throw e;
    }
  }

  @Override
  public void refund(Verdict.Granted granted) {
    RateLimitStore from =
        granted.local() && outage instanceof LimiterOutage.LimitLocally locally
            ? locally.local()
            : store;
    for (Reservation reservation : granted.reservations()) {
      try {
        from.refund(reservation);
      } catch (StoreUnavailableException e) {
        onOutage.accept(e);
      }
    }
  }

  private static Verdict ask(
      RateLimitStore store, List<Limit> limits, int share, boolean local, Instant now) {
    List<Request> requests = new ArrayList<>(limits.size());
    for (Limit limit : limits) {
      requests.add(
          new Request(
              limit.subject(), limit.quotas().stream().map(quota -> quota.share(share)).toList()));
    }
    List<RateDecision> decisions = store.acquireAll(requests, now);
    List<Standing> standings = new ArrayList<>(limits.size());
    List<Reservation> reservations = new ArrayList<>(limits.size());
    for (int i = 0; i < decisions.size(); i++) {
      Limit limit = limits.get(i);
      if (decisions.get(i) instanceof RateDecision.Refused refused) {
        return new Verdict.Refused(limit.name(), refused.standing(), refused.retryAfter());
      }
      if (decisions.get(i) instanceof Admitted admitted) {
        standings.add(admitted.standing());
        reservations.add(new Reservation(limit.subject(), admitted.stamp()));
      }
    }
    return new Verdict.Granted(standings, reservations, local);
  }

  private static Verdict asIfFirst(List<Limit> limits, Instant now) {
    List<Standing> standings =
        limits.stream()
            .map(limit -> RateLog.EMPTY.admit(limit.quotas(), now).answer().standing())
            .toList();
    return new Verdict.Granted(standings, List.of(), false);
  }
}
