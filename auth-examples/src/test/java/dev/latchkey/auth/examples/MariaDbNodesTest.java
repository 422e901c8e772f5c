package dev.latchkey.auth.examples;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two servers on one database of MariaDB behave as one, and outlast it. */
class MariaDbNodesTest extends DatabaseNodesContract {
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
  TestDatabase database() {
    return database;
  }
}
