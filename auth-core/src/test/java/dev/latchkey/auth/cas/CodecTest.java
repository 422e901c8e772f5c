package dev.latchkey.auth.cas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CodecTest {
  private static final Instant NOW = Instant.parse("2036-01-01T00:00:00.123456789Z");
  private static final int MUTATIONS = 1_000;

  /** One kind with a record of it that has something in every field. */
  record Sample<R>(Codec<R> codec, R record) {
    byte[] bytes() {
      return codec.encode(record);
    }

    byte[] again(byte[] bytes) {
      return codec.encode(codec.decode(bytes));
    }

    @Override
    public String toString() {
      return codec.kind();
    }
  }

  static List<Sample<?>> samples() {
    Draw draw = new Draw(4);
    RateLog log = log(4);
    Surge surge = Surge.NONE;
    for (int i = 0; i < 400; i++) {
      surge = surge.observe(Thresholds.DEFAULT, NOW.plusMillis(7L * i)).record();
    }
    return List.of(
        new Sample<>(RateCodecs.LOG, RateLog.EMPTY),
        new Sample<>(RateCodecs.LOG, log),
        new Sample<>(RateCodecs.SURGE, surge),
        new Sample<>(OtpCodec.INSTANCE, OtpCodec.Kept.NOTHING),
        new Sample<>(OtpCodec.INSTANCE, new OtpCodec.Kept(state(draw, log), NOW)),
        new Sample<>(SessionCodec.INSTANCE, AccountSessions.EMPTY),
        new Sample<>(SessionCodec.INSTANCE, sessions(draw)),
        new Sample<>(KeyRingCodec.INSTANCE, Optional.of(draw.ring())),
        new Sample<>(AccountCodecs.ENTRY, AccountCodecs.Entry.NONE),
        new Sample<>(
            AccountCodecs.ENTRY,
            new AccountCodecs.Entry(
                Optional.of(new AccountId("account-1")),
                List.of(new Role("viewer"), new Role("maker")),
                true)),
        new Sample<>(AccountCodecs.OWNER, EmailAddress.parse("ada@example.com")));
  }

  private static RateLog log(int seed) {
    Draw draw = new Draw(seed);
    RateLog log = RateLog.EMPTY;
    List<Quota> quotas =
        List.of(Quota.of(128, Duration.ofDays(1)), Quota.of(1_000, Duration.ofMinutes(5)));
    for (int i = 0; i < 300; i++) {
      log = log.admit(quotas, NOW.plusMillis(draw.below(600_000))).record();
    }
    return log;
  }

  private static SignInState state(Draw draw, RateLog log) {
    List<Challenge> challenges = new ArrayList<>();
    List<DeviceLane> devices = new ArrayList<>();
    LockId lock = draw.lock();
    Lane lane = Lane.CLEAR.failed(Penalty.lock(Duration.ofMinutes(5)), lock, NOW);
    for (int i = 0; i < 3; i++) {
      LiveCode code = new LiveCode(draw.code(), NOW, NOW.plusSeconds(300));
      challenges.add(new Challenge(draw.challenge(), NOW, List.of(code, code), i));
      DeviceId device = draw.device();
      devices.add(new DeviceLane(draw.text(), device, lane, NOW.plusNanos(i)));
    }
    Lane delayed = lane.failed(Penalty.delay(Duration.ofSeconds(8)), lock, NOW.plusSeconds(400));
    return new SignInState(challenges, delayed, log, devices);
  }

  private static AccountSessions sessions(Draw draw) {
    List<Session> sessions = new ArrayList<>();
    Map<String, Instant> ended = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      sessions.add(
          new Session(
              draw.freshSession(),
              draw.device(),
              1L << (3 * i),
              NOW,
              NOW.plusMillis(i),
              NOW.plus(Duration.ofDays(14)),
              NOW.plus(Duration.ofDays(30)),
              draw.text(),
              draw.maybe("2001:db8::1"),
              draw.maybe(draw.text())));
      ended.put(draw.text(), NOW.plusSeconds(i));
    }
    return new AccountSessions(sessions, ended);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decode_ofWhatWasEncoded_isTheSameRecord(Sample<?> sample) {
    byte[] bytes = sample.bytes();

    assertThat(sample.again(bytes)).isEqualTo(bytes);
    if (!sample.codec().kind().matches("rate|surge|otp")) {
      // The log of a limit has no equals; the histories hold those three to their word.
      assertThat((Object) sample.codec().decode(bytes)).isEqualTo(sample.record());
    }
  }

  @Test
  void decode_ofRandomRings_isTheSameRing() {
    Draw draw = new Draw(11);
    for (int i = 0; i < 200; i++) {
      var ring = Optional.of(draw.ring());
      assertThat(KeyRingCodec.INSTANCE.decode(KeyRingCodec.INSTANCE.encode(ring))).isEqualTo(ring);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decode_ofEveryBeginning_isRefused(Sample<?> sample) {
    byte[] bytes = sample.bytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> sample.codec().decode(cut))
          .isInstanceOf(UnreadableRecordException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decode_withAByteTooMany_isRefused(Sample<?> sample) {
    byte[] longer = Arrays.copyOf(sample.bytes(), sample.bytes().length + 1);

    assertThatThrownBy(() -> sample.codec().decode(longer))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("bytes after the end");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decode_ofALaterVersion_saysWhich(Sample<?> sample) {
    byte[] later = sample.bytes();
    later[0]++;

    assertThatThrownBy(() -> sample.codec().decode(later))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessage(
            "unreadable record of kind %s: unknown version 2 of the format", sample.codec().kind());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decode_ofAnotherKind_isRefused(Sample<?> sample) {
    byte[] other = sample.bytes();
    other[0] = (byte) (other[0] + 0x10);

    assertThatThrownBy(() -> sample.codec().decode(other))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("another kind");
  }

  /** Damage anywhere is told, or gives a record that has these very bytes: never anything else. */
  @ParameterizedTest
  @MethodSource("samples")
  void decode_ofHostileBytes_throwsTheOneException(Sample<?> sample) {
    byte[] bytes = sample.bytes();
    Draw draw = new Draw(23);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] hostile =
          draw.oneIn(3) ? draw.bytes(1 + draw.below(80)) : Arrays.copyOf(bytes, bytes.length);
      hostile[0] = bytes[0];
      for (int changes = draw.below(4); changes >= 0 && hostile.length > 1; changes--) {
        int at = 1 + draw.below(hostile.length - 1);
        hostile[at] = draw.oneIn(2) ? (byte) (draw.oneIn(2) ? 0xff : 0) : draw.bytes(1)[0];
      }
      byte[] read = hostile;
      try {
        read = sample.again(hostile);
      } catch (UnreadableRecordException e) {
        assertThat(e).hasNoCause();
        continue;
      }
      assertThat(read).as("seed 23, round %d", i).isEqualTo(hostile);
    }
  }

  @Test
  void decode_ofNumbersInAnotherSpelling_isRefused() {
    // Two sessions that are none, in two bytes instead of one.
    byte[] bytes = HexFormat.of().parseHex("41" + "8000" + "00");

    assertThatThrownBy(() -> SessionCodec.INSTANCE.decode(bytes))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("another spelling");
  }

  /** Holds the format still: whoever changes it has to write another version, and read this one. */
  @Test
  void encode_ofARecord_isTheDocumentedFormat() {
    var entry =
        new AccountCodecs.Entry(
            Optional.of(new AccountId("a1")), List.of(new Role("maker")), false);
    assertThat(HexFormat.of().formatHex(AccountCodecs.ENTRY.encode(entry)))
        .isEqualTo("61" + "01" + "02" + "6131" + "01" + "05" + "6d616b6572" + "00");
    assertThat(HexFormat.of().formatHex(OtpCodec.INSTANCE.encode(OtpCodec.Kept.NOTHING)))
        .isEqualTo(
            "31"
                + "0000"
                + "00"
                + "00"
                + "0000"
                + "00"
                + "0000"
                + "00"
                + "12"
                + "8000000000000000"
                + "0000000000000000"
                + "0000"
                + "00");
  }

  @Test
  void encode_ofAnAccountWithAllRoles_isRead() {
    List<Role> roles = new ArrayList<>();
    for (int i = 0; i < Account.MAX_ROLES; i++) {
      roles.add(new Role("role" + i));
    }
    var entry = new AccountCodecs.Entry(Optional.empty(), roles, false);

    assertThat(AccountCodecs.ENTRY.decode(AccountCodecs.ENTRY.encode(entry))).isEqualTo(entry);
  }

  @Test
  void exceptions_showNothingOfTheRecord() {
    byte[] cut = AccountCodecs.OWNER.encode(EmailAddress.parse("lovelace@example.com"));
    byte[] damaged = cut.clone();
    damaged[5] = '@';

    assertThatThrownBy(() -> AccountCodecs.OWNER.decode(damaged))
        .hasNoCause()
        .hasMessageNotContaining("lace")
        .hasMessageNotContaining("example");
  }
}
