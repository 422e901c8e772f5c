package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a whole service promises over a bundle of stores when calls fail and nodes get in each
 * other's way, in many small simulations. Extended by store authors: give it fresh stores, and
 * every test must pass.
 *
 * <p>One simulation is two nodes in virtual time and up to four actors that do all there is to do;
 * a seed decides who goes on at each call of a store, what fails, and how time passes. Held in each
 * of them: nobody is signed in without the store's word; no code is used twice; no more wrong codes
 * are compared than the table allows, over all lanes; no lock is lost; a refresh has one successor;
 * what was ended stays ended; an account has no more sessions than its bound; whatever a caller
 * heard of an outage, trying again harms nothing, and in the end the owner gets in.
 *
 * <p>A failure names its seed; {@code -Dlatchkey.seed=} replays that one alone. With {@link
 * Thorough} there are ten times as many.
 */
@DisplayName("A simulated fleet over these stores")
public abstract class SimulationContract {
  private static final int DEFAULT_SEEDS = 400;

  /** Made by test frameworks, which call subclasses only. */
  protected SimulationContract() {}

  /**
   * Fresh stores, with nothing in them that another simulation has put there. Called once a seed.
   *
   * @param clock the time of the simulation; whatever of the stores asks a clock asks this one
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  /**
   * How many simulations of each kind the default build runs. Overridden where a call is slow.
   *
   * @return 1 or more; at least a few dozen, so that each thing happens in some
   */
  protected int seeds() {
    return DEFAULT_SEEDS;
  }

  @Test
  @DisplayName("keeps its promises when calls fail, get lost, come twice or late")
  final void service_overFaultyStores_keepsItsPromises() {
    run(Simulation.Kind.FAULTS);
  }

  @Test
  @DisplayName("keeps its promises when its nodes interleave at every call")
  final void fleet_interleavedAtEachCall_keepsItsPromises() {
    run(Simulation.Kind.FLEET);
  }

  @Test
  @DisplayName("keeps its promises when both happen")
  final void fleet_overFaultyStores_keepsItsPromises() {
    run(Simulation.Kind.FAULTY_FLEET);
  }

  private void run(Simulation.Kind kind) {
    long[] happened = new long[4];
    Seeds.run(
        seeds(),
        10 * seeds(),
        seed -> {
          Simulation done = Simulation.run(kind, seed, this::stores);
          happened[0] += done.signIns();
          happened[1] += done.compared();
          happened[2] += done.refreshes();
          happened[3] += done.revocations();
        });
    if (System.getProperty(Seeds.PROPERTY, "").isEmpty() && seeds() >= 50) {
      assertThat(happened).as("sign-ins, guesses, refreshes, revocations").doesNotContain(0);
    }
  }
}
