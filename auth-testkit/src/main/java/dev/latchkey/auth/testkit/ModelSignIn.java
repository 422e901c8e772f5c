package dev.latchkey.auth.testkit;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every challenge, every wrong code and every device that one identifier ever had. */
final class ModelSignIn {
  private static final int DEVICE_FAILURES = 15;
  private static final int COUNTING_CODES = 2;

  private final OtpRules rules;
  private final List<Opened> all = new ArrayList<>();
  private final Row strangers = new Row();
  private final ModelRateLog ceiling = new ModelRateLog();
  private final List<Device> devices = new ArrayList<>();
  private long ceilingStamp;

  ModelSignIn(OtpRules rules) {
    this.rules = rules;
  }

  private static final class Opened {
    final ChallengeId id;
    final List<LiveCode> codes = new ArrayList<>();
    int wrong;
    boolean over;

    Opened(ChallengeId id) {
      this.id = id;
    }

    boolean holdsLive(Instant now) {
      return newestCodes().stream().anyMatch(code -> code.isLive(now));
    }

    List<LiveCode> newestCodes() {
      return codes.subList(Math.max(0, codes.size() - COUNTING_CODES), codes.size());
    }
  }

  /** The wrong codes since the last right one. */
  private static final class Row {
    final List<Instant> failures = new ArrayList<>();
    Penalty.Kind kind = Penalty.Kind.NONE;
    Instant until = Instant.EPOCH;
    Optional<LockId> lock = Optional.empty();

    Penalty.Kind heldBy(Instant now) {
      return now.isBefore(until) ? kind : Penalty.Kind.NONE;
    }

    boolean isLockedBy(LockId name, Instant now) {
      return heldBy(now) == Penalty.Kind.LOCK && lock.equals(Optional.of(name));
    }

    int count(LockoutTable table, Instant now) {
      if (failures.isEmpty()) {
        return 0;
      }
      Instant last = failures.stream().max(Instant::compareTo).orElseThrow();
      boolean known = now.isBefore(last.plus(table.memory())) || now.isBefore(until);
      return known ? failures.size() : 0;
    }

    void failed(Penalty penalty, LockId name, LockoutTable table, Instant now) {
      if (count(table, now) == 0) {
        failures.clear();
      }
      failures.add(now);
      kind = penalty.kind();
      until = failures.stream().max(Instant::compareTo).orElseThrow().plus(penalty.duration());
      lock = kind == Penalty.Kind.LOCK ? Optional.of(name) : Optional.empty();
    }

    void clear() {
      failures.clear();
      kind = Penalty.Kind.NONE;
      until = Instant.EPOCH;
      lock = Optional.empty();
    }
  }

  private record Device(String name, DeviceId id, Row row, Instant until) {}

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
    return all.stream()
        .filter(opened -> !opened.over)
        .filter(opened -> opened.codes.stream().anyMatch(code -> now.isBefore(code.expiresAt())))
        .toList();
  }

  private List<Opened> counting(Instant now) {
    List<Opened> present = present(now);
    return present.subList(Math.max(0, present.size() - rules.maxOpen()), present.size());
  }

  private Optional<Opened> find(ChallengeId id, int attempts, Instant now) {
    return counting(now).stream()
        .filter(opened -> opened.id.equals(id) && opened.holdsLive(now))
        .filter(opened -> opened.wrong < attempts)
        .findFirst();
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
    Opened opened = new Opened(challenge);
    opened.codes.add(code);
    all.add(opened);
    List<Opened> present = present(now);
    int kept = rules.maxOpen() + SignInState.SPARE;
    present
        .subList(0, Math.max(0, present.size() - kept))
        .forEach(pushedOut -> pushedOut.over = true);
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
    Instant allowed = resendAt(found.get(), rules);
    if (now.isBefore(allowed)) {
      return new OpenAnswer.TooEarly(allowed);
    }
    List<LiveCode> codes = found.get().codes;
    codes.add(code);
    while (codes.size() > COUNTING_CODES + 1) {
      codes.remove(0);
    }
    return new OpenAnswer.Opened();
  }

  GuessAnswer guess(Guess guess, int shortCodeAttempts, Instant now) {
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
    all.stream().filter(opened -> !counting.contains(opened)).forEach(gone -> gone.over = true);
    boolean right =
        found.get().newestCodes().stream()
            .anyMatch(code -> code.hash().matches(guess.candidate()) && code.isLive(now));
    if (right) {
      found.get().over = true;
      row.clear();
      DeviceId device = guess.device().orElse(guess.newcomer());
      remember(device.value(), device, new Row(), now);
      return new GuessAnswer.Right();
    }
    found.get().wrong++;
    found.get().over = found.get().wrong >= rules.maxAttempts();
    return wrong(guess, own.isPresent(), row, attempts - found.get().wrong, now);
  }

  private GuessAnswer wrong(Guess guess, boolean known, Row row, int challengeLeft, Instant now) {
    LockoutTable table = rules.lockout();
    int failures = row.count(table, now) + 1;
    Penalty penalty = table.after(failures);
    int left = challengeLeft;
    if (!known) {
      List<Quota> quota = List.of(Quota.of(table.ceiling(), table.ceilingWindow()));
      if (ceiling.remaining(quota, now) > 0) {
        ceiling.admitted(now, ceilingStamp++);
      }
      int untilCeiling = ceiling.remaining(quota, now);
      left = Math.min(left, untilCeiling);
      penalty = untilCeiling == 0 ? Penalty.lock(table.ceilingLock()) : penalty;
    }
    row.failed(penalty, guess.lock(), table, now);
    boolean locked = penalty.kind() == Penalty.Kind.LOCK;
    return new GuessAnswer.Wrong(
        failures, locked ? 0 : Math.min(left, table.untilLock(failures)), penalty, known);
  }

  private void remember(String name, DeviceId id, Row row, Instant now) {
    devices.removeIf(device -> device.name.equals(name) || device.id.equals(id));
    devices.add(new Device(name, id, row, now.plus(rules.deviceLifetime())));
    if (devices.size() > rules.maxDevices()) {
      devices.remove(0);
    }
  }

  UnlockAnswer unlock(Unlock unlock, Instant now) {
    boolean running =
        strangers.isLockedBy(unlock.grant(), now)
            || devices.stream().anyMatch(device -> device.row.isLockedBy(unlock.grant(), now));
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
            .orElseGet(Row::new);
    remember(name, unlock.newcomer(), row, now);
    return UnlockAnswer.REPLACED;
  }

  void forgetDevices() {
    devices.clear();
  }
}
