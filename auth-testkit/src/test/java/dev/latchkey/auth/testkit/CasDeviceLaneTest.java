package dev.latchkey.auth.testkit;

import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.otp.OtpStore;
import java.time.Clock;

final class CasDeviceLaneTest extends DeviceLaneContract {
  @Override
  protected OtpStore emptyStore() {
    Clock clock = MutableClock.create();
    return CasStores.over(new CasNetwork(clock), clock).otp();
  }
}
