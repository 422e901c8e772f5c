package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as an operator starts it: a process of its own, with all that it prints. */
final class ChildServer implements AutoCloseable {
  private static final Pattern ROOT = Pattern.compile("http://localhost:[0-9]+/");
  private static final long DEADLINE_SECONDS = 60;

  private final Process process;
  private final CompletableFuture<URI> uri = new CompletableFuture<>();
  private final CompletableFuture<String> output;

  /**
   * Starts it.
   *
   * @param properties system properties, as {@code name=value}
   * @param settings names and values of environment variables in turn
   */
  ChildServer(List<String> properties, String... settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
    properties.forEach(property -> command.add("-D" + property));
    command.add(ExampleServer.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("LATCHKEY_"));
    builder.environment().put("PORT", "0");
    for (int i = 0; i < settings.length; i += 2) {
      builder.environment().put(settings[i], settings[i + 1]);
    }
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    output = CompletableFuture.supplyAsync(this::read, task -> new Thread(task, "output").start());
  }

  private String read() {
    StringBuilder all = new StringBuilder();
    try (BufferedReader reader = process.inputReader(UTF_8)) {
      String line;
      while ((line = reader.readLine()) != null) {
        all.append(line).append('\n');
        Matcher root = ROOT.matcher(line);
        if (root.find()) {
          uri.complete(URI.create(root.group()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      uri.completeExceptionally(new IllegalStateException("it said: " + all));
    }
    return all.toString();
  }

  /** Where it is, as it said itself. */
  URI uri() {
    return within(uri);
  }

  /** Asks it to stop, as an operator does. */
  void stop() {
    process.toHandle().destroy(); // Process.destroy() would close the pipe of the output too
  }

  /** All that it printed, once it is over. */
  String output() {
    return within(output);
  }

  /** Its exit status, once it is over. */
  int status() {
    output();
    return process.onExit().join().exitValue();
  }

  private static <T> T within(CompletableFuture<T> future) {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
