package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpPolicy;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.SessionStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every call that really reaches the stores, one after another, and holds it against the
 * promises in their plain words.
 */
final class SimulationJudge {
  private static final LockoutPolicy TABLE = LockoutPolicy.standard();

  /** A count that no lane of a device passes: it is a stranger from then on. */
  private static final int DEVICE_FAILURES = 15;

  private final SessionStore sessions;
  private final int maxSessions;
  private final IntSupplier actor;
  private final Map<IdentityHash, Guesses> guesses = new HashMap<>();
  private final Set<String> successors = new HashSet<>();
  private final Map<Integer, Integer> rights = new HashMap<>();
  private int compared;

  SimulationJudge(SessionStore sessions, int maxSessions, IntSupplier actor) {
    this.sessions = sessions;
    this.maxSessions = maxSessions;
    this.actor = actor;
  }

  /** How many right codes the store has acknowledged to the running actor. */
  int rights() {
    return rights.getOrDefault(actor.getAsInt(), 0);
  }

  int compared() {
    return compared;
  }

  /**
   * Whether strangers to some identifier are locked out now: by the record of the guesses alone.
   */
  boolean isLocked(IdentityHash identity, Instant now) {
    return guessesOf(identity).strangers.isLocked(now);
  }

  void done(String verb, List<Object> arguments, @Nullable Object answer) {
    switch (verb) {
      case "otp.guess" ->
          guessed(
              (IdentityHash) arguments.get(0),
              (Guess) arguments.get(1),
              (GuessAnswer) known(answer),
              (Instant) arguments.get(3));
      case "otp.open", "otp.addCode" -> opened(arguments, (OpenAnswer) known(answer));
      case "otp.unlock" -> unlocked(arguments, (UnlockAnswer) known(answer));
      case "otp.forgetDevices" -> guessesOf((IdentityHash) arguments.get(0)).devices.clear();
      case "session.rotate" -> rotated((Rotation) arguments.get(1), (RotateAnswer) known(answer));
      case "session.start" -> started((AccountId) arguments.get(0), (Instant) arguments.get(3));
      default -> {
        // Nothing is promised of it alone.
      }
    }
  }

  private static Object known(@Nullable Object answer) {
    if (answer == null) {
      throw new AssertionError("a store must answer");
    }
    return answer;
  }

  private Guesses guessesOf(IdentityHash identity) {
    return guesses.computeIfAbsent(identity, any -> new Guesses());
  }

  private void guessed(IdentityHash identity, Guess guess, GuessAnswer answer, Instant now) {
    Guesses of = guessesOf(identity);
    GuessAnswer locking = of.locking.get(guess.lock());
    if (locking != null && answer instanceof GuessAnswer.Wrong) {
      assertThat(answer).as("of a locking guess that is delivered again").isEqualTo(locking);
    } else if (answer instanceof GuessAnswer.Wrong wrong) {
      compared++;
      int onChallenge = of.wrong.merge(guess.challenge().value(), 1, Integer::sum);
      assertThat(onChallenge)
          .as("wrong codes of one challenge")
          .isLessThanOrEqualTo(OtpPolicy.DEFAULT_MAX_ATTEMPTS);
      assertThat(of.used).as("used challenges").doesNotContain(guess.challenge().value());
      Row row = wrong.known() ? of.rowOf(guess.device().orElseThrow()) : of.strangers;
      row.failed(wrong, now);
      if (row.lock) {
        of.locking.put(guess.lock(), wrong);
      }
      if (wrong.known()) {
        assertThat(row.failures).as("of a device").isLessThanOrEqualTo(DEVICE_FAILURES);
      }
    } else if (answer instanceof GuessAnswer.Right) {
      compared++;
      rights.merge(actor.getAsInt(), 1, Integer::sum);
      assertThat(of.used.add(guess.challenge().value())).as("first use of a challenge").isTrue();
      Optional<DeviceId> device = guess.device().filter(of::isOpen);
      Row row = device.map(of::rowOf).orElse(of.strangers);
      row.requireFree(now);
      row.clear();
      DeviceId known = guess.device().orElse(guess.newcomer());
      of.devices.put(known, new Row(known.value()));
    }
  }

  private void opened(List<Object> arguments, OpenAnswer answer) {
    Guesses of = guessesOf((IdentityHash) arguments.get(0));
    Instant now = (Instant) arguments.get(5);
    Optional<?> device = (Optional<?>) arguments.get(3);
    if (answer instanceof OpenAnswer.Opened && device.isEmpty()) {
      assertThat(of.strangers.isLocked(now)).as("a lock that strangers pass").isFalse();
    }
  }

  private void unlocked(List<Object> arguments, UnlockAnswer answer) {
    if (answer == UnlockAnswer.REPLACED) {
      Guesses of = guessesOf((IdentityHash) arguments.get(0));
      Unlock unlock = (Unlock) arguments.get(1);
      String name = unlock.grant().value();
      Row row =
          of.devices.values().stream()
              .filter(known -> known.name.equals(name))
              .findFirst()
              .orElseGet(() -> new Row(name));
      of.devices.values().removeIf(known -> known.name.equals(name));
      of.devices.put(unlock.newcomer(), row);
    }
  }

  private void rotated(Rotation rotation, RotateAnswer answer) {
    if (answer instanceof RotateAnswer.Rotated rotated && !rotated.again()) {
      String successor = rotation.session().value() + "#" + rotated.session().generation();
      assertThat(successors.add(successor)).as("one successor a refresh").isTrue();
    }
  }

  private void started(AccountId account, Instant now) {
    assertThat(sessions.list(account, now)).as("sessions").hasSizeLessThanOrEqualTo(maxSessions);
  }

  /** The guesses at one identifier. */
  private static final class Guesses {
    final Map<String, Integer> wrong = new HashMap<>();
    final Set<String> used = new HashSet<>();
    final Map<LockId, GuessAnswer> locking = new HashMap<>();
    final Map<DeviceId, Row> devices = new HashMap<>();
    final Row strangers = new Row("strangers");

    boolean isOpen(DeviceId device) {
      Row row = devices.get(device);
      return row != null && row.failures < DEVICE_FAILURES;
    }

    Row rowOf(DeviceId device) {
      Row row = devices.get(device);
      if (row == null) {
        throw new AssertionError("a device counts as known that nothing made known");
      }
      return row;
    }
  }

  /** Consecutive wrong codes of those who share a count. */
  private static final class Row {
    final String name;
    int failures;
    Instant last = Instant.EPOCH;
    Instant until = Instant.EPOCH;
    boolean lock;

    Row(String name) {
      this.name = name;
    }

    boolean isLocked(Instant now) {
      return lock && now.isBefore(until);
    }

    void requireFree(Instant now) {
      assertThat(now).as("of a compared guess").isAfterOrEqualTo(until);
    }

    void failed(GuessAnswer.Wrong wrong, Instant now) {
      requireFree(now);
      failures++;
      assertThat(wrong.failures()).as("consecutive failures").isEqualTo(failures);
      Penalty penalty = TABLE.after(failures);
      assertThat(wrong.penalty()).isEqualTo(penalty);
      last = now.isAfter(last) ? now : last;
      until = penalty.kind() == Penalty.Kind.NONE ? Instant.EPOCH : last.plus(penalty.duration());
      lock = penalty.kind() == Penalty.Kind.LOCK;
    }

    void clear() {
      failures = 0;
      last = Instant.EPOCH;
      until = Instant.EPOCH;
      lock = false;
    }
  }
}
