package dev.latchkey.auth.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Thorough;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Four processes of 64 threads each share one server, as the nodes of a service do. */
final class ProcessesTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 64;
  private static final String PREFIX = TestServers.freshPrefix();
  private static final String READY = "ready";

  private static final List<Child> CHILDREN = new ArrayList<>();
  private static RedisStores stores;

  /** Races at each line that it reads, {@code CONTEST number}, and answers the number of wins. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) throws IOException {
      int process = Integer.parseInt(arguments[2]);
      try (RedisStores stores = LiveStores.patient(arguments[0], arguments[1])) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        System.out.println(READY);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] words = line.split(" ", -1);
          Contest contest = Contest.valueOf(words[0]);
          long number = Long.parseLong(words[1]);
          long attempts = (number * PROCESSES + process) * THREADS;
          long wins =
              Race.of(THREADS)
                  .run(
                      i -> contest.tryToWin(stores, number, attempts + i, stores.clock().instant()))
                  .count(true);
          System.out.println(wins);
        }
      }
    }
  }

  /** A process and the lines to and from it. */
  private record Child(Process process, PrintStream to, BufferedReader from) {
    static Child start(int number) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Node.class.getName(),
                  TestServers.single(),
                  PREFIX,
                  Integer.toString(number))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new Child(
          process,
          new PrintStream(process.getOutputStream(), true, UTF_8),
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)));
    }

    String line() throws IOException {
      String line = from.readLine();
      if (line == null) {
        throw new AssertionError("a process has ended");
      }
      return line;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    stores = LiveStores.patient(TestServers.single(), PREFIX);
    for (int i = 0; i < PROCESSES; i++) {
      CHILDREN.add(Child.start(i));
    }
    for (Child child : CHILDREN) {
      assertThat(child.line()).isEqualTo(READY);
    }
  }

  @AfterAll
  static void stop() {
    CHILDREN.forEach(child -> child.process().destroyForcibly());
    stores.close();
  }

  private static void race(Contest contest) throws IOException {
    for (long number = 1; number <= Thorough.rounds(50, 1_000); number++) {
      contest.prepare(stores, number, stores.clock().instant());
      for (Child child : CHILDREN) {
        child.to().println(contest + " " + number);
      }
      int wins = 0;
      for (Child child : CHILDREN) {
        wins += Integer.parseInt(child.line());
      }
      assertThat(wins).as("round %d", number).isEqualTo(contest.wins());
    }
  }

  @Test
  void oneRightCode_signsInOnce() throws IOException {
    race(Contest.ONE_SIGN_IN);
  }

  @Test
  void aLimitOfThree_admitsThree() throws IOException {
    race(Contest.THREE_ADMISSIONS);
  }

  @Test
  void oneRefreshToken_hasOneSuccessor() throws IOException {
    race(Contest.ONE_SUCCESSOR);
  }
}
