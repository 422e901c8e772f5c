package dev.latchkey.auth.testkit;

import dev.latchkey.auth.ratelimit.Quota;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every admission there ever was to one subject, for quotas that are counted one by one. */
final class ModelRateLog {
  private final List<Admission> admissions = new ArrayList<>();
  private final List<Long> takenBack = new ArrayList<>();

  private record Admission(long millis, long stamp) {}

  /** The time that counts: no earlier than the latest admission, taken back or not. */
  private long counts(Instant now) {
    return admissions.stream().mapToLong(Admission::millis).reduce(now.toEpochMilli(), Math::max);
  }

  /** The admissions in the window that ends now, the newest first. */
  private List<Long> within(Quota quota, Instant now) {
    long end = counts(now);
    List<Long> found = new ArrayList<>();
    for (int i = admissions.size() - 1; i >= 0; i--) {
      Admission admission = admissions.get(i);
      if (end - admission.millis < quota.period().toMillis()
          && !takenBack.contains(admission.stamp)) {
        found.add(admission.millis);
      }
    }
    return found;
  }

  /** How many more the tightest quota admits. */
  int remaining(List<Quota> quotas, Instant now) {
    return quotas.stream()
        .mapToInt(quota -> Math.max(0, quota.limit() - within(quota, now).size()))
        .min()
        .orElseThrow();
  }

  /** How long until all admit again; only asked where one refuses. */
  long waitMillis(List<Quota> quotas, Instant now) {
    return quotas.stream()
        .filter(quota -> within(quota, now).size() >= quota.limit())
        .mapToLong(
            quota ->
                within(quota, now).get(quota.limit() - 1)
                    + quota.period().toMillis()
                    - now.toEpochMilli())
        .max()
        .orElseThrow();
  }

  void admitted(Instant now, long stamp) {
    admissions.add(new Admission(counts(now), stamp));
  }

  void takeBack(long stamp) {
    takenBack.add(stamp);
  }
}
