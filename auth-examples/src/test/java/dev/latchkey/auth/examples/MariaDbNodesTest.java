package dev.latchkey.auth.examples;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two servers on one database of MariaDB behave as one. */
class MariaDbNodesTest extends NodesContract {
  private static TestMariaDb database;

  @BeforeAll
  static void startDatabase() {
    database = TestMariaDb.create();
  }

  @AfterAll
  static void stopDatabase() {
    database.close();
  }

  @Override
  List<String> emptyStores() {
    return List.of("LATCHKEY_STORE", database.newDatabase());
  }

  @Override
  String keptIn() {
    return "kept in a database.";
  }
}
