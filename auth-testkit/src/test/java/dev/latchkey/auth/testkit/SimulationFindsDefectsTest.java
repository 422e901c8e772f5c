package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Stores with one defect each: a simulation that can not fail proves nothing. */
class SimulationFindsDefectsTest {
  private static final int SEEDS = 150;

  @Test
  void run_whereAUsedCodeWorksAgain_fails() {
    assertFound(
        () -> {
          Map<String, Object> right = new HashMap<>();
          return (verb, arguments, call) -> {
            if (!verb.equals("otp.guess") || !(arguments.get(1) instanceof Guess guess)) {
              return call.make();
            }
            String key = guess.challenge().value() + guess.candidate().text();
            if (right.containsKey(key)) {
              return right.get(key);
            }
            Object answer = call.make();
            if (answer instanceof GuessAnswer.Right) {
              right.put(key, answer);
            }
            return answer;
          };
        });
  }

  @Test
  void run_whereALockIsForgotten_fails() {
    assertFound(
        () ->
            (verb, arguments, call) -> {
              if (verb.equals("otp.status")) {
                return new OtpStanding(
                    Penalty.Kind.NONE,
                    Instant.EPOCH,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
              }
              if (verb.equals("otp.open")) {
                Object answer = call.make();
                return answer instanceof OpenAnswer.Locked ? new OpenAnswer.Opened() : answer;
              }
              return call.make();
            });
  }

  @Test
  void run_whereATokenHasTwoSuccessors_fails() {
    assertFound(
        () -> {
          Map<String, Object> answers = new HashMap<>();
          return (verb, arguments, call) -> {
            if (!verb.equals("session.rotate")
                || !(arguments.get(1) instanceof Rotation rotation)) {
              return call.make();
            }
            String key = rotation.session().value() + rotation.generation();
            if (answers.containsKey(key)) {
              return answers.get(key);
            }
            Object answer = call.make();
            if (answer instanceof RotateAnswer.Rotated) {
              answers.put(key, answer);
            }
            return answer;
          };
        });
  }

  @Test
  void run_whereAnEndIsForgotten_fails() {
    assertFound(
        () ->
            (verb, arguments, call) ->
                verb.equals("session.end") && arguments.get(1) instanceof EndScope.One
                    ? Set.of()
                    : call.make());
  }

  @Test
  void run_whereNoSessionIsPushedOut_fails() {
    assertFound(
        () -> {
          Set<Object> gone = new HashSet<>();
          return (verb, arguments, call) -> {
            if (verb.equals("session.start")) {
              gone.add(arguments.get(1));
            }
            Object answer = call.make();
            return verb.equals("session.list") && gone.size() > 3 ? List.copyOf(gone) : answer;
          };
        });
  }

  @Test
  void run_whereStoresThatShouldWorkDoNot_fails() {
    assertFound(
        () ->
            (verb, arguments, call) -> {
              if (verb.equals("otp.guess")) {
                throw new StoreUnavailableException(verb, true, null);
              }
              return call.make();
            });
  }

  @Test
  void run_withTheSameSeed_goesTheSameWay() {
    Function<Clock, AuthStores> stores = InMemoryStores::create;
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(summary(Simulation.run(Simulation.Kind.FAULTY_FLEET, seed, stores)))
          .isEqualTo(summary(Simulation.run(Simulation.Kind.FAULTY_FLEET, seed, stores)));
    }
  }

  private static List<Long> summary(Simulation done) {
    return List.of(
        (long) done.signIns(),
        (long) done.compared(),
        (long) done.refreshes(),
        (long) done.revocations(),
        done.faults());
  }

  private static void assertFound(Supplier<WrappedStores.Around> defect) {
    assertThatThrownBy(
            () ->
                Seeds.run(
                    "",
                    SEEDS,
                    seed ->
                        Simulation.run(
                            Simulation.Kind.FLEET,
                            seed,
                            clock -> WrappedStores.of(InMemoryStores.create(clock), defect.get()))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dlatchkey.seed=");
  }
}
