package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.cas.CasBackend;
import dev.latchkey.auth.cas.CasBackend.Versioned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreProcessesTest {
  private static final String KEY = "count/00";
  private static final int PROCESSES = 3;
  private static final int STEPS = 200;

  @TempDir Path directory;

  /** Counts up in the directory that is named, as one process of several. */
  static final class Counter {
    private Counter() {}

    public static void main(String[] arguments) {
      CasBackend store = new DirectoryStore(Path.of(arguments[0]));
      for (int step = 0; step < STEPS; step++) {
        while (!countUp(store)) {
          Thread.onSpinWait();
        }
      }
    }

    private static boolean countUp(CasBackend store) {
      Optional<Versioned> found = store.read(KEY);
      byte[] next = ByteBuffer.allocate(Integer.BYTES).putInt(count(found) + 1).array();
      long version = found.map(Versioned::version).orElse(0L);
      return store.replace(KEY, version, next, CasBackend.NEVER);
    }
  }

  private static int count(Optional<Versioned> found) {
    return found.map(kept -> ByteBuffer.wrap(kept.bytes()).getInt()).orElse(0);
  }

  @Test
  void replace_fromManyProcesses_losesNoUpdate() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<Process> counters = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      counters.add(
          new ProcessBuilder(
                  java,
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Counter.class.getName(),
                  directory.toString())
              .redirectErrorStream(true)
              .start());
    }
    for (Process counter : counters) {
      assertThat(new String(counter.getInputStream().readAllBytes(), UTF_8)).isEmpty();
      assertThat(counter.waitFor()).isZero();
    }

    assertThat(count(new DirectoryStore(directory).read(KEY))).isEqualTo(PROCESSES * STEPS);
  }
}
