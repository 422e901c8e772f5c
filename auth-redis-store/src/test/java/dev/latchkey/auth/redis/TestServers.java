package dev.latchkey.auth.redis;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The servers that tests share which do them no harm: each started when first asked for, stopped
 * when the tests are over. The environment variable {@code TEST_REDIS_URL} names another single
 * server, of another release, say; what is written there stays there until its TTL ends.
 */
final class TestServers {
  private static final AtomicLong PREFIXES = new AtomicLong();

  private TestServers() {}

  /** A single server. */
  static String single() {
    return Single.URI;
  }

  /** A Cluster of three shards. */
  static String cluster() {
    return Cluster.SHARDS.uri();
  }

  /** A server behind Sentinel. */
  static String sentinel() {
    return Watched.WATCH.uri();
  }

  /** Of keys that no other test has, in this process or another. */
  static String freshPrefix() {
    return "test-%d-%d:".formatted(ProcessHandle.current().pid(), PREFIXES.incrementAndGet());
  }

  private static final class Single {
    static final String URI = uri();

    private Single() {}

    private static String uri() {
      String named = System.getenv("TEST_REDIS_URL");
      return named == null || named.isEmpty() ? RedisNode.inMemory().uri() : named;
    }
  }

  private static final class Cluster {
    static final RedisShards SHARDS = RedisShards.withoutReplicas();

    private Cluster() {}
  }

  private static final class Watched {
    static final RedisWatch WATCH = RedisWatch.start();

    private Watched() {}
  }
}
