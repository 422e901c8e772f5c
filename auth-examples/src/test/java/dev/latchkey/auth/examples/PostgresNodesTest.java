package dev.latchkey.auth.examples;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two servers on one database of PostgreSQL behave as one. */
class PostgresNodesTest extends NodesContract {
  private static TestPostgres database;

  @BeforeAll
  static void startDatabase() {
    database = TestPostgres.create();
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
