package dev.latchkey.auth.otp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class DeviceLaneTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Instant END = NOW.plus(OtpRules.DEFAULT_DEVICE_LIFETIME);
  private static final OtpRules RULES = OtpPolicy.standard().rules();
  private static final DeviceId DEVICE = new DeviceId(Base64Url.encode(new byte[32]));
  private static final LockId NAME = LockId.random(SecureBytes.system());
  private static final Penalty HOUR = Penalty.lock(Duration.ofHours(1));

  private static DeviceLane lane(int failures, Penalty penalty) {
    Lane lane = Lane.CLEAR;
    for (int i = 0; i < failures; i++) {
      lane = lane.failed(penalty, NAME, NOW);
    }
    return new DeviceLane(DEVICE.value(), DEVICE, lane, END);
  }

  @Test
  void isOpen_toTheLastMillisecondOfTheDevicesTime() {
    DeviceLane lane = lane(0, Penalty.NONE);

    assertThat(lane.isOpen(RULES, END.minusMillis(1))).isTrue();
    assertThat(lane.isOpen(RULES, END)).isFalse();
    assertThat(lane.isUsable(RULES, END.minusMillis(1))).isTrue();
    assertThat(lane.isUsable(RULES, END)).isFalse();
  }

  @Test
  void isOpen_with14FailuresAndNotWith15_untilThoseAreForgotten() {
    Instant forgotten = NOW.plus(LockoutTable.DEFAULT_MEMORY);

    assertThat(lane(14, Penalty.NONE).isOpen(RULES, NOW)).isTrue();
    assertThat(lane(15, Penalty.NONE).isOpen(RULES, NOW)).isFalse();
    assertThat(lane(15, Penalty.NONE).isUsable(RULES, NOW)).isFalse();
    assertThat(lane(15, Penalty.NONE).isOpen(RULES, forgotten.minusMillis(1))).isFalse();
    assertThat(lane(15, Penalty.NONE).isOpen(RULES, forgotten)).isTrue();
  }

  @Test
  void isUsable_whileDelayed_andNotWhileLocked() {
    Instant end = NOW.plus(HOUR.duration());

    assertThat(lane(2, Penalty.delay(Duration.ofHours(1))).isUsable(RULES, NOW)).isTrue();
    assertThat(lane(3, HOUR).isOpen(RULES, NOW)).isTrue();
    assertThat(lane(3, HOUR).isUsable(RULES, end.minusMillis(1))).isFalse();
    assertThat(lane(3, HOUR).isUsable(RULES, end)).isTrue();
  }

  @Test
  void with_changesTheCountAlone() {
    DeviceLane failed = lane(2, Penalty.NONE);

    assertThat(failed.with(Lane.CLEAR)).isEqualTo(lane(0, Penalty.NONE));
  }

  @Test
  void rules_checkTheBoundsOfDevicesAndOfShortCodes() {
    for (int attempts : new int[] {0, 6}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RULES.shortCodeAttempts(attempts))
          .withMessage("shortCodeAttempts must be 1 to maxAttempts, got " + attempts);
    }
    assertThat(RULES.shortCodeAttempts(5)).isEqualTo(RULES);
    for (int devices : new int[] {0, 65}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rules(devices, Duration.ofDays(1)))
          .withMessage("maxDevices must be 1 to 64, got " + devices);
    }
    assertThat(rules(1, Duration.ofMillis(1)).maxDevices()).isOne();
    assertThat(rules(64, Duration.ofMillis(1)).maxDevices()).isEqualTo(64);
    for (Duration lifetime : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rules(8, lifetime))
          .withMessage("deviceLifetime must be positive, got " + lifetime);
    }
  }

  private static OtpRules rules(int maxDevices, Duration lifetime) {
    return new OtpRules(RULES.lockout(), 5, 5, 8, Duration.ZERO, maxDevices, lifetime);
  }

  @Test
  void attempts_ofTheRules_areByTheFormOfTheCode() {
    OtpRules attack = RULES.shortCodeAttempts(1);

    assertThat(attack.attempts(CodeForm.SIX_DIGITS)).isOne();
    assertThat(attack.attempts(CodeForm.EIGHT_BASE32)).isEqualTo(5);
    assertThat(RULES.attempts(CodeForm.SIX_DIGITS)).isEqualTo(5);
  }
}
