package dev.latchkey.auth.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An embedded PostgreSQL. */
final class PostgresNode extends DatabaseNode {
  private static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "max_connections", "100");

  /** For tests in which the server never dies. */
  private static final Map<String, String> FAST =
      Map.of(
          "fsync", "off",
          "synchronous_commit", "off",
          "full_page_writes", "off",
          "max_connections", "200");

  private final Map<String, String> settings;
  private @Nullable EmbeddedPostgres server;

  private PostgresNode(Map<String, String> settings) {
    this.settings = settings;
  }

  static PostgresNode durable() {
    return started(new PostgresNode(DURABLE));
  }

  static PostgresNode fast() {
    return started(new PostgresNode(FAST));
  }

  @Override
  void launch() {
    try {
      if (server != null) {
        // What was killed still holds the lock on its directory.
        server.close();
      }
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setDataDirectory(data())
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(STARTING)
              .setPort(port());
      settings.forEach(builder::setServerConfig);
      server = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void shutDown() {
    try {
      if (server != null) {
        server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that the library knows is only the one that launched the server. */
  @Override
  ProcessHandle root() {
    try {
      long pid =
          Long.parseLong(Files.readAllLines(data().resolve("postmaster.pid")).get(0).strip());
      return ProcessHandle.of(pid).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  String url() {
    return Objects.requireNonNull(server).getJdbcUrl("postgres", "postgres");
  }

  private Path data() {
    return directory().resolve("data");
  }
}
