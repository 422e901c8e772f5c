package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SurgeTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration CALM = Duration.ofMinutes(10);
  private static final Thresholds SMALL = new Thresholds(MINUTE, 6, 3, CALM);

  private Surge surge = Surge.NONE;

  private boolean observe(Thresholds thresholds, Instant now) {
    Transition<Surge, Instant> done = surge.observe(thresholds, now);
    surge = done.record();
    assertThat(done.answer()).isEqualTo(surge.onUntil());
    return surge.isOn(now);
  }

  @Test
  void thresholds_byDefault_are300And100AMinute_andTenCalmMinutes() {
    assertThat(Thresholds.DEFAULT).isEqualTo(new Thresholds(MINUTE, 300, 100, CALM));
  }

  @Test
  void observe_the301stFailure_trips_andThe300thDoesNot() {
    for (int i = 0; i < 300; i++) {
      assertThat(observe(Thresholds.DEFAULT, NOW)).isFalse();
    }
    assertThat(surge.isOn(NOW)).isFalse();

    assertThat(observe(Thresholds.DEFAULT, NOW)).isTrue();
    assertThat(surge.onUntil()).isEqualTo(NOW.plus(MINUTE).plus(CALM));
  }

  @Test
  void expiresAt_isTheEndOfTheLogOrOfTheSurge() {
    assertThat(Surge.NONE.expiresAt()).isEqualTo(Instant.EPOCH);
    observe(SMALL, NOW);
    assertThat(surge.expiresAt()).isBetween(NOW.plus(MINUTE), NOW.plusSeconds(61));
    for (int i = 0; i < 6; i++) {
      observe(SMALL, NOW);
    }
    assertThat(surge.expiresAt()).isEqualTo(NOW.plus(MINUTE).plus(CALM));
  }

  /**
   * Against a list of all failures: on only past {@code on} in a period, off no sooner than {@code
   * calm} after the last moment with {@code off} in a period, and a period later at the latest.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomHistories_switchAsAListOfAllFailuresSays(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < 20; history++) {
      surge = Surge.NONE;
      List<Instant> failures = new ArrayList<>();
      Instant now = NOW;
      Instant lastHot = Instant.EPOCH;
      for (int i = 0; i < 200; i++) {
        now =
            now.plusMillis(
                random.nextInt(20) == 0 ? random.nextLong(15 * 60_000) : random.nextLong(30_000));
        boolean before = surge.isOn(now);
        assertThat(before).isEqualTo(now.isBefore(lastHot.plus(MINUTE).plus(CALM)));
        failures.add(now);
        Instant since = now.minus(MINUTE);
        long recent = failures.stream().filter(at -> at.isAfter(since)).count();
        boolean hot = recent > SMALL.on() || (before && recent >= SMALL.off());

        boolean on = observe(SMALL, now);

        // The log keeps a large quota in steps of a 64th: it may count one for that much longer.
        Instant longer = since.minusMillis(938);
        boolean exact = failures.stream().noneMatch(at -> at.isAfter(longer) && !at.isAfter(since));
        if (exact) {
          assertThat(on).isEqualTo(before || hot);
        } else {
          assertThat(on || !hot).as("never too lax").isTrue();
        }
        boolean extended = surge.onUntil().equals(now.plus(MINUTE).plus(CALM));
        assertThat(extended || !hot).isTrue();
        lastHot = extended ? now : lastHot;
      }
    }
  }

  @Test
  void observe_withTheClockBehind_switchesNothingOffSooner() {
    for (int i = 0; i < 7; i++) {
      observe(SMALL, NOW);
    }
    Instant end = surge.onUntil();

    observe(SMALL, NOW.minus(Duration.ofHours(1)));

    assertThat(surge.onUntil()).isEqualTo(end);
    assertThat(surge.isOn(end.minusMillis(1))).isTrue();
    assertThat(surge.isOn(end)).isFalse();
  }

  @Test
  void thresholds_checkTheirBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(MINUTE, 3, 4, CALM));
    assertThatIllegalArgumentException().isThrownBy(() -> new Thresholds(MINUTE, 3, 0, CALM));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(MINUTE, Quota.MAX_LIMIT, 1, CALM));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(Duration.ZERO, 3, 1, CALM));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Thresholds(MINUTE, 3, 1, Duration.ofMillis(-1)));
    assertThat(new Thresholds(MINUTE, 1, 1, Duration.ZERO).on()).isOne();
  }
}
