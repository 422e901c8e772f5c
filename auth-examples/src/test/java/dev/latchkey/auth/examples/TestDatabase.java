package dev.latchkey.auth.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real server with a port and a directory of its own, which keeps what it has confirmed. */
abstract class TestDatabase implements AutoCloseable {
  static final String PASSWORD = "hunter2-canary";

  private final AtomicInteger databases = new AtomicInteger();

  /** A database, with the options of somebody who may do all in it. */
  abstract String url(String database);

  abstract int port();

  /** Takes it away without warning. */
  abstract void kill();

  /** Brings it back, at the same port and with what it had. */
  abstract void start();

  /** An empty database of this server. */
  String newDatabase() {
    String name = "test" + databases.incrementAndGet();
    execute(url(mainDatabase()), "create database " + name);
    return url(name);
  }

  /** The one that is there from the start. */
  abstract String mainDatabase();

  static void execute(String url, String... statements) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills a process and all that it has started, and waits until they are gone. */
  static void killTree(ProcessHandle process) {
    Stream.concat(Stream.of(process), process.descendants().toList().stream())
        .map(
            one -> {
              one.destroyForcibly();
              return one.onExit();
            })
        .toList()
        .forEach(gone -> gone.join());
  }

  @Override
  public abstract void close();

  static Path newDirectory(String prefix) {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
