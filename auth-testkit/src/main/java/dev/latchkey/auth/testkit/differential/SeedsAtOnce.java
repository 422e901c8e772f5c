package dev.latchkey.auth.testkit.differential;

import dev.latchkey.auth.testkit.Thorough;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Runs random histories, each by its seed, several at a time since most of a call is waiting. With
 * the system property {@value #PROPERTY} one history alone is run.
 */
final class SeedsAtOnce {
  static final String PROPERTY = "latchkey.seed";

  private static final int AT_A_TIME = 8;

  /** Far more than a call takes that is interrupted, or whose deadline comes. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private SeedsAtOnce() {}

  /** Whether one history alone was asked for. */
  static boolean isReplay() {
    return !wanted().isEmpty();
  }

  private static String wanted() {
    return System.getProperty(PROPERTY, "");
  }

  /** The seeds from 1 on: so many in the default build, a hundred times as many when thorough. */
  static void run(int quick, LongConsumer history) throws InterruptedException {
    run(wanted(), Thorough.rounds(quick, 100 * quick), history);
  }

  static void run(String wanted, int rounds, LongConsumer history) throws InterruptedException {
    LongStream seeds =
        wanted.isEmpty()
            ? LongStream.rangeClosed(1, rounds)
            : LongStream.of(Long.parseLong(wanted));
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    try {
      List<Future<?>> all =
          seeds.<Future<?>>mapToObj(seed -> threads.submit(() -> runOne(seed, history))).toList();
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      // Its text is that of the history which failed, with the seed.
      throw new AssertionError(e);
    } finally {
      end(threads);
    }
  }

  /** The caller closes what the histories run on. */
  private static void end(ExecutorService threads) throws InterruptedException {
    threads.shutdownNow();
    if (!threads.awaitTermination(CLOSING.toNanos(), TimeUnit.NANOSECONDS)) {
      // Another failure, if there is one, is what the test has to tell of.
      System.err.println("a history goes on after " + CLOSING);
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
