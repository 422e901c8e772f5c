package dev.latchkey.auth.testkit;

import java.util.function.LongConsumer;

/**
 * Random histories that can be had again: each runs by a number, and a failure names it. With the
 * system property {@value #PROPERTY} that one history alone is run; many times over if it has
 * races, each of which can end well by luck.
 */
final class Seeds {
  static final String PROPERTY = "latchkey.seed";

  static final int REPLAYS_OF_A_RACE = 200;

  private Seeds() {}

  /** Runs the seeds from 1 on: so many in the default build, so many when thorough. */
  static void run(int quick, int thorough, LongConsumer history) {
    run(System.getProperty(PROPERTY, ""), Thorough.rounds(quick, thorough), history);
  }

  /** The same, for histories with races. */
  static void race(int quick, int thorough, LongConsumer history) {
    race(System.getProperty(PROPERTY, ""), Thorough.rounds(quick, thorough), history);
  }

  static void race(String wanted, int rounds, LongConsumer history) {
    int times = wanted.isEmpty() ? 1 : REPLAYS_OF_A_RACE;
    for (int i = 0; i < times; i++) {
      run(wanted, rounds, history);
    }
  }

  static void run(String wanted, int rounds, LongConsumer history) {
    if (!wanted.isEmpty()) {
      runOne(Long.parseLong(wanted), history);
      return;
    }
    for (long seed = 1; seed <= rounds; seed++) {
      runOne(seed, history);
    }
  }

  private static void runOne(long seed, LongConsumer history) {
    try {
      history.accept(seed);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed %d fails, replay it with -D%s=%d: %s"
              .formatted(seed, PROPERTY, seed, e.getMessage()),
          e);
    }
  }
}
