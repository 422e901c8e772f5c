package dev.latchkey.auth.testkit;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.ratelimit.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Every challenge, every wrong code and every device that one identifier ever had. */
final class ModelSignIn implements Model<ModelSignIn> {
  private static final int DEVICE_FAILURES = 15;
  private static final int COUNTING_CODES = 2;

  private final OtpRules rules;
  private final List<Opened> all;
  private final List<Device> devices;
  private final ModelRateLog ceiling;
  private Row strangers;

  ModelSignIn(OtpRules rules) {
    this(rules, List.of(), List.of(), new ModelRateLog(), Row.NEW);
  }

  private ModelSignIn(
      OtpRules rules, List<Opened> all, List<Device> devices, ModelRateLog ceiling, Row strangers) {
    this.rules = rules;
    this.all = new ArrayList<>(all);
    this.devices = new ArrayList<>(devices);
    this.ceiling = ceiling;
    this.strangers = strangers;
  }

  @Override
  public ModelSignIn copy() {
    return new ModelSignIn(rules, all, devices, ceiling.copy(), strangers);
  }

  @Override
  public Object state() {
    return List.of(List.copyOf(all), List.copyOf(devices), ceiling.state(), strangers);
  }

  private record Opened(ChallengeId id, List<LiveCode> codes, int wrong, boolean over) {
    boolean holdsLive(Instant now) {
      return newestCodes().stream().anyMatch(code -> code.isLive(now));
    }

    boolean holds(CodeHash hash) {
      return codes.stream().anyMatch(code -> code.hash().matches(hash));
    }

    boolean isPresent(Instant now) {
      return !over && codes.stream().anyMatch(code -> now.isBefore(code.expiresAt()));
    }

    List<LiveCode> newestCodes() {
      return newest(codes, COUNTING_CODES);
    }

    Opened with(LiveCode code) {
      List<LiveCode> more = Stream.concat(codes.stream(), Stream.of(code)).toList();
      return new Opened(id, newest(more, COUNTING_CODES + 1), wrong, over);
    }

    Opened without(CodeHash hash) {
      List<LiveCode> rest = codes.stream().filter(code -> !code.hash().matches(hash)).toList();
      return new Opened(id, rest, wrong, over || rest.isEmpty());
    }

    Opened ended() {
      return new Opened(id, codes, wrong, true);
    }

    Opened guessed(int most) {
      return new Opened(id, codes, wrong + 1, wrong + 1 >= most);
    }
  }

  /** The wrong codes since the last right one. */
  private record Row(
      List<Instant> failures, Penalty.Kind kind, Instant until, Optional<LockId> lock) {
    static final Row NEW = new Row(List.of(), Penalty.Kind.NONE, Instant.EPOCH, Optional.empty());

    Penalty.Kind heldBy(Instant now) {
      return now.isBefore(until) ? kind : Penalty.Kind.NONE;
    }

    boolean isLockedBy(LockId name, Instant now) {
      return heldBy(now) == Penalty.Kind.LOCK && lock.equals(Optional.of(name));
    }

    private Instant last() {
      return failures.stream().max(Instant::compareTo).orElseThrow();
    }

    int count(LockoutTable table, Instant now) {
      if (failures.isEmpty()) {
        return 0;
      }
      boolean known = now.isBefore(last().plus(table.memory())) || now.isBefore(until);
      return known ? failures.size() : 0;
    }

    Row failed(Penalty penalty, LockId name, LockoutTable table, Instant now) {
      Stream<Instant> before = count(table, now) == 0 ? Stream.empty() : failures.stream();
      List<Instant> all = Stream.concat(before, Stream.of(now)).toList();
      Instant from = all.stream().max(Instant::compareTo).orElseThrow();
      boolean locks = penalty.kind() == Penalty.Kind.LOCK;
      return new Row(
          all,
          penalty.kind(),
          from.plus(penalty.duration()),
          locks ? Optional.of(name) : Optional.empty());
    }

    /** What was said to the guess that brought the lock. */
    GuessAnswer locking(boolean known) {
      Penalty lock = Penalty.lock(Duration.between(last(), until));
      return new GuessAnswer.Wrong(failures.size(), 0, lock, known);
    }
  }

  private record Device(String name, DeviceId id, Row row, Instant until) {}

  private static <T> List<T> newest(List<T> list, int count) {
    return List.copyOf(list.subList(Math.max(0, list.size() - count), list.size()));
  }

