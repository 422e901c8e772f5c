package dev.latchkey.auth.redis;

import dev.latchkey.auth.testkit.traffic.Eventually;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * One process of the embedded server, with a port and a directory of its own, which dies and comes
 * back when told. Whatever is still running when the tests are over is stopped then.
 */
final class RedisNode implements AutoCloseable {
  static final Duration STARTING = Duration.ofSeconds(30);

  /**
   * Below the ports that systems give to connections: a driver that connects to a dead server at
   * such a port can be given that very port, and then speaks to itself. A node of a Cluster also
   * takes the port 10,000 above its own.
   */
  private static final int FIRST_PORT = 11_000;

  private static final int LAST_PORT = 21_000;
  private static final int BUS = 10_000;

  private static final Set<RedisNode> RUNNING = ConcurrentHashMap.newKeySet();

  /** They tell of each connection that breaks, which is what many tests are about. */
  private static final List<Logger> DRIVER =
      List.of(Logger.getLogger("io.lettuce"), Logger.getLogger("io.netty"));

  static {
    DRIVER.forEach(logger -> logger.setLevel(Level.OFF));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> List.copyOf(RUNNING).forEach(RedisNode::close)));
  }

  private final Path directory;
  private final int port;
  private final List<String> command;
  private Process process;

  private RedisNode(Path directory, int port, List<String> command) throws IOException {
    this.directory = directory;
    this.port = port;
    this.command = command;
    this.process = launch();
  }

  /** The binary, unpacked once. */
  private static final class Binary {
    static final String PATH = unpack();

    private Binary() {}

    private static String unpack() {
      try {
        return ExecutableProvider.newJarResourceProvider().get().getPath();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The driver with which tests look behind the stores. */
  private static final class Admin {
    static final RedisClient CLIENT = client();

    private Admin() {}

    private static RedisClient client() {
      RedisClient client = RedisClient.create();
      client.setOptions(ClientOptions.builder().autoReconnect(false).build());
      return client;
    }
  }

  /** A server that keeps what it has acknowledged, also when its machine is lost. */
  static RedisNode durable() {
    return persistent("appendfsync always");
  }

  /** A server that keeps what it has acknowledged when it is killed, with more settings. */
  static RedisNode persistent(String... settings) {
    return server("appendonly yes", settings);
  }

  /** A server that keeps nothing, with more settings. */
  static RedisNode inMemory(String... settings) {
    return server("appendonly no", settings);
  }

  private static RedisNode server(String persistence, String... settings) {
    return start(
        List.of(),
        Stream.concat(Stream.of("save \"\"", persistence), Arrays.stream(settings))
            .toArray(String[]::new));
  }

  /** A sentinel, which wants a file that it can write to. */
  static RedisNode sentinel(String... lines) {
    return start(List.of("--sentinel"), lines);
  }

  private static RedisNode start(List<String> mode, String... settings) {
    try {
      Path directory = Files.createTempDirectory("latchkey-redis-");
      int port = freePort();
      Path file = directory.resolve("redis.conf");
      List<String> lines = new ArrayList<>();
      lines.add("port " + port);
      lines.add("bind 127.0.0.1");
      lines.add("dir " + directory);
      lines.addAll(List.of(settings));
      Files.write(file, lines);
      List<String> command = new ArrayList<>(List.of(Binary.PATH, file.toString()));
      command.addAll(mode);
      RedisNode node = new RedisNode(directory, port, List.copyOf(command));
      RUNNING.add(node);
      node.awaitReady();
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      if (isFree(port) && isFree(port + BUS)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Process launch() throws IOException {
    Process launched =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    launched.getOutputStream().close();
    return launched;
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void awaitReady() {
    Eventually.within(
        STARTING,
        "a server that answers",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("the server did not start: " + lastLines());
          }
          return ask(commands -> commands.ping()).equals("PONG");
        });
  }

  private String lastLines() {
    try (BufferedReader reader = Files.newBufferedReader(log(), StandardCharsets.UTF_8)) {
      List<String> lines = reader.lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  String uri() {
    return "redis://" + address();
  }

  /** Asks this very server, on a connection of its own. */
  <T> T ask(Function<RedisCommands<String, String>, T> question) {
    return ask(RedisURI.create(uri()), question);
  }

  /** Asks any server, on a connection of its own. */
  static <T> T ask(RedisURI uri, Function<RedisCommands<String, String>, T> question) {
    try (StatefulRedisConnection<String, String> connection = Admin.CLIENT.connect(uri)) {
      return question.apply(connection.sync());
    }
  }

  /** Ends the process at once, in the middle of whatever it does. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Ends the process in order. */
  void stop() {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(STARTING.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server ended", e);
    }
  }

  /** Starts the process again, with the same port and directory, and waits until it answers. */
  void restart() {
    try {
      process = launch();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!RUNNING.remove(this)) {
      return;
    }
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(RedisNode::delete);
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
}
