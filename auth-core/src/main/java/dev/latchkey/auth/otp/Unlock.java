package dev.latchkey.auth.otp;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import java.util.Optional;

/**
 * What an unlock token asks for. Called by store authors.
 *
 * @param kind what the token was mailed for
 * @param grant the lock that it was mailed for, or the name of the grant itself
 * @param device the device that came along, if it showed a valid token
 * @param newcomer the device that becomes known if {@code device} is not usable
 */
public record Unlock(Kind kind, LockId grant, Optional<DeviceId> device, DeviceId newcomer) {
  /** What an unlock token was mailed for. */
  public enum Kind {
    /** A lock, and good while that lock is running. */
    LOCK,
    /** A code that the strangers' budget refused, and good for its own time. */
    BUDGET
  }
}
