package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class MillisTest {
  private static final String MOST = "9007199254740992";

  @Test
  void whatIsUsual_isWhole() {
    assertThat(Millis.of(Instant.ofEpochSecond(1_900_000_000, 999_999_999)))
        .isEqualTo("1900000000999");
    assertThat(Millis.of(Duration.ofHours(1))).isEqualTo("3600000");
    assertThat(Millis.of(Instant.EPOCH.minusMillis(1))).isEqualTo("-1");
  }

  @Test
  void whatIsFurtherAwayThanScriptsCanCount_isAsFarAsTheyCan() {
    assertThat(Millis.of(Instant.MAX)).isEqualTo(MOST);
    assertThat(Millis.of(Instant.MIN)).isEqualTo("-" + MOST);
    assertThat(Millis.of(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(MOST);
    assertThat(Millis.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo("-" + MOST);
  }
}
