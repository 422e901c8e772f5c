package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One person in stores: a number stands for each, and for each code. */
record Records(int number) {
  /** Nothing follows a wrong code, but that the fifth closes its challenge. */
  static final OtpRules RULES =
      OtpRules.of(LockoutTable.of(failures -> Penalty.NONE), 5, 8, Duration.ZERO);

  static final int RIGHT = 1;

  IdentityHash identity() {
    return IdentityHash.fromBytes(bytes(IdentityHash.BYTES, number)).orElseThrow();
  }

  ChallengeId challenge() {
    return new ChallengeId(Base64Url.encode(bytes(16, number)));
  }

  DeviceId device() {
    return new DeviceId(Base64Url.encode(bytes(32, number)));
  }

  LockId lock() {
    return LockId.fromBytes(bytes(LockId.BYTES, number)).orElseThrow();
  }

  AccountId account() {
    return new AccountId("account-" + number);
  }

  SessionId session() {
    return SessionId.of(bytes(SessionId.BYTES, number));
  }

  static CodeHash code(int number) {
    return CodeHash.parse(Base64Url.encode(bytes(32, number))).orElseThrow();
  }

  OpenAnswer open(OtpStore store, Instant now) {
    LiveCode code = new LiveCode(code(RIGHT), now, now.plus(Duration.ofMinutes(5)));
    return store.open(identity(), challenge(), code, Optional.empty(), RULES, now);
  }

  GuessAnswer guess(OtpStore store, int code, Instant now) {
    Guess guess =
        new Guess(challenge(), CodeForm.SIX_DIGITS, code(code), Optional.empty(), device(), lock());
    return store.guess(identity(), guess, RULES, now);
  }

  Session session(Instant now) {
    Instant end = now.plus(Duration.ofDays(14));
    return new Session(
        session(), device(), 1, now, now, end, end, "start", Optional.empty(), Optional.empty());
  }

  void start(SessionStore store, Instant now) {
    store.start(account(), session(now), 50, now);
  }

  /** A refresh by the first token of the session. */
  RotateAnswer rotate(SessionStore store, String call, Duration retryWindow, Instant now) {
    Rotation rotation =
        new Rotation(session(), 1, Optional.of(device()), call, Duration.ofDays(14), retryWindow);
    return store.rotate(account(), rotation, now);
  }

  boolean isLive(SessionStore store, Instant now) {
    return store.isLive(account(), session(), "jti", now);
  }

  private static byte[] bytes(int length, int number) {
    return ByteBuffer.allocate(length).putInt(length - Integer.BYTES, number).array();
  }
}
