package dev.latchkey.auth.cas;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Draws the arguments of calls from a seed, out of few values so that calls meet. */
final class Draw {
  private static final List<SigningAlgorithm> ALGORITHMS = List.of(SigningAlgorithm.values());

  private final SplittableRandom random;
  private final List<SessionId> sessions = new ArrayList<>();

  Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int odds) {
    return random.nextInt(odds) == 0;
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  /** The same few names again and again. */
  private String name(int length, int kind, int of) {
    byte[] bytes = new byte[length];
    bytes[0] = (byte) kind;
    bytes[length - 1] = (byte) random.nextInt(of);
    return Base64Url.encode(bytes);
  }

  /** A step of a clock: mostly forward, sometimes back, now and then far. */
  Duration step() {
    return switch (random.nextInt(20)) {
      case 0 -> Duration.ofMillis(-random.nextInt(5_000));
      case 1 -> Duration.ofDays(random.nextInt(40));
      case 2, 3, 4 -> Duration.ofMinutes(random.nextInt(20));
      case 5 -> Duration.ofNanos(random.nextInt(2_000_000));
      default -> Duration.ofMillis(random.nextInt(40_000));
    };
  }

  IdentityHash identity() {
    byte[] bytes = new byte[IdentityHash.BYTES];
    bytes[0] = (byte) random.nextInt(2);
    return IdentityHash.fromBytes(bytes).orElseThrow();
  }

  ChallengeId challenge() {
    return new ChallengeId(name(16, 1, 12));
  }

  CodeHash code() {
    return CodeHash.parse(name(32, 2, 5)).orElseThrow();
  }

  LockId lock() {
    return new LockId(name(16, 3, 6));
  }

  DeviceId device() {
    return new DeviceId(name(32, 4, 12));
  }

  /** One that was never drawn: a session never begins under the name of another. */
  SessionId freshSession() {
    SessionId fresh = SessionId.of(bytes(SessionId.BYTES));
    sessions.add(fresh);
    return fresh;
  }

  /** One of the newest. */
  SessionId session() {
    return sessions.isEmpty()
        ? freshSession()
        : sessions.get(sessions.size() - 1 - random.nextInt(Math.min(8, sessions.size())));
  }

  AccountId account() {
    return new AccountId("account-" + random.nextInt(2));
  }

  String token() {
    return name(16, 6, 6);
  }

  <T> Optional<T> maybe(T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  /** Text with everything in it that a client could send, halves of characters too. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append(
          (char) (random.nextBoolean() ? ' ' + random.nextInt(95) : random.nextInt(0x10000)));
    }
    return text.toString();
  }

  KeyRing ring() {
    List<KeyRing.Wrapping> wrappings = new ArrayList<>();
    List<KeyRing.SealedRoot> roots = new ArrayList<>();
    List<KeyRing.SealedSigningKey> keys = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      wrappings.add(new KeyRing.Wrapping("secret-" + i, sealed()));
      roots.add(new KeyRing.SealedRoot(new RootId(1 + 1_000_000 * i), millis(), sealed()));
      SigningAlgorithm algorithm = ALGORITHMS.get(random.nextInt(3));
      keys.add(new KeyRing.SealedSigningKey("kid-" + i, algorithm, millis(), millis(), sealed()));
    }
    return new KeyRing(1 + random.nextInt(1_000), wrappings, sealed(), roots, keys, sealed());
  }

  private SealedBytes sealed() {
    return SealedBytes.copyOf(bytes(1 + random.nextInt(oneIn(10) ? 3_000 : 60)));
  }

  private Instant millis() {
    return Instant.ofEpochMilli(random.nextLong(253_402_300_799_999L));
  }
}
