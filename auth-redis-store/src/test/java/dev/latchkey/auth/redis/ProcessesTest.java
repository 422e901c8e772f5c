package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.testkit.traffic.Processes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Four processes of 64 threads each share one server, as the nodes of a service do. */
final class ProcessesTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 64;
  private static final String PREFIX = TestServers.freshPrefix();

  private static RedisStores stores;
  private static Processes processes;

  /** One of the processes. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) {
      try (RedisStores stores = LiveStores.patient(arguments[0], arguments[1])) {
        Processes.serve(stores);
      }
    }
  }

  @BeforeAll
  static void start() {
    stores = LiveStores.patient(TestServers.single(), PREFIX);
    processes = Processes.start(PROCESSES, THREADS, Node.class, TestServers.single(), PREFIX);
  }

  @AfterAll
  static void stop() {
    if (processes != null) {
      processes.close();
    }
    stores.close();
  }

  private static void race(Contest contest) {
    for (long number = 1; number <= Thorough.rounds(50, 1_000); number++) {
      assertThat(processes.race(stores, contest, number))
          .as("round %d", number)
          .isEqualTo(contest.wins());
    }
  }

  @Test
  void oneRightCode_signsInOnce() {
    race(Contest.ONE_SIGN_IN);
  }

  @Test
  void aLimitOfThree_admitsThree() {
    race(Contest.THREE_ADMISSIONS);
  }

  @Test
  void oneRefreshToken_hasOneSuccessor() {
    race(Contest.ONE_SUCCESSOR);
  }
}
