package dev.latchkey.auth.testkit.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge of races between processes sees what it is there to see. */
final class RacingProcessesTest {
  @TempDir Path directory;

  private static AuthStores stores() {
    return InMemoryStores.create(Clock.systemUTC());
  }

  /** A process with stores of its own. It leaves its id, and has something to say besides. */
  static final class Alone {
    private Alone() {}

    public static void main(String[] arguments) throws IOException {
      String id = Long.toString(ProcessHandle.current().pid());
      Files.createFile(Path.of(arguments[0]).resolve(id));
      System.out.println("what a driver prints");
      Processes.serve(stores());
    }
  }

  /** A process that ends before it is ready. */
  static final class Over {
    private Over() {}

    public static void main(String[] arguments) {}
  }

  /** A process that fails at its first race for admissions. */
  static final class Failing {
    private Failing() {}

    public static void main(String[] arguments) {
      RateLimitStore broken =
          (RateLimitStore)
              Proxy.newProxyInstance(
                  Failing.class.getClassLoader(),
                  new Class<?>[] {RateLimitStore.class},
                  (proxy, method, given) -> {
                    throw new IllegalStateException("this is meant to fail");
                  });
      Processes.serve(AuthStores.mix(stores()).rateLimits(broken).build());
    }
  }

  private List<Long> ids() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> Long.parseLong(file.getFileName().toString())).toList();
    }
  }

  @Test
  void storesThatAreNotShared_areFoundOut() {
    AuthStores own = stores();
    try (Processes processes = Processes.start(2, 4, Alone.class, directory.toString())) {
      assertThat(processes.race(own, Contest.THREE_ADMISSIONS, 1)).isEqualTo(2 * 3);
      assertThat(processes.race(own, Contest.THREE_ADMISSIONS, 1)).as("the same round").isZero();
      assertThat(processes.race(own, Contest.THREE_ADMISSIONS, 2)).isEqualTo(2 * 3);
    }
  }

  @Test
  void close_hasEndedAll() throws IOException {
    Processes.start(2, 1, Alone.class, directory.toString()).close();

    assertThat(ids())
        .hasSize(2)
        .allSatisfy(id -> assertThat(ProcessHandle.of(id)).matches(it -> !isAlive(it)));
  }

  private static boolean isAlive(Optional<ProcessHandle> process) {
    return process.map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void aProcess_whoseTestIsGone_ends() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Alone.class.getName(),
                directory.toString())
            .start();
    process.getOutputStream().close();

    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(printed).contains("ready");
  }

  @Test
  void aProcess_thatEndsBeforeItIsReady_failsTheTest() {
    assertThatThrownBy(() -> Processes.start(2, 1, Over.class))
        .isInstanceOf(AssertionError.class)
        .hasMessage("a process has ended");
  }

  @Test
  void aProcess_thatEndsInARace_failsTheTest_andAnyOtherThatGoesOnWithIt() {
    AuthStores own = stores();
    try (Processes processes = Processes.start(1, 1, Failing.class)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> processes.race(own, Contest.THREE_ADMISSIONS, 1))
            .isInstanceOf(AssertionError.class)
            .hasMessage("a process has ended");
      }
    }
  }

  @Test
  void start_ofNoProcess_orWithoutAThread_isRefused() {
    assertThatThrownBy(() -> Processes.start(0, 1, Alone.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("processes and threads must be 1 or more, got 0 and 1");
    assertThatThrownBy(() -> Processes.start(1, 0, Alone.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("processes and threads must be 1 or more, got 1 and 0");
  }
}
