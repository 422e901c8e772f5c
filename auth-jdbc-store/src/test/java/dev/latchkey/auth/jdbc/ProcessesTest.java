package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.testkit.traffic.Processes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Four processes of 64 threads each share one server, as the nodes of a service do. */
@ParameterizedClass
@EnumSource(names = {"POSTGRESQL", "MARIADB"})
final class ProcessesTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 64;

  /** Of each process: fewer than its threads, as hosts have it. */
  private static final int CONNECTIONS = 8;

  private static Keyspace keyspace;
  private static JdbcStores stores;
  private static Processes processes;

  @Parameter TestDatabase database;

  /** One of the processes. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) {
      try (HikariDataSource pool = LiveStores.patientPool(arguments[0], CONNECTIONS)) {
        Processes.serve(LiveStores.patient(pool, arguments[1]));
      }
    }
  }

  @BeforeParameterizedClassInvocation
  static void start(TestDatabase database) {
    keyspace = database.freshKeyspace();
    stores = LiveStores.patient(database.patient(), keyspace.schema());
    processes = Processes.start(PROCESSES, THREADS, Node.class, database.url(), keyspace.schema());
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    processes.close();
    keyspace.close();
  }

  private static void race(Contest contest) {
    for (long number = 1; number <= Thorough.rounds(15, 1_000); number++) {
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
