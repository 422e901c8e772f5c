package dev.latchkey.auth.testkit;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateDecision.Refused;
import dev.latchkey.auth.ratelimit.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every admission there ever was to one subject. */
final class ModelRateLog implements Model<ModelRateLog> {
  /** Larger quotas are counted in sub-windows. */
  private static final int ONE_BY_ONE = 128;

  private static final int SUB_WINDOWS = 64;
  private static final long STAMPS_A_MILLI = 1_000;
  private static final long NO_STAMP = Long.MIN_VALUE;

  private final List<Admission> admissions;

  ModelRateLog() {
    this(List.of());
  }

  private ModelRateLog(List<Admission> admissions) {
    this.admissions = new ArrayList<>(admissions);
  }

  private record Admission(long millis, long stamp, boolean takenBack) {
    /** From when on it counts no longer: of a sub-window all go together, with the last of it. */
    long leavesAt(Quota quota) {
      long period = quota.period().toMillis();
      if (quota.limit() <= ONE_BY_ONE) {
        return millis + period;
      }
      long width = roundedUp(period * STAMPS_A_MILLI, SUB_WINDOWS);
      long end = (Math.floorDiv(stamp, width) + 1) * width;
      return roundedUp(end, STAMPS_A_MILLI) + period;
    }

    private static long roundedUp(long value, long by) {
      return Math.floorDiv(value + by - 1, by);
    }
  }

  @Override
  public ModelRateLog copy() {
    return new ModelRateLog(admissions);
  }

  @Override
  public Object state() {
    return List.copyOf(admissions);
  }

  /** The time that counts: no earlier than the latest admission, taken back or not. */
  private long counts(Instant now) {
    return admissions.stream().mapToLong(Admission::millis).reduce(now.toEpochMilli(), Math::max);
  }

  /** When those leave that count now, the first to leave first. */
  private List<Long> leave(Quota quota, Instant now) {
    long time = counts(now);
    return admissions.stream()
        .filter(admission -> !admission.takenBack)
        .map(admission -> admission.leavesAt(quota))
        .filter(leavesAt -> time < leavesAt)
        .sorted()
        .toList();
  }

  /** How many count now. */
  int count(Quota quota, Instant now) {
    return leave(quota, now).size();
  }

  private Standing standing(Quota quota, Instant now) {
    List<Long> leave = leave(quota, now);
    int count = leave.size();
    // Room is gained by the first that leaves; where too many are in, by the first after those.
    long roomAt = leave.isEmpty() ? counts(now) : leave.get(Math.max(0, count - quota.limit()));
    return new Standing(
        quota, Math.max(0, quota.limit() - count), Duration.ofMillis(roomAt - now.toEpochMilli()));
  }

  /** What the rule says; the stamp of an admission is the store's to choose, if it is a new one. */
  RateDecision acquire(List<Quota> quotas, Instant now, RateDecision answer) {
    List<Standing> full =
        quotas.stream()
            .map(quota -> standing(quota, now))
            .filter(standing -> standing.remaining() == 0)
            .toList();
    if (!full.isEmpty()) {
      // The first of the longest, which max would not be.
      Duration wait = full.stream().map(Standing::reset).max(Duration::compareTo).orElseThrow();
      Standing longest =
          full.stream().filter(standing -> standing.reset().equals(wait)).findFirst().orElseThrow();
      return new Refused(longest, wait);
    }
    long millis = counts(now);
    long stamp = answer instanceof Admitted admitted ? admitted.stamp() : NO_STAMP;
    boolean known = admissions.stream().anyMatch(admission -> admission.stamp == stamp);
    long right = known || Math.floorDiv(stamp, STAMPS_A_MILLI) != millis ? NO_STAMP : stamp;
    admissions.add(new Admission(millis, right, false));
    Standing tightest =
        quotas.stream()
            .map(quota -> standing(quota, now))
            .min(Comparator.comparing(Standing::remaining))
            .orElseThrow();
    return new Admitted(tightest, right);
  }

  /** Records one of which no store tells the stamp. */
  void record(Instant now) {
    long millis = counts(now);
    long before = admissions.stream().filter(admission -> admission.millis == millis).count();
    admissions.add(new Admission(millis, millis * STAMPS_A_MILLI + before, false));
  }

  /** Gives one back. */
  void refund(long stamp) {
    admissions.replaceAll(
        admission ->
            admission.stamp == stamp ? new Admission(admission.millis, stamp, true) : admission);
  }

  /** Makes one undone, as if it had never been: also its stamp may be used again. */
  void undo(long stamp) {
    admissions.removeIf(admission -> admission.stamp == stamp);
  }
}
