package dev.latchkey.auth.lockout;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The count of consecutive wrong codes of those who share one, and the penalty that is running.
 * Called by store authors, as a part of the record of an identifier.
 *
 * <p>Guarantees: a pure value; a clock that steps back shortens no penalty, since a penalty ends at
 * an instant that is fixed when it begins, and begins no earlier than the latest failure.
 *
 * @param failures consecutive wrong codes, 0 or more
 * @param lastFailureAt when the latest was, {@link Instant#EPOCH} if there was none
 * @param penalty the kind of the latest penalty
 * @param until when it ends, exclusive; {@link Instant#EPOCH} if there was none
 * @param lock the name of the latest penalty, if it was a lock
 */
public record Lane(
    int failures,
    Instant lastFailureAt,
    Penalty.Kind penalty,
    Instant until,
    Optional<LockId> lock) {
  /** Nobody has failed. */
  public static final Lane CLEAR =
      new Lane(0, Instant.EPOCH, Penalty.Kind.NONE, Instant.EPOCH, Optional.empty());

  /**
   * What holds a guess up now.
   *
   * @param now the time of the guess
   * @return the kind of the running penalty; {@link Penalty.Kind#NONE} if a guess may come
   */
  public Penalty.Kind heldBy(Instant now) {
    return now.isBefore(until) ? penalty : Penalty.Kind.NONE;
  }

  /**
   * The lane after one more wrong code.
   *
   * @param penalty what follows it
   * @param name the name of the penalty, should it be a lock
   * @param now the time of the guess
   * @return the lane with the penalty running
   */
  public Lane failed(Penalty penalty, LockId name, Instant now) {
    Instant at = now.isAfter(lastFailureAt) ? now : lastFailureAt;
    return new Lane(
        failures + 1,
        at,
        penalty.kind(),
        at.plus(penalty.duration()),
        penalty.kind() == Penalty.Kind.LOCK ? Optional.of(name) : Optional.empty());
  }

  /**
   * Whether a lock of this name is running.
   *
   * @param name the name of a lock
   * @param now the time
   * @return false for an earlier or later lock, and once the lock is over
   */
  public boolean isLockedBy(LockId name, Instant now) {
    return heldBy(now) == Penalty.Kind.LOCK && lock.equals(Optional.of(name));
  }

  /**
   * Until when the lane is remembered: the later of two instants, {@code memory} after the last
   * wrong code and the end of the penalty.
   *
   * @param memory how long a count outlives its last wrong code
   * @return the later
   */
  public Instant keptUntil(Duration memory) {
    Instant remembered = failures == 0 ? Instant.EPOCH : lastFailureAt.plus(memory);
    return remembered.isAfter(until) ? remembered : until;
  }

  /**
   * The lane as it counts now.
   *
   * @param memory how long a count outlives its last wrong code
   * @param now the time
   * @return {@link #CLEAR} once it is forgotten
   */
  public Lane asOf(Duration memory, Instant now) {
    return now.isBefore(keptUntil(memory)) ? this : CLEAR;
  }
}
