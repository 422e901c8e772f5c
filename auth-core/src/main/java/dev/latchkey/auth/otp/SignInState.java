package dev.latchkey.auth.otp;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All that is known of one identifier's attempts to sign in, and the only statement of the rules
 * about them. Called by store authors: a store keeps one record for each identifier and runs these
 * transitions on it atomically.
 *
 * <p>Guarantees: asking the lock, finding the challenge, comparing the code, counting it, and
 * clearing or advancing the lane are one transition. Nothing is counted that was not compared, and
 * nothing compared that was not counted. A right code closes its challenge. The lane outlives
 * challenges, resends and locks; success alone clears it, and clears nothing of the ceiling. A
 * clock that steps back lengthens no code and shortens no penalty.
 *
 * <p>Does not guarantee that a clock which steps back and forth again leaves a code dead that it
 * had refused while it stood before the code's creation.
 *
 * <p>Bounds: {@value #SPARE} challenges more than {@link OtpRules#maxOpen}, three codes each, and
 * {@link LockoutTable#ceiling} stamps. Immutable.
 *
 * @param challenges the open challenges, the oldest first
 * @param strangers the consecutive failures of everybody who is not a known device
 * @param ceiling all of the strangers' failures in the ceiling's window, success or not
 * @param devices the known devices, the newest last, each with failures of its own
 */
public record SignInState(
    List<Challenge> challenges, Lane strangers, RateLog ceiling, List<DeviceLane> devices) {
  /** The record of an identifier that was never seen. */
  public static final SignInState EMPTY =
      new SignInState(List.of(), Lane.CLEAR, RateLog.EMPTY, List.of());

  /**
   * Challenges kept beyond those that count, so that one that is taken back restores the one it
   * pushed out: as many as the send limits let be under way at once.
   */
  public static final int SPARE = 4;

  /**
   * Copies both lists.
   *
   * @param challenges the open challenges, the oldest first
   * @param strangers the consecutive failures of everybody who is not a known device
   * @param ceiling all of the strangers' failures in the ceiling's window
   * @param devices the known devices, the newest last
   */
  public SignInState {
    challenges = List.copyOf(challenges);
    devices = List.copyOf(devices);
  }

  /**
   * How the identifier stands for a device. Changes nothing.
   *
   * @param challenge the challenge that a resend names
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the standing
   */
  public OtpStanding status(
      ChallengeId challenge, Optional<DeviceId> device, OtpRules rules, Instant now) {
    Optional<DeviceLane> own = known(device, rules, now);
    Lane lane = own.map(DeviceLane::lane).orElse(strangers);
    Penalty.Kind kind = lane.heldBy(now);
    boolean held = kind != Penalty.Kind.NONE;
    return new OtpStanding(
        kind,
        held ? lane.until() : Instant.EPOCH,
        held ? lane.lock() : Optional.empty(),
        own.map(DeviceLane::name),
        find(challenge, rules.maxAttempts(), rules, now).map(found -> resendAt(found, rules)));
  }

  /**
   * Opens a challenge. Opening the same one again changes nothing and is answered alike, so that a
   * call that is delivered twice opens one.
   *
   * @param challenge the name of the new challenge
   * @param code its first code
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the record afterwards, and {@link OpenAnswer.Opened} or {@link OpenAnswer.Locked}
   */
  public Transition<SignInState, OpenAnswer> open(
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    Optional<OpenAnswer> locked = locked(device, rules, now);
    if (locked.isPresent()) {
      return unchanged(locked.get());
    }
    if (find(challenge, rules.maxAttempts(), rules, now).isPresent()) {
      return unchanged(new OpenAnswer.Opened());
    }
    List<Challenge> open = new ArrayList<>(live(now).toList());
    open.add(new Challenge(challenge, code.createdAt(), List.of(code), 0));
    List<Challenge> kept = newest(open, rules.maxOpen() + SPARE);
    return changed(kept, strangers, ceiling, devices, rules, now, new OpenAnswer.Opened());
  }

  /**
   * Adds a code to a live challenge, whose guesses stay counted; of three codes the oldest ends.
   * Adding the same one again changes nothing and is answered alike.
   *
   * @param challenge the challenge
   * @param code the new code
   * @param device who asks, if it showed a valid device token
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the record afterwards and the answer
   */
  public Transition<SignInState, OpenAnswer> addCode(
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    Optional<OpenAnswer> locked = locked(device, rules, now);
    if (locked.isPresent()) {
      return unchanged(locked.get());
    }
    Optional<Challenge> found = find(challenge, rules.maxAttempts(), rules, now);
    if (found.isEmpty()) {
      return unchanged(new OpenAnswer.Gone());
    }
    if (found.get().holds(code.hash())) {
      return unchanged(new OpenAnswer.Opened());
    }
    Instant allowedAt = resendAt(found.get(), rules);
    if (now.isBefore(allowedAt)) {
      return unchanged(new OpenAnswer.TooEarly(allowedAt));
    }
    List<Challenge> open =
        live(now).map(c -> c.id().equals(challenge) ? c.withCode(code) : c).toList();
    return changed(open, strangers, ceiling, devices, rules, now, new OpenAnswer.Opened());
  }

  private Optional<OpenAnswer> locked(Optional<DeviceId> device, OtpRules rules, Instant now) {
    Lane lane = known(device, rules, now).map(DeviceLane::lane).orElse(strangers);
    return lane.heldBy(now) == Penalty.Kind.LOCK
        ? lane.lock().map(lock -> new OpenAnswer.Locked(lane.until(), lock))
        : Optional.empty();
  }

  /**
   * Takes a code back that nobody was sent: what it pushed out counts again, and a challenge that
   * had no other code is gone. Guesses stay counted. Taking it back again changes nothing.
   *
   * @param challenge the challenge
   * @param code the hash of the code
   * @return the record afterwards, and whether the code was there
   */
  public Transition<SignInState, Boolean> withdraw(ChallengeId challenge, CodeHash code) {
    boolean held = challenges.stream().anyMatch(c -> c.id().equals(challenge) && c.holds(code));
    if (!held) {
      return unchanged(false);
    }
    List<Challenge> rest =
        challenges.stream()
            .flatMap(c -> c.id().equals(challenge) ? c.without(code).stream() : Stream.of(c))
            .toList();
    return new Transition<>(new SignInState(rest, strangers, ceiling, devices), true);
  }

  /**
   * Compares a guess, and counts it if it was compared: in the lane of its device if that is known,
   * in the strangers' otherwise. A right one clears that lane alone, and makes its device known.
   * The guess that brought the running lock is answered alike when it is delivered again.
   *
   * @param guess the guess
   * @param rules the numbers to reckon with
   * @param now the time of the guess
   * @return the record afterwards and the answer
   */
  public Transition<SignInState, GuessAnswer> guess(Guess guess, OtpRules rules, Instant now) {
    Optional<GuessAnswer> again = lockedBy(guess, now);
    if (again.isPresent()) {
      return unchanged(again.get());
    }
    Optional<DeviceLane> own = known(guess.device(), rules, now);
    Lane lane = own.map(DeviceLane::lane).orElse(strangers);
    Penalty.Kind held = lane.heldBy(now);
    if (held != Penalty.Kind.NONE) {
      return unchanged(new GuessAnswer.Held(held, lane.until()));
    }
    int attempts = rules.attempts(guess.form());
    Optional<Challenge> found = find(guess.challenge(), attempts, rules, now);
    if (found.isEmpty()) {
      return unchanged(new GuessAnswer.Expired());
    }
    if (found.get().matches(guess.candidate(), now)) {
      return right(guess, own, rules, now);
    }
    Challenge guessed = found.get().guessed();
    List<Challenge> open =
        counting(rules, now)
            .map(c -> c.id().equals(guessed.id()) ? guessed : c)
            .filter(c -> c.guesses() < rules.maxAttempts())
            .toList();
    int challengeLeft = attempts - guessed.guesses();
    return own.isPresent()
        ? wrong(guess, own.get(), open, challengeLeft, rules, now)
        : wrong(guess, open, challengeLeft, rules, now);
  }

  /**
   * What was answered to this very guess, if it brought the lock that is running: a call that is
   * delivered twice must not hide from its caller that there is a lock to mail.
   */
  private Optional<GuessAnswer> lockedBy(Guess guess, Instant now) {
    return strangers.isLockedBy(guess.lock(), now)
        ? Optional.of(locking(strangers, false))
        : deviceLanes(now)
            .filter(lane -> lane.isLockedBy(guess.lock(), now))
            .findFirst()
            .map(lane -> locking(lane, true));
  }

  private static GuessAnswer locking(Lane lane, boolean known) {
    Penalty lock = Penalty.lock(Duration.between(lane.lastFailureAt(), lane.until()));
    return new GuessAnswer.Wrong(lane.failures(), 0, lock, known);
  }

  private Transition<SignInState, GuessAnswer> right(
      Guess guess, Optional<DeviceLane> own, OtpRules rules, Instant now) {
    List<Challenge> others =
        counting(rules, now).filter(c -> !c.id().equals(guess.challenge())).toList();
    DeviceId device = guess.device().orElse(guess.newcomer());
    // A lane of its own from now on, also if it came by an unlock: the next unlock of that lock
    // opens another, and pushes out nobody who has signed in.
    DeviceLane cleared =
        new DeviceLane(device.value(), device, Lane.CLEAR, now.plus(rules.deviceLifetime()));
    return changed(
        others,
        own.isPresent() ? strangers : Lane.CLEAR,
        ceiling,
        with(cleared, rules),
        rules,
        now,
        new GuessAnswer.Right());
  }

  /** A stranger's wrong code, which the ceiling counts too. */
  private Transition<SignInState, GuessAnswer> wrong(
      Guess guess, List<Challenge> open, int challengeLeft, OtpRules rules, Instant now) {
    LockoutTable table = rules.lockout();
    Quota quota = Quota.of(table.ceiling(), table.ceilingWindow());
    Transition<RateLog, RateDecision> counted = ceiling.admit(List.of(quota), now);
    int untilCeiling = counted.answer().standing().remaining();
    Lane before = strangers.asOf(table.memory(), now);
    int failures = before.failures() + 1;
    Penalty penalty = untilCeiling == 0 ? Penalty.lock(table.ceilingLock()) : table.after(failures);
    return changed(
        open,
        before.failed(penalty, guess.lock(), now),
        counted.record(),
        devices,
        rules,
        now,
        new GuessAnswer.Wrong(
            failures,
            attemptsLeft(penalty, Math.min(challengeLeft, untilCeiling), failures, table),
            penalty,
            false));
  }

  /** A known device's wrong code, which is nobody else's. */
  private Transition<SignInState, GuessAnswer> wrong(
      Guess guess,
      DeviceLane own,
      List<Challenge> open,
      int challengeLeft,
      OtpRules rules,
      Instant now) {
    LockoutTable table = rules.lockout();
    Lane before = own.lane().asOf(table.memory(), now);
    int failures = before.failures() + 1;
    Penalty penalty = table.after(failures);
    Lane after = before.failed(penalty, guess.lock(), now);
    return changed(
        open,
        strangers,
        ceiling,
        devices.stream().map(known -> known.equals(own) ? own.with(after) : known).toList(),
        rules,
        now,
        new GuessAnswer.Wrong(
            failures, attemptsLeft(penalty, challengeLeft, failures, table), penalty, true));
  }

  private static int attemptsLeft(
      Penalty penalty, int otherwise, int failures, LockoutTable table) {
    return penalty.kind() == Penalty.Kind.LOCK ? 0 : Math.min(otherwise, table.untilLock(failures));
  }

  /**
   * Makes the bearer of an unlock token a known device. The strangers' lane is not touched. All
   * unlocks of one lock share one lane: a later one replaces the device and takes over its count.
   *
   * @param unlock what the token asks for
   * @param rules the numbers to reckon with
   * @param now the time of the request
   * @return the record afterwards and the answer
   */
  public Transition<SignInState, UnlockAnswer> unlock(Unlock unlock, OtpRules rules, Instant now) {
    if (unlock.kind() == Unlock.Kind.LOCK && !isRunning(unlock.grant(), now)) {
      return unchanged(UnlockAnswer.REFUSED);
    }
    if (known(unlock.device(), rules, now).filter(lane -> lane.isUsable(rules, now)).isPresent()) {
      return unchanged(UnlockAnswer.KEPT);
    }
    String name = unlock.grant().value();
    Lane lane =
        devices.stream()
            .filter(known -> known.name().equals(name))
            .map(DeviceLane::lane)
            .findFirst()
            .orElse(Lane.CLEAR);
    DeviceLane opened =
        new DeviceLane(name, unlock.newcomer(), lane, now.plus(rules.deviceLifetime()));
    return changed(
        challenges, strangers, ceiling, with(opened, rules), rules, now, UnlockAnswer.REPLACED);
  }

  private boolean isRunning(LockId lock, Instant now) {
    return Stream.concat(Stream.of(strangers), deviceLanes(now))
        .anyMatch(lane -> lane.isLockedBy(lock, now));
  }

  /** Without those whose time is over: they may be gone from the record, or not yet. */
  private Stream<Lane> deviceLanes(Instant now) {
    return devices.stream().filter(known -> now.isBefore(known.until())).map(DeviceLane::lane);
  }

  /**
   * Forgets all known devices: they are strangers from now on.
   *
   * @return the record afterwards, and how many there were
   */
  public Transition<SignInState, Integer> forgetDevices() {
    return devices.isEmpty()
        ? unchanged(0)
        : new Transition<>(
            new SignInState(challenges, strangers, ceiling, List.of()), devices.size());
  }

  /** The lane of a device, if it is open; otherwise the device is a stranger. */
  private Optional<DeviceLane> known(Optional<DeviceId> device, OtpRules rules, Instant now) {
    return device.flatMap(
        id ->
            devices.stream()
                .filter(lane -> lane.device().equals(id) && lane.isOpen(rules, now))
                .findFirst());
  }

  /** The devices with this lane as the newest, in place of any of its name or device. */
  private List<DeviceLane> with(DeviceLane lane, OtpRules rules) {
    List<DeviceLane> all =
        Stream.concat(
                devices.stream()
                    .filter(known -> !known.name().equals(lane.name()))
                    .filter(known -> !known.device().equals(lane.device())),
                Stream.of(lane))
            .toList();
    return newest(all, rules.maxDevices());
  }

  /**
   * From when on the record says no more than {@link #EMPTY} does, so that a store may drop it.
   *
   * @param memory how long a count outlives its last wrong code, see {@link LockoutTable#memory}
   * @return the end of the last thing that it holds
   */
  public Instant expiresAt(Duration memory) {
    return Stream.of(
            challenges.stream().map(Challenge::expiresAt),
            Stream.of(strangers.keptUntil(memory), ceiling.expiresAt()),
            devices.stream().map(DeviceLane::until))
        .flatMap(Function.identity())
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private Stream<Challenge> live(Instant now) {
    return challenges.stream().filter(challenge -> now.isBefore(challenge.expiresAt()));
  }

  private Optional<Challenge> find(ChallengeId id, int attempts, OtpRules rules, Instant now) {
    return counting(rules, now)
        .filter(c -> c.id().equals(id) && c.isLive(now))
        .filter(c -> c.guesses() < attempts)
        .findFirst();
  }

  /** Without the spare ones: what a guess closes brings no challenge back that was pushed out. */
  private Stream<Challenge> counting(OtpRules rules, Instant now) {
    return newest(live(now).toList(), rules.maxOpen()).stream();
  }

  private static <T> List<T> newest(List<T> all, int count) {
    return all.subList(Math.max(0, all.size() - count), all.size());
  }

  private static Instant resendAt(Challenge challenge, OtpRules rules) {
    return challenge.newest().createdAt().plus(rules.resendAfter());
  }

  private <A> Transition<SignInState, A> unchanged(A answer) {
    return new Transition<>(this, answer);
  }

  private static <A> Transition<SignInState, A> changed(
      List<Challenge> challenges,
      Lane strangers,
      RateLog ceiling,
      List<DeviceLane> devices,
      OtpRules rules,
      Instant now,
      A answer) {
    Lane lane = strangers.asOf(rules.lockout().memory(), now);
    List<DeviceLane> kept = devices.stream().filter(known -> now.isBefore(known.until())).toList();
    return new Transition<>(new SignInState(challenges, lane, ceiling, kept), answer);
  }
}
