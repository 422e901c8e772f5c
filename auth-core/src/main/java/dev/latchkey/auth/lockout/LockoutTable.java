package dev.latchkey.auth.lockout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LockoutPolicy} written out, with the ceiling that stands beside it: plain data that a
 * store can hand to a script or a statement. Called by store authors.
 *
 * <p>Immutable.
 *
 * @param penalties the penalty after the 1st, 2nd, … consecutive wrong code; the last one serves
 *     every later count; 1 to {@value #MAX_STEPS}
 * @param ceiling how many wrong codes of strangers within {@code ceilingWindow} lock their lane,
 *     success or not; 1 to 128
 * @param ceilingWindow the window of that count
 * @param ceilingLock for how long it then locks; longer than the window, so that the window is
 *     empty when the lock is over
 * @param memory how long a count is kept after its last wrong code, or until the end of its lock if
 *     that is later
 */
public record LockoutTable(
    List<Penalty> penalties,
    int ceiling,
    Duration ceilingWindow,
    Duration ceilingLock,
    Duration memory) {
  /** The number of counts that a policy is asked for. NIST SP 800-63B-4 allows no more than 100. */
  public static final int MAX_STEPS = 100;

  /** NIST SP 800-63B-4, section 3.2.2: at most 100 failures; here success does not clear them. */
  public static final int DEFAULT_CEILING = 100;

  /** The window of the ceiling. */
  public static final Duration DEFAULT_CEILING_WINDOW = Duration.ofDays(90);

  /** The lock of the ceiling: in effect until the owner unlocks. */
  public static final Duration DEFAULT_CEILING_LOCK = Duration.ofDays(400);

  /** How long a count is remembered: a guesser gains nothing by patience. */
  public static final Duration DEFAULT_MEMORY = Duration.ofDays(90);

  /**
   * Checks the bounds and copies the penalties.
   *
   * @param penalties the penalty after the 1st
   * @param ceiling how many wrong codes of strangers within {@code ceilingWindow} lock their lane
   * @param ceilingWindow the window of that count
   * @param ceilingLock for how long it then locks
   * @param memory how long a count is kept after its last wrong code
   */
  public LockoutTable {
    penalties = List.copyOf(penalties);
    if (penalties.isEmpty() || penalties.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "penalties must be 1 to " + MAX_STEPS + ", got " + penalties.size());
    }
    if (ceiling < 1 || ceiling > 128) {
      throw new IllegalArgumentException("ceiling must be 1 to 128, got " + ceiling);
    }
    if (ceilingWindow.isNegative() || ceilingWindow.isZero()) {
      throw new IllegalArgumentException("ceilingWindow must be positive, got " + ceilingWindow);
    }
    if (ceilingLock.compareTo(ceilingWindow) <= 0) {
      throw new IllegalArgumentException(
          "ceilingLock must be longer than the ceiling's window, got " + ceilingLock);
    }
    if (memory.isNegative() || memory.isZero()) {
      throw new IllegalArgumentException("memory must be positive, got " + memory);
    }
  }

  /**
   * Writes a policy out, with the default ceiling and memory.
   *
   * @param policy the policy
   * @return the table
   */
  public static LockoutTable of(LockoutPolicy policy) {
    List<Penalty> penalties = new ArrayList<>(MAX_STEPS);
    for (int failures = 1; failures <= MAX_STEPS; failures++) {
      penalties.add(policy.after(failures));
    }
    int last = MAX_STEPS - 1;
    while (last > 0 && penalties.get(last - 1).equals(penalties.get(last))) {
      last--;
    }
    return new LockoutTable(
        penalties.subList(0, last + 1),
        DEFAULT_CEILING,
        DEFAULT_CEILING_WINDOW,
        DEFAULT_CEILING_LOCK,
        DEFAULT_MEMORY);
  }

  /**
   * The penalty after so many consecutive wrong codes.
   *
   * @param failures 0 or more
   * @return the penalty; {@link Penalty#NONE} for 0
   */
  public Penalty after(int failures) {
    return failures == 0 ? Penalty.NONE : penalties.get(Math.min(failures, penalties.size()) - 1);
  }

  /**
   * How many more wrong codes lock, after so many.
   *
   * @param failures 0 or more
   * @return 1 or more; {@link Integer#MAX_VALUE} if no later count locks
   */
  public int untilLock(int failures) {
    int last = Math.max(failures + 1, penalties.size());
    for (int next = failures + 1; next <= last; next++) {
      if (after(next).kind() == Penalty.Kind.LOCK) {
        return next - failures;
      }
    }
    return Integer.MAX_VALUE;
  }
}