  private Optional<Device> known(Optional<DeviceId> id, Instant now) {
    return devices.stream()
        .filter(device -> id.equals(Optional.of(device.id)))
        .filter(device -> now.isBefore(device.until))
        .filter(device -> device.row.count(rules.lockout(), now) < DEVICE_FAILURES)
        .findFirst();
  }

  private Row rowOf(Optional<DeviceId> id, Instant now) {
    return known(id, now).map(Device::row).orElse(strangers);
  }

  /** What is neither used, exhausted nor pushed out, and has a code that has not ended. */
  private List<Opened> present(Instant now) {
    return all.stream().filter(opened -> opened.isPresent(now)).toList();
  }

  private List<Opened> counting(Instant now) {
    return newest(present(now), rules.maxOpen());
  }

  private Optional<Opened> find(ChallengeId id, int attempts, Instant now) {
    return counting(now).stream()
        .filter(opened -> opened.id.equals(id) && opened.holdsLive(now))
        .filter(opened -> opened.wrong < attempts)
        .findFirst();
  }

  private void change(ChallengeId id, UnaryOperator<Opened> change) {
    all.replaceAll(opened -> opened.id.equals(id) ? change.apply(opened) : opened);
  }

  private static Instant resendAt(Opened opened, OtpRules rules) {
    return opened.codes.get(opened.codes.size() - 1).createdAt().plus(rules.resendAfter());
  }

  OtpStanding status(ChallengeId challenge, Optional<DeviceId> device, Instant now) {
    Row row = rowOf(device, now);
    boolean held = row.heldBy(now) != Penalty.Kind.NONE;
    return new OtpStanding(
        row.heldBy(now),
        held ? row.until : Instant.EPOCH,
        held ? row.lock : Optional.empty(),
        known(device, now).map(Device::name),
        find(challenge, rules.maxAttempts(), now).map(found -> resendAt(found, rules)));
  }

  private Optional<OpenAnswer> locked(Optional<DeviceId> device, Instant now) {
    Row row = rowOf(device, now);
    return row.heldBy(now) == Penalty.Kind.LOCK
        ? row.lock.map(lock -> new OpenAnswer.Locked(row.until, lock))
        : Optional.empty();
  }

  OpenAnswer open(ChallengeId challenge, LiveCode code, Optional<DeviceId> device, Instant now) {
    Optional<OpenAnswer> locked = locked(device, now);
    if (locked.isPresent()) {
      return locked.get();
    }
    if (find(challenge, rules.maxAttempts(), now).isEmpty()) {
      all.add(new Opened(challenge, List.of(code), 0, false));
      List<Opened> kept = newest(present(now), rules.maxOpen() + SignInState.SPARE);
      all.replaceAll(opened -> kept.contains(opened) ? opened : opened.ended());
    }
    return new OpenAnswer.Opened();
  }

  OpenAnswer addCode(ChallengeId challenge, LiveCode code, Optional<DeviceId> device, Instant now) {
    Optional<OpenAnswer> locked = locked(device, now);
    if (locked.isPresent()) {
      return locked.get();
    }
    Optional<Opened> found = find(challenge, rules.maxAttempts(), now);
    if (found.isEmpty()) {
      return new OpenAnswer.Gone();
    }
    if (found.get().holds(code.hash())) {
      return new OpenAnswer.Opened();
    }
    Instant allowed = resendAt(found.get(), rules);
    if (now.isBefore(allowed)) {
      return new OpenAnswer.TooEarly(allowed);
    }
    change(challenge, opened -> opened.with(code));
    return new OpenAnswer.Opened();
  }

  /** Of a challenge that has ended a store may know no more. */
  boolean withdraw(ChallengeId challenge, CodeHash code, Instant now, boolean answer) {
    Optional<Opened> found =
        all.stream().filter(opened -> opened.id.equals(challenge) && !opened.over).findFirst();
    boolean held = found.filter(opened -> opened.holds(code)).isPresent();
    boolean mayBeForgotten = held && found.filter(opened -> opened.isPresent(now)).isEmpty();
    change(challenge, opened -> opened.without(code));
    return mayBeForgotten ? answer : held;
  }

