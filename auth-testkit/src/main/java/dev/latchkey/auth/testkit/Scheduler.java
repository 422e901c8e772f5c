package dev.latchkey.auth.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors on threads of their own, but only one at a time: at each {@link #step} the one that
 * runs hands over to one that is drawn, perhaps itself. The same draws give the same order.
 *
 * <p>Whatever the actors share is safe without locks, since a hand-over happens before what
 * follows.
 */
final class Scheduler {
  private static final int DEADLINE_SECONDS = 60;

  private final SplittableRandom random;
  private final Runnable between;
  private final List<Actor> waiting = new ArrayList<>();
  private final Semaphore done = new Semaphore(0);
  private @Nullable Actor running;
  private @Nullable Throwable failure;

  /**
   * A scheduler for one run.
   *
   * @param random what the order is drawn from
   * @param between run at each hand-over: moves the clock, say
   */
  Scheduler(SplittableRandom random, Runnable between) {
    this.random = random;
    this.between = between;
  }

  private record Actor(int number, Semaphore turn) {}

  /** Runs all of them to their ends, and throws what the first of them to fail has thrown. */
  void run(List<Runnable> scripts) {
    for (int i = 0; i < scripts.size(); i++) {
      Actor actor = new Actor(i, new Semaphore(0));
      Runnable script = scripts.get(i);
      waiting.add(actor);
      Thread thread = new Thread(() -> act(actor, script), "actor-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    handOver();
    try {
      if (!done.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the actors came to no end in " + DEADLINE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the actors ran", e);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void act(Actor actor, Runnable script) {
    actor.turn().acquireUninterruptibly();
    running = actor;
    try {
      script.run();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        failure = e;
      }
    }
    handOver();
  }

  private void handOver() {
    running = null;
    if (waiting.isEmpty()) {
      done.release();
    } else {
      waiting.remove(random.nextInt(waiting.size())).turn().release();
    }
  }

  /** Lets another actor go on, perhaps. Does nothing outside of a run. */
  void step() {
    Actor self = running;
    if (self == null) {
      return;
    }
    between.run();
    int next = random.nextInt(waiting.size() + 1);
    if (next < waiting.size()) {
      Actor other = waiting.remove(next);
      waiting.add(self);
      other.turn().release();
      self.turn().acquireUninterruptibly();
      running = self;
    }
  }

  /** Which actor runs, from 0 on; -1 outside of a run. */
  int actor() {
    Actor self = running;
    return self == null ? -1 : self.number();
  }
}
