package dev.latchkey.auth.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * One database server with a port and a directory of its own, which dies and comes back when told.
 * Whatever is still running when the tests are over is stopped then, and its directory removed.
 */
abstract sealed class DatabaseNode implements AutoCloseable permits PostgresNode, MariaNode {
  static final Duration STARTING = Duration.ofSeconds(60);

  /** Far more than a test waits for anything that has no promise of its own. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Below the ports that systems give to connections, so that nothing takes the port of a server
   * while it is away.
   */
  private static final int FIRST_PORT = 11_000;

  private static final int LAST_PORT = 21_000;

  private static final Set<DatabaseNode> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> List.copyOf(RUNNING).forEach(DatabaseNode::close)));
  }

  private final Path directory;
  private final int port;

  DatabaseNode() {
    this.directory = newDirectory();
    this.port = freePort();
  }

  /** A PostgreSQL server that keeps what it has acknowledged, also when its machine is lost. */
  static DatabaseNode postgresql() {
    return PostgresNode.durable();
  }

  /** A MariaDB server that keeps what it has acknowledged, also when its machine is lost. */
  static DatabaseNode mariadb() {
    return MariaNode.durable();
  }

  /** A server of either kind that keeps what it has acknowledged. */
  static DatabaseNode durable(TestDatabase database) {
    return switch (database) {
      case POSTGRESQL -> postgresql();
      case MARIADB -> mariadb();
      case H2 -> throw new IllegalArgumentException("H2 has no server here");
    };
  }

  /** Starts the processes and waits until they answer. */
  abstract void launch();

  /** Ends the processes in order; nothing if there are none. */
  abstract void shutDown();

  /** The process that all others of the server come from. */
  abstract ProcessHandle root();

  /** Where the database stands that all tests of this node share. */
  abstract String url();

  /** Starts a new node, which is stopped when the tests are over. */
  static <N extends DatabaseNode> N started(N node) {
    RUNNING.add(node);
    node.launch();
    return node;
  }

  final int port() {
    return port;
  }

  final Path directory() {
    return directory;
  }

  /** A pool as hosts have it; the caller closes it. */
  final HikariDataSource pool(int connections) {
    return pool(url(), connections, Duration.ofSeconds(1));
  }

  /** A pool of connections to a database; the caller closes it. */
  static HikariDataSource pool(String url, int connections, Duration connectionTimeout) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(connectionTimeout.toMillis());
    return new HikariDataSource(config);
  }

  /** Ends all processes of the server at once, in the middle of whatever they do. */
  final void kill() {
    ProcessHandle root = root();
    List<ProcessHandle> children = root.descendants().toList();
    root.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd(root);
    children.forEach(DatabaseNode::awaitEnd);
  }

  private static void awaitEnd(ProcessHandle process) {
    try {
      process.onExit().get(STARTING.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server ended", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the server does not end", e);
    }
  }

  /** Starts a killed server again, with the same port and data, and waits until it answers. */
  final void restart() {
    launch();
  }

  @Override
  public final void close() {
    if (!RUNNING.remove(this)) {
      return;
    }
    shutDown();
    deleteAll(directory);
  }

  static Path newDirectory() {
    try {
      return Files.createTempDirectory("latchkey-database-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteAll(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(DatabaseNode::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException e) {
        // Somebody has it: the next one.
      }
    }
  }
}
