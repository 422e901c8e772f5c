package dev.latchkey.auth.otp;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.Penalty;
import java.time.Instant;

/**
 * A known device of an identifier, with a count of failures that strangers do not touch. Called by
 * store authors, as a part of a record.
 *
 * @param name of the lane, under which its budget of mails is kept too: the lock's from an unlock
 *     on, so that all unlocks of one lock share one lane, and the device's own from its next
 *     sign-in on
 * @param device the device that uses it
 * @param lane its failures
 * @param until when the device is forgotten, exclusive
 */
public record DeviceLane(String name, DeviceId device, Lane lane, Instant until) {
  /** From the fifteenth failure on a device is a stranger: it guesses like one. */
  public static final int MAX_FAILURES = 15;

  /** Whether the lane is there for its device. */
  boolean isOpen(OtpRules rules, Instant now) {
    return now.isBefore(until)
        && lane.asOf(rules.lockout().memory(), now).failures() < MAX_FAILURES;
  }

  /** Whether the device can sign in by it now, which a lock of its own prevents. */
  boolean isUsable(OtpRules rules, Instant now) {
    return isOpen(rules, now) && lane.heldBy(now) != Penalty.Kind.LOCK;
  }

  DeviceLane with(Lane changed) {
    return new DeviceLane(name, device, changed, until);
  }
}
