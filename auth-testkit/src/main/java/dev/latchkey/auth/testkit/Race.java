package dev.latchkey.auth.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many threads that do something at the same moment, and what came of it. Called by tests.
 *
 * <p>Guarantees: every racer has a thread of its own, and all of them are past the barrier, running
 * or ready to run, before the first one begins: no racer can be over before another has started. A
 * race ends within its deadline: the threads of racers that did not finish are interrupted and the
 * test fails. What a racer throws is thrown to the test. Immutable, safe for concurrent use.
 */
public final class Race {
  /** Far more than any race takes, so that a loaded machine fails no test. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(60);

  /** Racers do little; a thousand of them fit anywhere. */
  private static final long STACK_BYTES = 256 * 1024;

  private final int racers;
  private final Duration deadline;

  private Race(int racers, Duration deadline) {
    this.racers = racers;
    this.deadline = deadline;
  }

  /**
   * What one racer does.
   *
   * @param <T> the type of its outcome
   */
  @FunctionalInterface
  public interface Racer<T> {
    /**
     * Runs once, on a thread of its own.
     *
     * @param number the number of the racer, from 0
     * @return the outcome, not null
     * @throws Exception to the test that runs the race
     */
    T run(int number) throws Exception;
  }

  /**
   * A race of so many threads.
   *
   * @param racers 1 to 10,000
   * @return the race
   */
  public static Race of(int racers) {
    if (racers < 1 || racers > 10_000) {
      throw new IllegalArgumentException("racers must be 1 to 10000, got " + racers);
    }
    return new Race(racers, DEFAULT_DEADLINE);
  }

  /**
   * The same race with another deadline.
   *
   * @param limit how long the whole race may take, more than zero
   * @return the race
   */
  public Race within(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit must be more than zero, got " + limit);
    }
    return new Race(racers, limit);
  }

  /**
   * Runs the race.
   *
   * @param racer what each of them does
   * @param <T> the type of an outcome
   * @return all outcomes
   * @throws AssertionError if a racer did not finish within the deadline
   * @throws IllegalStateException if a racer threw a checked exception, with that as its cause; an
   *     unchecked one is thrown as it is, those of other racers with it as suppressed
   */
  public <T> Tally<T> run(Racer<T> racer) {
    Objects.requireNonNull(racer, "racer");
    long end = System.nanoTime() + deadline.toNanos();
    Barrier barrier = new Barrier(racers);
    List<FutureTask<T>> tasks = new ArrayList<>(racers);
    List<Thread> threads = new ArrayList<>(racers);
    for (int i = 0; i < racers; i++) {
      int number = i;
      Callable<T> run =
          () -> {
            barrier.pass();
            return Objects.requireNonNull(racer.run(number), "a racer must have an outcome");
          };
      FutureTask<T> task = new FutureTask<>(run);
      Thread thread = new Thread(null, task, "racer-" + number, STACK_BYTES);
      thread.setDaemon(true);
      tasks.add(task);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    try {
      return tally(tasks, end);
    } finally {
      threads.forEach(Thread::interrupt);
    }
  }

  private <T> Tally<T> tally(List<FutureTask<T>> tasks, long end) {
    List<T> outcomes = new ArrayList<>(tasks.size());
    Throwable failure = null;
    for (FutureTask<T> task : tasks) {
      try {
        outcomes.add(task.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
      } catch (ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        if (failure == null) {
          failure = cause;
        } else if (failure != cause) {
          failure.addSuppressed(cause);
        }
      } catch (TimeoutException e) {
        long running = tasks.stream().filter(t -> !t.isDone()).count();
        AssertionError late =
            new AssertionError(
                "%d of %d racers did not finish within %s".formatted(running, racers, deadline), e);
        if (failure != null) {
          late.addSuppressed(failure);
        }
        throw late;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while racers were running", e);
      }
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new IllegalStateException("a racer failed", failure);
    }
    return new Tally<>(outcomes);
  }

  /** Lets nobody through before everybody is through. */
  private static final class Barrier {
    private final CountDownLatch arrived;
    private final AtomicInteger outside;

    Barrier(int racers) {
      this.arrived = new CountDownLatch(racers);
      this.outside = new AtomicInteger(racers);
    }

    // Nothing relies on yield; it only lets more racers than processors get through sooner.
    @SuppressWarnings("ThreadPriorityCheck")
    void pass() throws InterruptedException {
      arrived.countDown();
      arrived.await();
      // A latch wakes its threads one by one: the first could be done before the last has woken.
      outside.decrementAndGet();
      while (outside.get() > 0) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        Thread.yield();
      }
    }
  }
}
