package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call of several steps has one deadline, and not one for each of them. */
final class StepsTest {
  private static final Records ADA = new Records(1);

  /** What the first step takes at least, in milliseconds. */
  private static final int FIRST_STEP = 20;

  /** Each does something else than its one statement does, in a transaction afterwards. */
  private enum Call {
    WRONG_GUESS,
    REFRESH_OF_NOTHING,
    FIRST_SIGN_IN;

    Object to(JdbcStores stores, Instant now) {
      return switch (this) {
        case WRONG_GUESS -> ADA.guess(stores.otp(), 2, now);
        case REFRESH_OF_NOTHING -> ADA.rotate(stores.sessions(), "call", Duration.ZERO, now);
        case FIRST_SIGN_IN ->
            stores.accounts().signIn(EmailAddress.parse("ada@example.com").orElseThrow());
      };
    }
  }

  /** Makes the first statement a slow one, and keeps how long the driver may wait for each. */
  private static final class Slow implements Watched.Watcher {
    private final List<Integer> limits = new ArrayList<>();
    private boolean armed;

    /** From the next statement on. */
    void arm() {
      limits.clear();
      armed = true;
    }

    @Override
    public void before(String what) {
      if (armed) {
        armed = false;
        long end = System.nanoTime() + Duration.ofMillis(FIRST_STEP).toNanos();
        Eventually.within(LiveStores.LONG, "the step is over", () -> System.nanoTime() >= end);
      }
    }

    @Override
    public void limited(int millis) {
      if (millis > 0) {
        limits.add(millis);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, WRONG_GUESS",
    "POSTGRESQL, REFRESH_OF_NOTHING",
    "POSTGRESQL, FIRST_SIGN_IN",
    "MARIADB, FIRST_SIGN_IN"
  })
  void laterSteps_haveWhatTheFirstHasLeft(TestDatabase database, Call call) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = LiveStores.patient(keyspace.dataSource(), keyspace.schema());
      Slow slow = new Slow();
      JdbcStores watched =
          LiveStores.patient(Watched.over(keyspace.dataSource(), slow), keyspace.schema());
      Instant now = stores.clock().instant();
      ADA.open(stores.otp(), now);
      slow.arm();
      assertThat(call.to(watched, now)).isNotNull();

      assertThat(slow.limits).hasSizeGreaterThan(1);
      assertThat(slow.limits.get(slow.limits.size() - 1))
          .isLessThanOrEqualTo(slow.limits.get(0) - FIRST_STEP);
    }
  }
}
