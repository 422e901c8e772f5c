package dev.latchkey.auth.testkit.differential;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Draws the arguments of calls from a seed, out of few values so that calls meet. */
final class Draw {
  /** Ahead of every real clock, so that no server drops a record while a history runs. */
  static final Instant START = Instant.parse("2036-01-01T00:00:00.123Z");

  /** Never drawn. */
  static final CodeHash NO_CODE = CodeHash.parse("_".repeat(42) + "8").orElseThrow();

  private final SplittableRandom random;

  Draw(long seed) {
    this.random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  boolean oneIn(int odds) {
    return random.nextInt(odds) == 0;
  }

  <T> Optional<T> maybe(T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  <T> T from(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Mostly one of these, if there are any. */
  <T> T mostly(List<T> values, T otherwise) {
    return values.isEmpty() || oneIn(4) ? otherwise : from(values);
  }

  /**
   * The time of the next call: mostly a little on, sometimes far, sometimes back, and often exactly
   * at an edge of what is kept, or a millisecond to either side.
   */
  Instant next(Instant now, List<Instant> edges) {
    if (!edges.isEmpty() && oneIn(4)) {
      Instant edge = from(edges);
      if (edge.isAfter(now.minusSeconds(5)) && edge.isBefore(now.plus(Duration.ofDays(500)))) {
        return edge.plusMillis(between(-1, 1));
      }
    }
    return now.plusMillis(
        switch (random.nextInt(24)) {
          case 0, 1 -> -random.nextInt(5_000);
          case 2 -> random.nextLong(Duration.ofDays(4).toMillis());
          case 3 -> random.nextLong(Duration.ofHours(1).toMillis());
          case 4, 5, 6, 7, 8, 9 -> 0;
          case 10, 11, 12 -> random.nextInt(3);
          default -> random.nextInt(30_000);
        });
  }

  /** Whole milliseconds, of any of the twelve binary orders of magnitude up to the bound. */
  Duration upTo(Duration most) {
    long bound = most.toMillis();
    long scale = Math.max(1, bound >> random.nextInt(12));
    return Duration.ofMillis(1 + random.nextLong(scale));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  /** The same few names again and again. */
  private String name(int length, int of) {
    byte[] bytes = new byte[length];
    bytes[length - 1] = (byte) random.nextInt(of);
    return Base64Url.encode(bytes);
  }

  /** Never drawn twice. */
  IdentityHash identity() {
    return IdentityHash.fromBytes(bytes(IdentityHash.BYTES)).orElseThrow();
  }

  /** Never drawn twice. */
  AccountId account() {
    return new AccountId(Base64Url.encode(bytes(16)));
  }

  ChallengeId challenge() {
    return new ChallengeId(name(16, 7));
  }

  CodeHash code() {
    return CodeHash.parse(name(32, 5)).orElseThrow();
  }

  LockId lock() {
    return new LockId(name(16, 6));
  }

  DeviceId device() {
    return new DeviceId(name(32, 5));
  }

  SessionId session() {
    return new SessionId(name(16, 5));
  }

  String token() {
    return name(16, 5);
  }

  /** Text of every length of UTF-8, without halves of characters. */
  String text() {
    return Stream.of("", "a b", "=", "ä€", "\u0000\n", "\ud83d\udd11")
        .skip(random.nextInt(6))
        .findFirst()
        .orElseThrow();
  }

  OtpRules rules() {
    int attempts = between(1, 6);
    return new OtpRules(
        table(),
        attempts,
        between(1, attempts),
        between(1, 4),
        oneIn(2) ? Duration.ZERO : upTo(Duration.ofMinutes(1)),
        between(1, 4),
        time());
  }

  /** Of the order of codes and locks, or of that of counts. */
  private Duration time() {
    return upTo(oneIn(2) ? Duration.ofHours(1) : Duration.ofDays(20));
  }

  private LockoutTable table() {
    Duration window = time();
    return new LockoutTable(
        penalties(),
        oneIn(4) ? between(100, 128) : between(1, 20),
        window,
        window.plus(time()),
        time());
  }

  /** Without any, a device can fail so often that it is a stranger again. */
  private List<Penalty> penalties() {
    return switch (random.nextInt(3)) {
      case 0 -> LockoutTable.of(LockoutPolicy.standard()).penalties();
      case 1 -> List.of(Penalty.NONE);
      default -> Stream.generate(this::penalty).limit(between(1, 20)).toList();
    };
  }

  private Penalty penalty() {
    return switch (random.nextInt(4)) {
      case 0 -> Penalty.lock(upTo(Duration.ofHours(1)));
      case 1 -> Penalty.delay(upTo(Duration.ofMinutes(1)));
      default -> Penalty.NONE;
    };
  }
}
