package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class OtpPolicyTest {
  private static final OtpPolicy STANDARD = OtpPolicy.standard();

  @Test
  void standard_isFiveMinutesFiveGuessesAndEightChallenges() {
    assertThat(STANDARD.codeLifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(STANDARD.resendAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(STANDARD.rules())
        .isEqualTo(
            OtpRules.of(LockoutTable.of(LockoutPolicy.standard()), 5, 8, Duration.ofSeconds(30)));
  }

  @Test
  void eachNumber_canBeChangedAlone() {
    LockoutPolicy none = failures -> Penalty.NONE;
    OtpPolicy changed =
        STANDARD
            .codeLifetime(Duration.ofMinutes(10))
            .resendAfter(Duration.ZERO)
            .maxAttempts(10)
            .lockout(none);

    assertThat(changed)
        .isEqualTo(new OtpPolicy(Duration.ofMinutes(10), Duration.ZERO, 10, 8, none));
    assertThat(STANDARD.maxAttempts(1).rules().maxAttempts()).isOne();
  }

  @Test
  void bounds_areChecked() {
    assertThat(STANDARD.codeLifetime(Duration.ofSeconds(1)).codeLifetime()).hasSeconds(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.codeLifetime(Duration.ofMillis(999)))
        .withMessageStartingWith("codeLifetime must be ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.codeLifetime(Duration.ofMinutes(10).plusMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.resendAfter(Duration.ofMillis(-1)))
        .withMessageStartingWith("resendAfter must be ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.resendAfter(Duration.ofMinutes(10).plusMillis(1)));
    LockoutTable table = LockoutTable.of(LockoutPolicy.standard());
    for (int bound : new int[] {1, 64}) {
      assertThat(OtpRules.of(table, 5, bound, Duration.ZERO).maxOpen()).isEqualTo(bound);
    }
    for (int attempts : new int[] {0, 11}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OtpRules.of(table, attempts, 8, Duration.ZERO))
          .withMessage("maxAttempts must be 1 to 10, got " + attempts);
    }
    for (int open : new int[] {0, 65}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OtpRules.of(table, 5, open, Duration.ZERO))
          .withMessage("maxOpen must be 1 to 64, got " + open);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OtpRules.of(table, 5, 8, Duration.ofMillis(-1)));
  }

  @Test
  void durations_areWholeMilliseconds() {
    Duration half = Duration.ofMillis(1_500);

    assertThat(STANDARD.codeLifetime(half).resendAfter(half).codeLifetime()).isEqualTo(half);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> STANDARD.codeLifetime(half.plusNanos(1)))
        .withMessage("codeLifetime must be PT1S to PT10M in whole ms, got PT1.500000001S");
  }
}
