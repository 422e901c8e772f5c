package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.Thorough;
import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.testkit.traffic.Processes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four processes of 64 threads each share one server, as the nodes of a service do. */
final class DatabaseProcessesTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 64;

  /** Of each process: fewer than its threads, as hosts have it. */
  private static final int CONNECTIONS = 8;

  /** One of the processes. */
  static final class Node {
    private Node() {}

    public static void main(String[] arguments) {
      try (HikariDataSource pool = LiveStores.patientPool(arguments[0], CONNECTIONS)) {
        Processes.serve(LiveStores.patient(pool, arguments[1]));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL", "MARIADB"})
  void oneCode_aLimitOfThree_andOneRefreshToken_areWonAsOftenAsMayBe(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace();
        Processes processes =
            Processes.start(PROCESSES, THREADS, Node.class, database.url(), keyspace.schema())) {
      JdbcStores stores = LiveStores.patient(database.patient(), keyspace.schema());
      for (long number = 1; number <= Thorough.rounds(15, 1_000); number++) {
        for (Contest contest :
            List.of(Contest.ONE_SIGN_IN, Contest.THREE_ADMISSIONS, Contest.ONE_SUCCESSOR)) {
          assertThat(processes.race(stores, contest, number))
              .as("%s, round %d", contest, number)
              .isEqualTo(contest.wins());
        }
      }
    }
  }
}
