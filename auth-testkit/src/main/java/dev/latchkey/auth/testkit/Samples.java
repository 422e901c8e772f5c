package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.session.SessionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/** What the contracts put into stores: a number stands for a thing. */
final class Samples {
  /**
   * When a contract begins. Ahead of every real clock, so that a back end which drops old records
   * by its own clock takes none away from a test, and a few years before 32 bits of seconds end.
   */
  static final Instant START = Instant.parse("2036-01-01T00:00:00Z");

  /** The unit in which stores judge time. */
  static final Duration MILLI = Duration.ofMillis(1);

  private Samples() {}

  static IdentityHash identity(int number) {
    return IdentityHash.fromBytes(bytes(IdentityHash.BYTES, number)).orElseThrow();
  }

  static ChallengeId challenge(int number) {
    return new ChallengeId(Base64Url.encode(bytes(16, number)));
  }

  /** Stands for a code; different numbers are different codes. */
  static CodeHash code(int number) {
    return CodeHash.parse(Base64Url.encode(bytes(32, number))).orElseThrow();
  }

  static AccountId account(int number) {
    return new AccountId("account-" + number);
  }

  static SessionId session(int number) {
    return SessionId.of(bytes(SessionId.BYTES, number));
  }

  static DeviceId device(int number) {
    return new DeviceId(Base64Url.encode(bytes(32, number)));
  }

  static LockId lock(int number) {
    return LockId.fromBytes(bytes(LockId.BYTES, number)).orElseThrow();
  }

  private static byte[] bytes(int length, int number) {
    return ByteBuffer.allocate(length).putInt(length - Integer.BYTES, number).array();
  }
}
