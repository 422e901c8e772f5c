package dev.latchkey.auth.testkit.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Round after round of all {@link Contest}s, each raced by several threads on several nodes, while
 * the test makes trouble. Called by tests of stores that speak to a server.
 *
 * <p>What fails is tried once more, as an application does. In the end each round is tried again,
 * since what was won may not be won a second time because a server forgot. A call may fail as
 * {@link StoreUnavailableException} and in no other way. Times are those of each node's own clock.
 * Safe for concurrent use, but for {@link #stop}, which is called once.
 */
public final class Traffic implements AutoCloseable {
  /** So many rounds are under way at once. */
  public static final int GROUPS = 4;

  private static final int RACERS = 3;
  private static final List<Contest> CONTESTS = List.of(Contest.values());

  /** Before a group goes on that found no server. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** Far more than a call takes that is interrupted, or whose deadline comes. */
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private final List<AuthStores> nodes;
  private final ExecutorService groups = Executors.newFixedThreadPool(GROUPS);
  private final ExecutorService racers = Executors.newFixedThreadPool(GROUPS * RACERS);
  private final List<Future<Boolean>> running = new ArrayList<>();
  private final Queue<Round> rounds = new ConcurrentLinkedQueue<>();
  private final AtomicLong attempts = new AtomicLong(1);
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong unavailable = new AtomicLong();
  private final AtomicLong servedInARow = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile boolean going = true;

  private record Round(Contest contest, long number, AtomicInteger wins) {}

  /**
   * How it went.
   *
   * @param rounds how many rounds there were
   * @param unavailable how many calls failed in the one way that is allowed
   * @param longest how long the longest call took
   * @param excess rounds that were won more often than may be, each as the name of its contest and
   *     the number of wins
   */
  public record Report(long rounds, long unavailable, Duration longest, List<String> excess) {
    /**
     * Keeps what it is given.
     *
     * @param rounds how many rounds there were
     * @param unavailable how many calls failed in the one way that is allowed
     * @param longest how long the longest call took
     * @param excess rounds that were won more often than may be
     */
    public Report {
      excess = List.copyOf(excess);
    }

    /**
     * Prints one line, for whoever reads the log of the build.
     *
     * @param what which trouble there was
     * @param recovery how long it took until there was service again
     */
    public void print(String what, Duration recovery) {
      System.out.printf(
          Locale.ROOT,
          "%s: %d rounds, %d calls unavailable, the longest %d ms; service after %d ms; won too often: %d %s%n",
          what,
          rounds,
          unavailable,
          longest.toMillis(),
          recovery.toMillis(),
          excess.size(),
          excess);
    }
  }

  private Traffic(List<AuthStores> nodes) {
    this.nodes = List.copyOf(nodes);
    for (int i = 0; i < GROUPS; i++) {
      running.add(groups.submit(this::goOn));
    }
  }

  /**
   * Starts traffic, which goes on until it is stopped.
   *
   * @param nodes stores on one server, one or more, each for a node of a service
   * @return the traffic
   */
  public static Traffic over(AuthStores... nodes) {
    if (nodes.length == 0) {
      throw new IllegalArgumentException("nodes must be one or more, got none");
    }
    return new Traffic(List.of(nodes));
  }

  private AuthStores node(long number) {
    return nodes.get((int) (number % nodes.size()));
  }

  private boolean goOn() throws InterruptedException {
    while (going) {
      long number = numbers.incrementAndGet();
      Contest contest = CONTESTS.get((int) (number % CONTESTS.size()));
      if (prepare(contest, number)) {
        race(contest, number);
      }
    }
    return true;
  }

  /** False if the traffic was stopped before the round could begin. */
  private boolean prepare(Contest contest, long number) {
    AuthStores stores = node(number);
    while (going) {
      Optional<Boolean> done =
          ask(
              () -> {
                contest.prepare(stores, number, stores.clock().instant());
                return true;
              });
      if (done.isPresent()) {
        return true;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return false;
  }

  private void race(Contest contest, long number) throws InterruptedException {
    Round round = new Round(contest, number, new AtomicInteger());
    rounds.add(round);
    List<Callable<Boolean>> race = new ArrayList<>();
    for (int i = 0; i < Math.max(RACERS, contest.wins() + 1); i++) {
      AuthStores stores = node(number + i);
      race.add(() -> tryTwice(stores, round));
    }
    if (allOf(racers.invokeAll(race))) {
      served.incrementAndGet();
      servedInARow.incrementAndGet();
    } else {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Whether there was an answer in the end. */
  private boolean tryTwice(AuthStores stores, Round round) {
    long attempt = attempts.incrementAndGet();
    Optional<Boolean> won =
        tryOnce(stores, round, attempt).or(() -> tryOnce(stores, round, attempt));
    if (won.orElse(false)) {
      round.wins().incrementAndGet();
    }
    return won.isPresent();
  }

  private Optional<Boolean> tryOnce(AuthStores stores, Round round, long attempt) {
    return ask(stores.clock()::instant)
        .flatMap(
            now -> {
              long began = System.nanoTime();
              Optional<Boolean> won =
                  ask(() -> round.contest().tryToWin(stores, round.number(), attempt, now));
              longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
              return won;
            });
  }

  /** Empty if the store is unavailable. Anything else that goes wrong fails the test. */
  private <A> Optional<A> ask(Supplier<A> call) {
    try {
      return Optional.of(call.get());
    } catch (StoreUnavailableException e) {
      unavailable.incrementAndGet();
      servedInARow.set(0);
      return Optional.empty();
    }
  }

  private static boolean allOf(Collection<Future<Boolean>> tasks) throws InterruptedException {
    boolean all = true;
    for (Future<Boolean> task : tasks) {
      try {
        all &= task.get();
      } catch (ExecutionException e) {
        throw new AssertionError("failed otherwise than as unavailable", e.getCause());
      }
    }
    return all;
  }

  /**
   * Waits until all racers of so many more rounds had answers.
   *
   * @param more how many rounds
   * @param limit how long that may take
   * @return how long it took
   */
  public Duration awaitRounds(int more, Duration limit) {
    long wanted = served.get() + more;
    return Eventually.within(limit, more + " more rounds", () -> served.get() >= wanted);
  }

  /**
   * Waits until so many rounds in a row met no trouble at all.
   *
   * @param rounds how many
   * @param limit how long that may take
   */
  public void awaitCalm(int rounds, Duration limit) {
    Eventually.within(
        limit, rounds + " rounds without trouble", () -> servedInARow.get() >= rounds);
  }

  /**
   * Waits until calls have failed so many times more.
   *
   * @param more how many calls
   * @param limit how long that may take
   */
  public void awaitUnavailable(int more, Duration limit) {
    long wanted = unavailable.get() + more;
    Eventually.within(limit, more + " more failures", () -> unavailable.get() >= wanted);
  }

  /**
   * Ends the traffic, and tries each round again on a server that is well, where no call may fail.
   *
   * @return how it went
   * @throws InterruptedException if this thread is interrupted meanwhile
   * @throws AssertionError if a call failed otherwise than as unavailable, or one of those at last
   */
  public Report stop() throws InterruptedException {
    going = false;
    allOf(running);
    long before = unavailable.get();
    List<Callable<Boolean>> again = new ArrayList<>();
    for (Round round : rounds) {
      for (int i = 0; i <= round.contest().wins(); i++) {
        again.add(() -> tryTwice(node(round.number()), round));
      }
    }
    allOf(racers.invokeAll(again));
    assertThat(unavailable.get()).as("failures once all is well").isEqualTo(before);
    List<String> excess =
        rounds.stream()
            .filter(round -> round.wins().get() > round.contest().wins())
            .map(round -> "%s, won %d times".formatted(round.contest(), round.wins().get()))
            .toList();
    return new Report(
        rounds.size(), unavailable.get(), Duration.ofNanos(longestNanos.get()), excess);
  }

  /**
   * Ends the traffic, if it was not stopped, and waits until no call is under way: the test closes
   * the stores next.
   *
   * @throws AssertionError if a call goes on for half a minute more
   */
  @Override
  public void close() {
    going = false;
    groups.shutdownNow();
    racers.shutdownNow();
    long end = System.nanoTime() + CLOSING.toNanos();
    try {
      for (ExecutorService threads : List.of(groups, racers)) {
        if (!threads.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new AssertionError("a call of the traffic goes on after " + CLOSING);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
