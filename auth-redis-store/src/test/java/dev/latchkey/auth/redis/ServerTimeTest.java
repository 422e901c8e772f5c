package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** By a server and a network that take the time they are told to. */
final class ServerTimeTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration WAY = Duration.ofMillis(300);

  private Instant server = START;
  private long nanos = Long.MAX_VALUE - 1;
  private int asked;
  private boolean reachable = true;
  private final ServerTime time = new ServerTime(this::ask, () -> nanos);

  private void pass(Duration duration) {
    server = server.plus(duration);
    nanos += duration.toNanos();
  }

  private Instant ask() {
    asked++;
    if (!reachable) {
      throw new StoreUnavailableException("clock.read", true, null);
    }
    pass(WAY);
    Instant answer = server;
    pass(WAY);
    return answer;
  }

  @Test
  void theTime_isNeverAheadOfTheServer_andBehindByTheWayOfItsAnswer() {
    for (int i = 0; i < 100; i++) {
      assertThat(time.now()).isEqualTo(server.minus(WAY));
      pass(Duration.ofSeconds(1));
    }
    assertThat(asked).isEqualTo(4);
  }

  @Test
  void anotherServer_isFollowedAtOnce_alsoBackwards() {
    time.now();
    server = server.minusSeconds(1);
    time.forget();

    assertThat(time.now()).isEqualTo(server.minus(WAY));
  }

  @Test
  void anUnreachableServer_isGoneOnFrom_andAskedAgainOnceASecond() {
    time.now();
    reachable = false;
    pass(DisciplinedClock.RESAMPLE_AFTER);
    for (int i = 0; i < 10; i++) {
      assertThat(time.now()).isEqualTo(server.minus(WAY));
      pass(DisciplinedClock.RETRY_AFTER.dividedBy(2));
    }
    assertThat(asked).isEqualTo(6);

    time.forget();
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(time::now);
  }
}