  GuessAnswer guess(Guess guess, int shortCodeAttempts, Instant now) {
    Optional<GuessAnswer> again = lockedBy(guess.lock(), now);
    if (again.isPresent()) {
      return again.get();
    }
    Optional<Device> own = known(guess.device(), now);
    Row row = own.map(Device::row).orElse(strangers);
    if (row.heldBy(now) != Penalty.Kind.NONE) {
      return new GuessAnswer.Held(row.heldBy(now), row.until);
    }
    int attempts = guess.form() == CodeForm.SIX_DIGITS ? shortCodeAttempts : rules.maxAttempts();
    Optional<Opened> found = find(guess.challenge(), attempts, now);
    if (found.isEmpty()) {
      return new GuessAnswer.Expired();
    }
    // Whatever is compared ends what others had pushed out.
    List<Opened> counting = counting(now);
    all.replaceAll(opened -> counting.contains(opened) ? opened : opened.ended());
    boolean right =
        found.get().newestCodes().stream()
            .anyMatch(code -> code.hash().matches(guess.candidate()) && code.isLive(now));
    if (right) {
      change(guess.challenge(), Opened::ended);
      strangers = own.isPresent() ? strangers : Row.NEW;
      DeviceId device = guess.device().orElse(guess.newcomer());
      remember(device.value(), device, Row.NEW, now);
      return new GuessAnswer.Right();
    }
    change(guess.challenge(), opened -> opened.guessed(rules.maxAttempts()));
    return wrong(guess, own, row, attempts - found.get().wrong - 1, now);
  }

  /** A guess that locked, and is delivered again while it does. */
  private Optional<GuessAnswer> lockedBy(LockId lock, Instant now) {
    if (strangers.isLockedBy(lock, now)) {
      return Optional.of(strangers.locking(false));
    }
    return devices.stream()
        .filter(device -> now.isBefore(device.until))
        .map(Device::row)
        .filter(row -> row.isLockedBy(lock, now))
        .findFirst()
        .map(row -> row.locking(true));
  }

  private GuessAnswer wrong(
      Guess guess, Optional<Device> own, Row row, int challengeLeft, Instant now) {
    LockoutTable table = rules.lockout();
    int failures = row.count(table, now) + 1;
    Penalty penalty = table.after(failures);
    int left = challengeLeft;
    if (own.isEmpty()) {
      Quota quota = Quota.of(table.ceiling(), table.ceilingWindow());
      if (ceiling.count(quota, now) < table.ceiling()) {
        ceiling.record(now);
      }
      int untilCeiling = table.ceiling() - ceiling.count(quota, now);
      left = Math.min(left, untilCeiling);
      penalty = untilCeiling == 0 ? Penalty.lock(table.ceilingLock()) : penalty;
    }
    Row failed = row.failed(penalty, guess.lock(), table, now);
    if (own.isPresent()) {
      Device device = own.get();
      devices.replaceAll(
          known ->
              known.equals(device) ? new Device(known.name, known.id, failed, known.until) : known);
    } else {
      strangers = failed;
    }
    boolean locked = penalty.kind() == Penalty.Kind.LOCK;
    return new GuessAnswer.Wrong(
        failures, locked ? 0 : Math.min(left, table.untilLock(failures)), penalty, own.isPresent());
  }

  private void remember(String name, DeviceId id, Row row, Instant now) {
    devices.removeIf(device -> device.name.equals(name) || device.id.equals(id));
    devices.add(new Device(name, id, row, now.plus(rules.deviceLifetime())));
    if (devices.size() > rules.maxDevices()) {
      devices.remove(0);
    }
  }

  UnlockAnswer unlock(Unlock unlock, Instant now) {
    boolean running = lockedBy(unlock.grant(), now).isPresent();
    if (unlock.kind() == Unlock.Kind.LOCK && !running) {
      return UnlockAnswer.REFUSED;
    }
    Optional<Device> own = known(unlock.device(), now);
    if (own.isPresent() && own.get().row.heldBy(now) != Penalty.Kind.LOCK) {
      return UnlockAnswer.KEPT;
    }
    String name = unlock.grant().value();
    Row row =
        devices.stream()
            .filter(device -> device.name.equals(name))
            .map(Device::row)
            .findFirst()
            .orElse(Row.NEW);
    remember(name, unlock.newcomer(), row, now);
    return UnlockAnswer.REPLACED;
  }

  /** Of devices whose time is over a store may know no more. */
  int forgetDevices(Instant now, int answer) {
    int most = devices.size();
    int least = (int) devices.stream().filter(device -> now.isBefore(device.until)).count();
    devices.clear();
    return Math.max(least, Math.min(most, answer));
  }
}
