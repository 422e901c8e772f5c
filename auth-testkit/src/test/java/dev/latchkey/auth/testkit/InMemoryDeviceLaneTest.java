package dev.latchkey.auth.testkit;

import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.OtpStore;

final class InMemoryDeviceLaneTest extends DeviceLaneContract {
  @Override
  protected OtpStore emptyStore() {
    return InMemoryStores.create().otp();
  }
}
