package dev.latchkey.auth.testkit.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.Race;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Processes that share one server, as the nodes of a service do, and race each other for one {@link
 * Contest} after another. Called by tests; each process runs a class of the test that makes its
 * stores from its arguments, and gives them to {@link #serve}.
 *
 * <p>Guarantees: the processes have ended when {@link #close} returns, and end by themselves should
 * the test be killed. A process that ends too early, or is silent for longer than {@link
 * #DEADLINE}, fails the test. What a process writes to its standard error, and what it prints
 * itself, is in the log of the test. Arguments can be seen by everybody on the machine: no secrets.
 *
 * <p>Not safe for concurrent use: one race at a time.
 */
public final class Processes implements AutoCloseable {
  /** Far more than a start or a round takes, so that a loaded machine fails no test. */
  public static final Duration DEADLINE = Duration.ofMinutes(2);

  private static final String READY = "latchkey, ready";

  private final List<Child> children;
  private final int threads;

  private Processes(List<Child> children, int threads) {
    this.children = List.copyOf(children);
    this.threads = threads;
  }

  /**
   * Starts processes of this JVM's kind and class path, and waits until each is ready.
   *
   * @param processes how many, 1 or more
   * @param threads how many threads each of them races with, 1 to 10,000
   * @param main a class with a method {@code main} that calls {@link #serve}
   * @param arguments those of {@code main}
   * @return the processes
   */
  public static Processes start(int processes, int threads, Class<?> main, String... arguments) {
    if (processes < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "processes and threads must be 1 or more, got %d and %d".formatted(processes, threads));
    }
    List<Child> children = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        children.add(Child.start(main, List.of(arguments)));
      }
      children.forEach(child -> child.answer(READY));
      return new Processes(children, threads);
    } catch (RuntimeException | Error e) {
      children.forEach(Child::end);
      throw e;
    }
  }

  /**
   * Makes a round of a contest ready, and has every thread of every process try to win it at once.
   *
   * @param stores stores on the same server
   * @param contest what they race for
   * @param number the number of the round, from 0, a fresh one for each race
   * @return how often the round was won
   */
  public long race(AuthStores stores, Contest contest, long number) {
    contest.prepare(stores, number, stores.clock().instant());
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      long attempt = (number * children.size() + i) * threads;
      questions.add("%s %d %d %d".formatted(contest.name(), number, attempt, threads));
      children.get(i).ask(questions.get(i));
    }
    long wins = 0;
    for (int i = 0; i < children.size(); i++) {
      wins += Long.parseLong(children.get(i).answer(wins(questions.get(i))));
    }
    return wins;
  }

  /** Names the race, so that no answer to an earlier one that failed is taken for one to this. */
  private static String wins(String question) {
    return "latchkey, %s, wins ".formatted(question);
  }

  /**
   * What a process does: it races whenever {@link #race} tells it to, and returns when the test is
   * over. Called by the {@code main} of the class that {@link #start} was given; talks with the
   * test through the standard streams.
   *
   * @param stores the stores of this process, with a clock of real time
   */
  public static void serve(AuthStores stores) {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    try {
      System.out.println(READY);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        Contest contest = Contest.valueOf(words[0]);
        long number = Long.parseLong(words[1]);
        long attempt = Long.parseLong(words[2]);
        long wins =
            Race.of(Integer.parseInt(words[3]))
                .run(i -> contest.tryToWin(stores, number, attempt + i, stores.clock().instant()))
                .count(true);
        System.out.println(wins(line) + wins);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the test can not be heard", e);
    }
  }

  /** Ends the processes at once, as a crash does. */
  @Override
  public void close() {
    children.forEach(Child::end);
  }

  /** A process, and the lines to and from it. */
  private static final class Child {
    private final Process process;
    private final PrintStream to;

    /** Empty once the process has ended. */
    private final BlockingQueue<Optional<String>> from = new LinkedBlockingQueue<>();

    private Child(Process process) {
      this.process = process;
      this.to = new PrintStream(process.getOutputStream(), true, UTF_8);
      Thread reader = new Thread(this::read, "process-" + process.pid());
      reader.setDaemon(true);
      reader.start();
    }

    static Child start(Class<?> main, List<String> arguments) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      // They live for seconds: soon ready is worth more than fast later.
      command.add("-Xshare:auto");
      command.add("-XX:TieredStopAtLevel=1");
      command.add("-Xmx256m");
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(main.getName());
      command.addAll(arguments);
      try {
        return new Child(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
      } catch (IOException e) {
        throw new UncheckedIOException("no process can be started", e);
      }
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          from.add(Optional.of(line));
        }
      } catch (IOException e) {
        // The stream was closed, as it is when the process is ended.
      } finally {
        from.add(Optional.empty());
      }
    }

    void ask(String line) {
      to.println(line);
    }

    /** What follows on these words; lines of anything else are passed on to the log. */
    String answer(String words) {
      long end = System.nanoTime() + DEADLINE.toNanos();
      while (true) {
        String line = next(end);
        if (line.startsWith(words)) {
          return line.substring(words.length());
        }
        System.out.println(line);
      }
    }

    private String next(long end) {
      try {
        Optional<String> line = from.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new AssertionError("a process was silent for " + DEADLINE);
        }
        if (line.isEmpty()) {
          // For whoever asks once more.
          from.add(line);
          throw new AssertionError("a process has ended");
        }
        return line.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while processes were racing", e);
      }
    }

    void end() {
      process.destroyForcibly().onExit().join();
    }
  }
}
