package dev.latchkey.auth.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The databases that tests share which do them no harm: each started when first asked for, stopped
 * when the tests are over. The environment variable {@code TEST_JDBC_URL} names another PostgreSQL,
 * of another release, say; what the tests made there is dropped at their end.
 */
enum TestDatabase {
  POSTGRESQL {
    @Override
    SharedServer server() {
      return Postgresql.SERVER;
    }
  },
  MARIADB {
    @Override
    SharedServer server() {
      return Mariadb.SERVER;
    }
  },
  H2 {
    @Override
    SharedServer server() {
      return InMemory.SERVER;
    }
  };

  /** What {@link #nextKeyspace} gave a thread. */
  private static final ThreadLocal<Map<TestDatabase, Keyspace>> LENT =
      ThreadLocal.withInitial(() -> new EnumMap<>(TestDatabase.class));

  private static final class Postgresql {
    static final SharedServer SERVER = start();

    private Postgresql() {}

    private static SharedServer start() {
      String named = System.getenv("TEST_JDBC_URL");
      return named == null || named.isEmpty()
          ? new SharedServer(PostgresNode.fast().url())
          : new SharedServer(named).droppedAtTheEnd();
    }
  }

  private static final class Mariadb {
    static final SharedServer SERVER = new SharedServer(MariaNode.fast().url());

    private Mariadb() {}
  }

  private static final class InMemory {
    /** Whoever makes tables locks all of its system table. */
    static final SharedServer SERVER =
        new SharedServer("jdbc:h2:mem:latchkey;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");

    private InMemory() {}
  }

  abstract SharedServer server();

  /** The server, with the user in the URL, for those that connect by themselves. */
  String url() {
    return server().url();
  }

  Dialect dialect() {
    return switch (this) {
      case POSTGRESQL -> Dialect.POSTGRESQL;
      case MARIADB -> Dialect.MARIADB;
      case H2 -> Dialect.H2;
    };
  }

  /** Connections that all share who are in no hurry: a busy machine makes nobody unavailable. */
  DataSource patient() {
    return server().patient();
  }

  /** A pool as hosts have it; the caller closes it. */
  HikariDataSource pool(int connections) {
    return pool(connections, Duration.ofSeconds(1));
  }

  /** A pool with its own patience; the caller closes it. */
  HikariDataSource pool(int connections, Duration connectionTimeout) {
    return DatabaseNode.pool(url(), connections, connectionTimeout);
  }

  /** A new schema without any table, which no other test has, in this process or another. */
  String freshSchema() {
    return server().freshSchema();
  }

  /** Empty tables that nobody else has until they are closed. */
  Keyspace freshKeyspace() {
    Keyspace waiting = server().idle().poll();
    return waiting == null ? Keyspace.create(this) : waiting.wiped();
  }

  /**
   * Empty tables for a contract, which asks for fresh stores at the start of each test and never
   * goes back to earlier ones: nobody else has them until the same thread asks for the next.
   */
  Keyspace nextKeyspace() {
    Map<TestDatabase, Keyspace> lent = LENT.get();
    Keyspace before = lent.remove(this);
    if (before != null) {
      before.close();
    }
    Keyspace next = freshKeyspace();
    lent.put(this, next);
    return next;
  }

  /** Executes what a test wants done behind the stores. */
  void execute(String... statements) {
    server().execute(statements);
  }
}
