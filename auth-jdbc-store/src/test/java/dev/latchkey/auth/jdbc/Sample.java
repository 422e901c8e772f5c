package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What these tests put into stores: a number stands for a thing. */
final class Sample {
  /** Two wrong codes in a row lock for an hour. */
  static final OtpRules RULES =
      OtpRules.of(
          LockoutTable.of(
              failures -> failures < 2 ? Penalty.NONE : Penalty.lock(Duration.ofHours(1))),
          5,
          8,
          Duration.ofSeconds(30));

  static final Duration IDLE = Duration.ofDays(14);

  private Sample() {}

  static IdentityHash identity(int number) {
    return IdentityHash.fromBytes(bytes(IdentityHash.BYTES, number)).orElseThrow();
  }

  static ChallengeId challenge(int number) {
    return new ChallengeId(Base64Url.encode(bytes(16, number)));
  }

  static CodeHash code(int number) {
    return CodeHash.parse(Base64Url.encode(bytes(32, number))).orElseThrow();
  }

  static LiveCode live(int number, Instant from) {
    return new LiveCode(code(number), from, from.plusSeconds(300));
  }

  static DeviceId device(int number) {
    return new DeviceId(Base64Url.encode(bytes(32, number)));
  }

  static LockId lock(int number) {
    return LockId.fromBytes(bytes(LockId.BYTES, number)).orElseThrow();
  }

  /** A stranger's guess on a challenge; each guess would bring a lock of another name. */
  static Guess guess(int challenge, int code, int lock) {
    return new Guess(
        challenge(challenge),
        CodeForm.SIX_DIGITS,
        code(code),
        Optional.empty(),
        device(1),
        lock(lock));
  }

  static AccountId account(int number) {
    return new AccountId("account-" + number);
  }

  static SessionId session(int number) {
    return SessionId.of(bytes(SessionId.BYTES, number));
  }

  static Session fresh(int number, Instant now) {
    return new Session(
        session(number),
        device(1),
        1,
        now,
        now,
        now.plus(IDLE),
        now.plus(IDLE.multipliedBy(2)),
        "start",
        Optional.of("2001:db8::1"),
        Optional.of("Firefox"));
  }

  static Rotation rotation(int session, long generation, String call) {
    return new Rotation(
        session(session), generation, Optional.of(device(1)), call, IDLE, Duration.ZERO);
  }

  static KeyRing ring(long version) {
    return ring(version, 1, new byte[] {1, 2, 3});
  }

  /** A ring with so many entries of each kind, and so much in each sealed field. */
  static KeyRing ring(long version, int entries, byte[] sealed) {
    SealedBytes field = SealedBytes.copyOf(sealed);
    Instant time = Instant.parse("2026-01-15T12:00:00.123Z");
    return new KeyRing(
        version,
        numbers(entries).map(i -> new Wrapping("secret-" + i, field)).toList(),
        field,
        numbers(entries).map(i -> new SealedRoot(new RootId(i), time, field)).toList(),
        numbers(entries)
            .map(
                i ->
                    new SealedSigningKey(
                        "kid-" + i, SigningAlgorithm.RS256, time, time.plusMillis(i), field))
            .toList(),
        field);
  }

  private static Stream<Integer> numbers(int count) {
    return IntStream.rangeClosed(1, count).boxed();
  }

  static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }

  private static byte[] bytes(int length, int number) {
    return ByteBuffer.allocate(length).putInt(length - Integer.BYTES, number).array();
  }
}
