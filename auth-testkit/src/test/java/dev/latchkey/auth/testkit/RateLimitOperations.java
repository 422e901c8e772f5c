package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Three subjects at one moment, of which any two are asked together. */
@Param(name = "subject", gen = IntGen.class, conf = "0:2")
@Param(name = "stamp", gen = IntGen.class, conf = "0:2")
public class RateLimitOperations {
  private static final Thresholds SURGE =
      new Thresholds(Duration.ofMinutes(1), 2, 1, Duration.ofMinutes(10));

  private final RateLimitStore store;

  /** Called by Lincheck, which wants it public. */
  public RateLimitOperations() {
    this(InMemoryStores.create().rateLimits());
  }

  RateLimitOperations(RateLimitStore store) {
    this.store = store;
  }

  @Operation
  public RateDecision acquire(@Param(name = "subject") int subject) {
    return store.acquire(subject(subject), quotas(subject), START);
  }

  @Operation
  public List<RateDecision> acquireTwo(@Param(name = "subject") int first) {
    return store.acquireAll(List.of(request(first), request((first + 1) % 3)), START);
  }

  @Operation
  public void refund(@Param(name = "subject") int subject, @Param(name = "stamp") int stamp) {
    store.refund(new Reservation(subject(subject), START.toEpochMilli() * 1_000 + stamp));
  }

  @Operation
  public Instant observe() {
    return store.observe(subject(0), SURGE, START);
  }

  @Operation
  public Instant surgeUntil() {
    return store.surgeUntil(subject(0));
  }

  private static Request request(int number) {
    return new Request(subject(number), quotas(number));
  }

  /** Two for the first subject, one for the others, so that few calls meet a limit. */
  private static List<Quota> quotas(int number) {
    return List.of(Quota.of(number == 0 ? 2 : 1, Duration.ofMinutes(5)));
  }

  private static Subject subject(int number) {
    return new Subject("send", "subject-" + number);
  }
}
