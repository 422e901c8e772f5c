package dev.latchkey.auth.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log as bytes: what is written is read, and nothing else that a sum could stumble over. */
final class RateLogBytesTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long STAMP = NOW.toEpochMilli() * 1_000;
  private static final long MAX_MILLIS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
  private static final long END = MAX_MILLIS * 1_000;

  /** A sub-window of a minute: a 64th of it, in stamps. */
  private static final long WIDTH = 937_500;

  private static final long SLOT = Math.floorDiv(STAMP, WIDTH);

  private static RateLog log(List<Quota> quotas, int admissions, Duration apart) {
    RateLog log = RateLog.EMPTY;
    for (int i = 0; i < admissions; i++) {
      log = log.admit(quotas, NOW.plus(apart.multipliedBy(i))).record();
    }
    return log;
  }

  private static long[] stamps(int count) {
    return LongStream.rangeClosed(STAMP - count + 1, STAMP).toArray();
  }

  /** Bytes in the documented form; counters are sub-window and count in turn. */
  private static byte[] written(
      long latest, long keepUntil, long[] stamps, long period, long... counters) {
    ByteBuffer out = ByteBuffer.allocate(4_096);
    out.putLong(latest).putLong(keepUntil).put((byte) stamps.length);
    for (long stamp : stamps) {
      out.putLong(stamp);
    }
    boolean slotted = period != 0;
    out.put((byte) (slotted ? 1 : 0));
    if (slotted) {
      out.putLong(period).put((byte) (counters.length / 2));
      for (int i = 0; i < counters.length; i += 2) {
        out.putLong(counters[i]).putInt((int) counters[i + 1]);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] written(long latest, long keepUntil, long... stamps) {
    return written(latest, keepUntil, stamps, 0);
  }

  private static byte[] counting(long period, long... counters) {
    return written(STAMP, MAX_MILLIS, new long[] {STAMP}, period, counters);
  }

  private static void assertRefused(byte[] bytes) {
    assertThat(RateLog.fromBytes(bytes)).isEmpty();
  }

  private static void assertRead(byte[] bytes) {
    assertThat(RateLog.fromBytes(bytes).map(RateLog::toBytes)).hasValue(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 127, 128, 129, 400})
  void whatIsWritten_isRead_andDecidesAlike(int admissions) {
    List<Quota> quotas =
        List.of(Quota.of(500, MINUTE), Quota.of(450, Duration.ofHours(1)), Quota.of(401, MINUTE));
    RateLog log = log(quotas, admissions, Duration.ofMillis(100));

    RateLog read = RateLog.fromBytes(log.toBytes()).orElseThrow();

    assertThat(read.toBytes()).isEqualTo(log.toBytes());
    assertThat(read.expiresAt()).isEqualTo(log.expiresAt());
    Instant now = NOW.plusSeconds(90);
    assertThat(read.admit(quotas, now).answer()).isEqualTo(log.admit(quotas, now).answer());
    assertThat(read.admit(quotas, now).record().toBytes())
        .isEqualTo(log.admit(quotas, now).record().toBytes());
  }

  @Test
  void bytes_haveTheDocumentedForm() {
    RateLog small = log(List.of(Quota.of(3, MINUTE)), 2, Duration.ofSeconds(1));
    long second = STAMP + 1_000_000;
    assertThat(small.toBytes())
        .isEqualTo(written(second, NOW.plusSeconds(61).toEpochMilli(), STAMP, second));

    RateLog large = log(List.of(Quota.of(200, MINUTE)), 3, Duration.ZERO);
    long forgotten = -Math.floorDiv(-(SLOT + 1) * WIDTH, 1_000L) + 60_000;
    long[] three = {STAMP, STAMP + 1, STAMP + 2};
    assertThat(large.toBytes()).isEqualTo(written(STAMP + 2, forgotten, three, 60_000, SLOT, 3));
  }

  @Test
  void aLog_keepsNoMoreThan128Stamps_and66CountersAQuota() {
    RateLog log = log(List.of(Quota.of(1_000, MINUTE)), 900, Duration.ofMillis(400));

    assertThat(log.toBytes()).hasSizeLessThanOrEqualTo(16 + 1 + 128 * 8 + 1 + 9 + 66 * 12);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 140})
  void everyOtherLength_isRefused(int admissions) {
    byte[] bytes =
        log(List.of(Quota.of(141, MINUTE)), admissions, Duration.ofMillis(100)).toBytes();
    for (int length = 0; length < bytes.length + 20; length++) {
      Optional<RateLog> read = RateLog.fromBytes(Arrays.copyOf(bytes, length));
      assertThat(read.isPresent()).as("length %d", length).isEqualTo(length == bytes.length);
    }
  }

  @Test
  void stamps_areAtMost128_ascending_andNoneIsPastTheLatest() {
    long until = NOW.plusSeconds(60).toEpochMilli();
    assertRead(written(STAMP, until, stamps(128)));
    assertRefused(written(STAMP, until, stamps(129)));
    assertRead(written(STAMP, until, STAMP - 2, STAMP - 1, STAMP));
    assertRefused(written(STAMP, until, STAMP - 1, STAMP - 1, STAMP));
    assertRefused(written(STAMP, until, STAMP - 1, STAMP - 2, STAMP));
    assertRefused(written(STAMP, until, STAMP - 2, STAMP, STAMP - 1));
    assertRead(written(STAMP, until, STAMP - 1));
    assertRefused(written(STAMP, until, STAMP + 1));
    assertRefused(written(STAMP, until, STAMP, STAMP + 1));
  }

  @Test
  void times_lieWithinTheYear9999_onBothSidesOfTheEpoch() {
    assertRead(written(END, MAX_MILLIS, END));
    assertRefused(written(END + 1, MAX_MILLIS, END));
    assertRead(written(-END, MAX_MILLIS, -END));
    assertRefused(written(-END - 1, MAX_MILLIS));
    assertRefused(written(STAMP, MAX_MILLIS, -END - 1));
    assertRead(written(STAMP, 2 * MAX_MILLIS, STAMP));
    assertRefused(written(STAMP, 2 * MAX_MILLIS + 1, STAMP));
    assertRead(written(STAMP, -2 * MAX_MILLIS, STAMP));
    assertRefused(written(STAMP, -2 * MAX_MILLIS - 1, STAMP));
  }

  @Test
  void aLogThatWasNeverUsed_holdsNothing() {
    assertRead(written(Long.MIN_VALUE, 0));
    assertRefused(written(Long.MIN_VALUE, 0, STAMP));
    assertRefused(written(Long.MIN_VALUE, 0, new long[0], 60_000, SLOT, 1));
    assertRefused(written(Long.MIN_VALUE, 2 * MAX_MILLIS + 1));
    assertRead(written(STAMP, 0));
  }

  @Test
  void counters_areOfAPeriodThatAQuotaMayHave_ascending_andNotNegative() {
    long most = Duration.ofDays(400).toMillis();
    assertRead(counting(1, 5, 1));
    assertRead(counting(most, 5, 1));
    byte[] ofNoPeriod = counting(60_000, SLOT, 1);
    Arrays.fill(ofNoPeriod, 26, 34, (byte) 0);
    assertRefused(ofNoPeriod);
    assertRefused(counting(-1, 5, 1));
    assertRefused(counting(most + 1, 5, 1));
    assertRead(counting(60_000));
    assertRead(counting(60_000, SLOT - 1, 0, SLOT, 1_000_000));
    assertRefused(counting(60_000, SLOT, 1, SLOT, 1));
    assertRefused(counting(60_000, SLOT, 1, SLOT - 1, 1));
    assertRefused(counting(60_000, SLOT, -1));
    assertRefused(counting(60_000, SLOT - 1, 1, SLOT, -1));
    long last = END / WIDTH;
    assertRead(counting(60_000, -last, 1, last, 1));
    assertRefused(counting(60_000, last + 1, 1));
    assertRefused(counting(60_000, -last - 1, 1));
  }

  @Test
  void everyCounterThatIsRead_isCounted_alsoOneOfALaterSubWindow() {
    List<Quota> quotas = List.of(Quota.of(200, MINUTE));
    RateLog log =
        RateLog.fromBytes(counting(60_000, SLOT - 1, 10, SLOT + 1, 20, SLOT + 2, 30)).orElseThrow();

    Admitted admitted = (Admitted) log.admit(quotas, NOW).answer();

    assertThat(admitted.standing().remaining()).isEqualTo(200 - 61);
    ByteBuffer next = ByteBuffer.wrap(log.admit(quotas, NOW).record().toBytes());
    long[] indices = new long[4];
    int[] counts = new int[4];
    next.position(16 + 1 + 2 * 8 + 1 + 9);
    for (int i = 0; i < 4; i++) {
      indices[i] = next.getLong();
      counts[i] = next.getInt();
    }
    assertThat(indices).containsExactly(SLOT - 1, SLOT, SLOT + 1, SLOT + 2);
    assertThat(counts).containsExactly(10, 1, 20, 30);
  }

  @Test
  void anyBytes_areReadOrRefused_andWhatIsReadCanBeAsked() {
    SplittableRandom random = new SplittableRandom(1);
    byte[] good =
        log(List.of(Quota.of(141, MINUTE), Quota.of(3, MINUTE)), 20, Duration.ofSeconds(1))
            .toBytes();
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      Optional<RateLog> log = RateLog.fromBytes(bytes);
      if (log.isPresent()) {
        read++;
        log.get().admit(List.of(Quota.of(141, MINUTE), Quota.of(5, Duration.ofDays(1))), NOW);
        assertThat(log.get().toBytes()).isEqualTo(bytes);
      }
    }
    assertThat(read).isBetween(1, 19_999);
  }
}
