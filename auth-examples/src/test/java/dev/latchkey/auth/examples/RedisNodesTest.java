package dev.latchkey.auth.examples;

import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Two servers on one Redis behave as one. */
class RedisNodesTest extends NodesContract {
  private final TestRedis redis = TestRedis.create();

  @Override
  List<String> emptyStores() {
    return List.of("LATCHKEY_STORE", redis.uri());
  }

  @Override
  String keptIn() {
    return "kept in Redis.";
  }

  @AfterEach
  void stop() {
    redis.close();
  }
}
