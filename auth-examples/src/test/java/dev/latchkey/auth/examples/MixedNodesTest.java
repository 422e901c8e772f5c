package dev.latchkey.auth.examples;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Two servers on one database, with limits, locks and codes in one Redis, behave as one. */
class MixedNodesTest extends NodesContract {
  private static TestPostgres database;

  private final TestRedis redis = TestRedis.create();

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
    return List.of("LATCHKEY_STORE", database.newDatabase(), "LATCHKEY_LIMITS", redis.uri());
  }

  @Override
  String keptIn() {
    return "kept in a database. Limits, locks and codes are kept in a Redis of their own.";
  }

  @AfterEach
  void stop() {
    redis.close();
  }
}
