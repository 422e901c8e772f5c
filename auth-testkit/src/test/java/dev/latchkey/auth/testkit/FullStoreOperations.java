package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Room for two surges, both taken when the calls begin. */
abstract class FullStoreOperations {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Thresholds SURGE = new Thresholds(MINUTE, 2, 1, Duration.ZERO);

  private final RateLimitStore store =
      InMemoryStores.create(Clock.fixed(START, ZoneOffset.UTC), 2).rateLimits();

  FullStoreOperations() {
    observe(1, START);
    observe(2, START);
  }

  final Instant observe(int subject, Instant now) {
    return store.observe(new Subject("fail", "subject-" + subject), SURGE, now);
  }

  /** Nothing has expired: who is in goes on, and who is new is refused. */
  @Param(name = "subject", gen = IntGen.class, conf = "1:4")
  public static final class Live extends FullStoreOperations {
    /** Called by Lincheck, which wants it public. */
    public Live() {}

    @Operation
    public Instant observe(@Param(name = "subject") int subject) {
      return observe(subject, START);
    }
  }

  /** Both have expired: one is renewed while a new one has what has expired cleared away. */
  @Param(name = "subject", gen = IntGen.class, conf = "2:3")
  public static final class Expired extends FullStoreOperations {
    /** Called by Lincheck, which wants it public. */
    public Expired() {}

    @Operation
    public Instant observe(@Param(name = "subject") int subject) {
      return observe(subject, START.plus(MINUTE).plus(MINUTE));
    }
  }
}
