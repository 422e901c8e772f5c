package dev.latchkey.auth.examples;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** PostgreSQL. */
final class TestPostgres extends TestDatabase {
  private final Path directory = newDirectory("latchkey-postgres-");
  private final int port = TestRedis.freePort();
  private @Nullable EmbeddedPostgres server;

  private TestPostgres() {
    start();
  }

  static TestPostgres create() {
    return new TestPostgres();
  }

  @Override
  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:"
        + port
        + "/"
        + database
        + "?user=postgres&password="
        + PASSWORD;
  }

  @Override
  String mainDatabase() {
    return "postgres";
  }

  @Override
  int port() {
    return port;
  }

  @Override
  void start() {
    try {
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(directory.resolve("data"))
              .setCleanDataDirectory(false)
              .setPort(port)
              // Else what was confirmed last would be gone after a kill.
              .setServerConfig("synchronous_commit", "on")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void kill() {
    try {
      Path file = directory.resolve("data").resolve("postmaster.pid");
      long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
      ProcessHandle.of(pid).ifPresent(TestDatabase::killTree);
      Objects.requireNonNull(server).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Objects.requireNonNull(server).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    delete(directory);
  }
}
