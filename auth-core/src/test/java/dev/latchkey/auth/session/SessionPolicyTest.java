package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.crypto.SecureBytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SessionPolicyTest {
  private static final SessionPolicy STANDARD = SessionPolicy.standard();
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void standard_is14Days30DaysAnd50Sessions_withoutAWindow() {
    assertThat(SessionPolicy.standard())
        .isEqualTo(new SessionPolicy(Duration.ofDays(14), Duration.ofDays(30), 50, Duration.ZERO));
  }

  @Test
  void eachNumber_canBeChangedAlone() {
    assertThat(STANDARD.lasting(DAY, DAY).maxSessions(1).retryWindow(Duration.ofSeconds(10)))
        .isEqualTo(new SessionPolicy(DAY, DAY, 1, Duration.ofSeconds(10)));
  }

  @Test
  void bounds_areChecked() {
    assertThat(STANDARD.lasting(Duration.ofMinutes(1), Duration.ofMinutes(1)).idle()).hasMinutes(1);
    assertThat(STANDARD.lasting(DAY, Duration.ofDays(400)).absolute()).hasDays(400);
    assertThat(STANDARD.retryWindow(Duration.ofMinutes(1)).retryWindow()).hasMinutes(1);
    assertThat(STANDARD.maxSessions(1_000).maxSessions()).isEqualTo(1_000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.lasting(Duration.ofMinutes(1).minusMillis(1), DAY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.lasting(DAY, DAY.minusMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.lasting(DAY, Duration.ofDays(400).plusMillis(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxSessions(0));
    assertThatIllegalArgumentException().isThrownBy(() -> STANDARD.maxSessions(1_001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.retryWindow(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.retryWindow(Duration.ofMinutes(1).plusMillis(1)));
  }

  @Test
  void aSessionId_hasOneSpelling() {
    SessionId id = SessionId.random(SecureBytes.system());

    assertThat(id.value()).hasSize(22);
    assertThat(SessionId.of(id.toBytes())).isEqualTo(id);
    assertThat(SessionId.parse(id.value())).hasValue(id);
    assertThat(SessionId.parse(id.value() + "=")).isEmpty();
    assertThat(SessionId.parse(id.value().substring(1))).isEmpty();
    assertThat(SessionId.parse("")).isEmpty();
    assertThat(SessionId.parse("A".repeat(21) + "B")).as("bits that mean nothing").isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new SessionId("short"));
    assertThatIllegalArgumentException().isThrownBy(() -> SessionId.of(new byte[15]));
  }
}
