package dev.latchkey.auth.ratelimit;

import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.store.Transition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The admissions of one subject, and the only statement of the rule that limits them. Called by
 * store authors: a store keeps one log for each subject and runs {@link #admit} on it atomically.
 *
 * <p>The rule: a request is admitted if for every quota (<i>n</i> in <i>w</i>) the <i>n</i>-th
 * latest admission is at least <i>w</i> old. One log serves all windows of its subject.
 *
 * <p>Guarantees: no window of a quota, wherever it begins, holds more than its limit; a refusal
 * changes nothing; a clock that steps back admits nothing more, since the log reckons with the
 * latest time that it holds. A quota of up to {@value #EXACT_LIMIT} is exact to the millisecond. A
 * larger one is counted in {@value #SLOTS} sub-windows with the oldest counted in full: never too
 * lax, and too strict by at most a 64th of its period.
 *
 * <p>Bounds: {@value #EXACT_LIMIT} stamps of 8 bytes, and for each larger quota 66 counters.
 * Immutable.
 */
public final class RateLog {
  /** The largest quota whose admissions are kept one by one: 1 KiB of stamps. */
  public static final int EXACT_LIMIT = 128;

  /** Sub-windows of a larger quota: at most one 64th too strict, for 66 counters. */
  public static final int SLOTS = 64;

  /** The log of a subject that was never seen. */
  public static final RateLog EMPTY = new RateLog(new long[0], List.of(), Long.MIN_VALUE, 0);

  /** Stamps count milliseconds in units of this, and admissions of one millisecond in ones. */
  private static final long PER_MILLI = 1_000;

  /** The end of the year 9999: no time that a log is read with lies further from the epoch. */
  private static final long MAX_MILLIS = 253_402_300_799_999L;

  private final long[] stamps;
  private final List<Slots> slotted;
  private final long latest;
  private final long keepUntilMillis;

  private RateLog(long[] stamps, List<Slots> slotted, long latest, long keepUntilMillis) {
    this.stamps = stamps;
    this.slotted = slotted;
    this.latest = latest;
    this.keepUntilMillis = keepUntilMillis;
  }

  /**
   * Admits one request if every quota allows it.
   *
   * @param quotas one or more, in the order in which ties are told
   * @param now the time of the request
   * @return the log afterwards and the decision; the same log if it refused
   */
  public Transition<RateLog, RateDecision> admit(List<Quota> quotas, Instant now) {
    if (quotas.isEmpty()) {
      throw new IllegalArgumentException("quotas must not be empty");
    }
    long asked = now.toEpochMilli();
    long millis = Math.max(asked, latestMillis());
    Refused refused = null;
    for (Quota quota : quotas) {
      Window window = window(quota, millis);
      if (window.count < quota.limit()) {
        continue;
      }
      Duration wait = Duration.ofMillis(window.roomAt - asked);
      if (refused == null || wait.compareTo(refused.retryAfter()) > 0) {
        refused = new Refused(new Standing(quota, 0, wait), wait);
      }
    }
    if (refused != null) {
      return new Transition<>(this, refused);
    }
    long stamp = Math.max(millis * PER_MILLI, latest + 1);
    RateLog next = record(quotas, stamp);
    return new Transition<>(next, new Admitted(next.tightest(quotas, millis, asked), stamp));
  }

  /**
   * Takes one admission out again.
   *
   * <p>Guarantees: does so at most once, however often it is called. Does not guarantee that it
   * does: of a quota above {@value #EXACT_LIMIT} only the latest {@value #EXACT_LIMIT} admissions
   * can be given back; an older one stays counted.
   *
   * @param stamp the stamp of the admission
   * @return the log without it; the same log if it does not hold it
   */
  public RateLog refund(long stamp) {
    int at = Arrays.binarySearch(stamps, stamp);
    if (at < 0) {
      return this;
    }
    long[] rest = new long[stamps.length - 1];
    System.arraycopy(stamps, 0, rest, 0, at);
    System.arraycopy(stamps, at + 1, rest, at, rest.length - at);
    return new RateLog(
        rest, slotted.stream().map(s -> s.plus(stamp, -1)).toList(), latest, keepUntilMillis);
  }

  /**
   * From when on the log says no more than {@link #EMPTY} does, so that a store may drop it.
   *
   * @return the end of its longest window, or of the last sub-window in it
   */
  public Instant expiresAt() {
    return Instant.ofEpochMilli(keepUntilMillis);
  }

  /**
   * The log as bytes, for stores that keep records whole. Called by store authors.
   *
   * @return big-endian: latest stamp, end, number of stamps (1 byte), the stamps; then for each of
   *     the larger quotas, whose number goes before (1 byte), its period in milliseconds, the
   *     number of its counters (1 byte), and for each of these its sub-window and its count (4
   *     bytes). Without a number of a format, which is the caller's to add
   */
  public byte[] toBytes() {
    int size = 2 * Long.BYTES + 1 + stamps.length * Long.BYTES + 1;
    for (Slots slots : slotted) {
      size += Long.BYTES + 1 + slots.index.length * (Long.BYTES + Integer.BYTES);
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(latest).putLong(keepUntilMillis).put((byte) stamps.length);
    for (long stamp : stamps) {
      out.putLong(stamp);
    }
    out.put((byte) slotted.size());
    for (Slots slots : slotted) {
      out.putLong(slots.periodMillis).put((byte) slots.index.length);
      for (int i = 0; i < slots.index.length; i++) {
        out.putLong(slots.index[i]).putInt(Math.toIntExact(slots.count[i]));
      }
    }
    return out.array();
  }

  /**
   * Reads what {@link #toBytes} gave. Called by store authors.
   *
   * @param bytes any bytes
   * @return the log; empty if these are not exactly the bytes of a log
   */
  public static Optional<RateLog> fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      long latest = in.getLong();
      long keepUntil = in.getLong();
      long[] stamps = new long[Byte.toUnsignedInt(in.get())];
      for (int i = 0; i < stamps.length; i++) {
        stamps[i] = in.getLong();
      }
      List<Slots> slotted = new ArrayList<>();
      for (int left = Byte.toUnsignedInt(in.get()); left > 0; left--) {
        slotted.add(slotsFrom(in));
      }
      RateLog log = new RateLog(stamps, List.copyOf(slotted), latest, keepUntil);
      return !in.hasRemaining() && log.isSound() ? Optional.of(log) : Optional.empty();
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static Slots slotsFrom(ByteBuffer in) {
    long period = in.getLong();
    int length = Byte.toUnsignedInt(in.get());
    long[] index = new long[length];
    long[] count = new long[length];
    for (int i = 0; i < length; i++) {
      index[i] = in.getLong();
      count[i] = in.getInt();
    }
    return new Slots(period, Slots.widthOf(period), index, count);
  }

  /** Whether this is a log that {@link #admit} could have made, in all that its sums rest on. */
  private boolean isSound() {
    boolean empty = latest == Long.MIN_VALUE && stamps.length == 0 && slotted.isEmpty();
    long end = MAX_MILLIS * PER_MILLI;
    return (empty || isWithin(latest, end))
        && isWithin(keepUntilMillis, 2 * MAX_MILLIS)
        && stamps.length <= EXACT_LIMIT
        && isAscending(stamps)
        && (stamps.length == 0 || (stamps[0] >= -end && stamps[stamps.length - 1] <= latest))
        && slotted.stream().allMatch(Slots::isSound);
  }

  private static boolean isWithin(long value, long bound) {
    return -bound <= value && value <= bound;
  }

  private static boolean isAscending(long[] values) {
    for (int i = 1; i < values.length; i++) {
      if (values[i - 1] >= values[i]) {
        return false;
      }
    }
    return true;
  }

  private long latestMillis() {
    return this.latest == Long.MIN_VALUE ? Long.MIN_VALUE : millisOf(latest);
  }

  private static long ceilDiv(long value, long by) {
    return -Math.floorDiv(-value, by);
  }

  private static long millisOf(long stamp) {
    return Math.floorDiv(stamp, PER_MILLI);
  }

  private RateLog record(List<Quota> quotas, long stamp) {
    int keep = 0;
    long until = keepUntilMillis;
    List<Slots> series = new ArrayList<>();
    for (Quota quota : quotas) {
      until = Math.max(until, millisOf(stamp) + quota.period().toMillis());
      keep = Math.max(keep, Math.min(quota.limit(), EXACT_LIMIT));
      if (quota.limit() > EXACT_LIMIT) {
        Slots slots = slots(quota).plus(stamp, 1).since(millisOf(stamp));
        series.add(slots);
        until = Math.max(until, slots.forgets(stamp));
      }
    }
    int kept = Math.min(stamps.length, keep - 1);
    long[] newest = Arrays.copyOfRange(stamps, stamps.length - kept, stamps.length + 1);
    newest[kept] = stamp;
    return new RateLog(newest, List.copyOf(series), stamp, until);
  }

  private Standing tightest(List<Quota> quotas, long millis, long asked) {
    Standing tightest = null;
    for (Quota quota : quotas) {
      Window window = window(quota, millis);
      int remaining = (int) Math.max(0, quota.limit() - window.count);
      if (tightest == null || remaining < tightest.remaining()) {
        tightest = new Standing(quota, remaining, Duration.ofMillis(window.roomAt - asked));
      }
    }
    if (tightest == null) {
      throw new IllegalArgumentException("quotas must not be empty");
    }
    return tightest;
  }

  /** How many admissions a window that ends at {@code millis} holds, and when it gains room. */
  private Window window(Quota quota, long millis) {
    if (quota.limit() > EXACT_LIMIT) {
      return slots(quota).window(quota.limit(), millis);
    }
    long period = quota.period().toMillis();
    int count = 0;
    long roomAt = millis;
    for (int i = stamps.length - 1; i >= 0 && millis - millisOf(stamps[i]) < period; i--) {
      count++;
      if (count <= quota.limit()) {
        roomAt = millisOf(stamps[i]) + period;
      }
    }
    return new Window(count, roomAt);
  }

  private Slots slots(Quota quota) {
    long period = quota.period().toMillis();
    for (Slots slots : slotted) {
      if (slots.periodMillis == period) {
        return slots;
      }
    }
    // A quota that is new to this log, by a change of configuration: what is known is counted.
    Slots fresh = Slots.of(period);
    for (long stamp : stamps) {
      fresh = fresh.plus(stamp, 1);
    }
    return fresh;
  }

  @Override
  public String toString() {
    return "RateLog[" + stamps.length + " stamps, until " + expiresAt() + "]";
  }

  private record Window(long count, long roomAt) {}

  /** The counters of one large quota: sparse, by sub-window, oldest first. */
  private static final class Slots {
    final long periodMillis;
    final long width;
    final long[] index;
    final long[] count;

    private Slots(long periodMillis, long width, long[] index, long[] count) {
      this.periodMillis = periodMillis;
      this.width = width;
      this.index = index;
      this.count = count;
    }

    static Slots of(long periodMillis) {
      return new Slots(periodMillis, widthOf(periodMillis), new long[0], new long[0]);
    }

    static long widthOf(long periodMillis) {
      return ceilDiv(periodMillis * PER_MILLI, SLOTS);
    }

    boolean isSound() {
      if (periodMillis < 1 || periodMillis > Quota.MAX_PERIOD.toMillis() || !isAscending(index)) {
        return false;
      }
      for (int i = 0; i < index.length; i++) {
        if (!isWithin(index[i], MAX_MILLIS * PER_MILLI / width) || count[i] < 0) {
          return false;
        }
      }
      return true;
    }

    private long slotOf(long stamp) {
      return Math.floorDiv(stamp, width);
    }

    /** From when on no window holds the sub-window of this stamp. */
    long forgets(long stamp) {
      return ceilDiv((slotOf(stamp) + 1) * width, PER_MILLI) + periodMillis;
    }

    Slots plus(long stamp, int change) {
      long slot = slotOf(stamp);
      int at = Arrays.binarySearch(index, slot);
      if (at >= 0) {
        long[] changed = count.clone();
        changed[at] = Math.max(0, changed[at] + change);
        return new Slots(periodMillis, width, index, changed);
      }
      if (change < 0) {
        return this;
      }
      int to = -at - 1;
      long[] moreIndex = new long[index.length + 1];
      long[] moreCount = new long[count.length + 1];
      System.arraycopy(index, 0, moreIndex, 0, to);
      System.arraycopy(count, 0, moreCount, 0, to);
      moreIndex[to] = slot;
      moreCount[to] = change;
      System.arraycopy(index, to, moreIndex, to + 1, index.length - to);
      System.arraycopy(count, to, moreCount, to + 1, count.length - to);
      return new Slots(periodMillis, width, moreIndex, moreCount);
    }

    /** Without what no window that ends at {@code millis} or later can hold. */
    Slots since(long millis) {
      int from = firstIn(millis);
      return from == 0
          ? this
          : new Slots(
              periodMillis,
              width,
              Arrays.copyOfRange(index, from, index.length),
              Arrays.copyOfRange(count, from, count.length));
    }

    private int firstIn(long millis) {
      long oldest = Math.floorDiv((millis - periodMillis) * PER_MILLI, width);
      int from = 0;
      while (from < index.length && index[from] < oldest) {
        from++;
      }
      return from;
    }

    Window window(int limit, long millis) {
      int from = firstIn(millis);
      long total = 0;
      for (int i = from; i < count.length; i++) {
        total += count[i];
      }
      long left = total;
      long roomAt = millis;
      for (int i = from; i < count.length; i++) {
        if (count[i] == 0) {
          continue;
        }
        left -= count[i];
        roomAt = forgets(index[i] * width);
        if (left < limit) {
          break;
        }
      }
      return new Window(total, roomAt);
    }
  }
}
