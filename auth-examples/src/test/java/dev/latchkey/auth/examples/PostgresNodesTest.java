package dev.latchkey.auth.examples;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Two servers on one database of PostgreSQL behave as one, and outlast it. */
class PostgresNodesTest extends DatabaseNodesContract {
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
  TestDatabase database() {
    return database;
  }
}
