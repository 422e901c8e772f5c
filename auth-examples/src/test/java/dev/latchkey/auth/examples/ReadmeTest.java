package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.latchkey.auth.examples.Readme.Block;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README tells a newcomer to type, typed. */
class ReadmeTest {
  private static final String CURL = "## Try it with curl";

  /** Printed before the output of each block, so that it is known whose it is. */
  private static final String MARK = "@@";

  @Test
  void transcript_givesWhatItShows() throws IOException {
    assumeThat(isThere("bash")).as("bash is there; without it this is skipped").isTrue();
    assumeThat(isThere("curl")).as("curl is there; without it this is skipped").isTrue();
    List<Block> blocks = Readme.blocksUnder(CURL);
    String commands =
        blocks.stream()
            .filter(block -> block.language().equals("sh"))
            .map(block -> "echo '" + MARK + "'\n" + block.text())
            .collect(Collectors.joining("\n"));
    String[] outputs;
    try (RunningServer server =
        ExampleServer.start(Settings.of(Map.of("PORT", "0")), Clock.systemUTC())) {
      assertThat(commands).contains("localhost:8080");
      outputs =
          bash(commands.replace("localhost:8080", "localhost:" + server.port())).split(MARK, -1);
    }

    int number = 0; // before the first mark there is nothing
    for (Block block : blocks) {
      if (block.language().equals("sh")) {
        number++;
      } else {
        assertThat(outputs[number]).as("output of block %d", number).matches(shown(block.text()));
      }
    }
    assertThat(outputs).hasSize(number + 1);
  }

  @Test
  void twoCommands_areAllThatItTakes() throws IOException {
    assertThat(Readme.blocksUnder("## Start"))
        .extracting(Block::text)
        .containsExactly(
            "mvn -DskipTests -pl auth-examples -am package"
                + " && java -jar auth-examples/target/auth-examples.jar\n",
            "mvn verify\n");
  }

  @Test
  void moduleTable_namesTheModulesThatExist() throws IOException {
    String parent = Readme.file("pom.xml");
    for (Matcher row = Pattern.compile("(?m)^\\| `(auth-[a-z-]+)`").matcher(Readme.text());
        row.find(); ) {
      assertThat(parent).contains("<module>" + row.group(1) + "</module>");
    }
    assertThat(Readme.text()).contains("| `auth-core`").contains("| `auth-http`");
  }

  @Test
  void everyLinkInTheProject_leadsSomewhere() throws IOException {
    Matcher links = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)").matcher(Readme.text());
    while (links.find()) {
      assertThat(Readme.exists(links.group(1))).as(links.group(1)).isTrue();
    }
  }

  /** The output as shown, in which an ellipsis stands for anything. */
  private static Pattern shown(String text) {
    String expression =
        List.of(text.strip().split("…", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile("\\s*" + expression + "\\s*");
  }

  private static boolean isThere(String command) {
    try {
      Process process = new ProcessBuilder(command, "--version").start();
      process.getInputStream().readAllBytes();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String bash(String commands) throws IOException {
    Process process = new ProcessBuilder("bash").redirectErrorStream(true).start();
    try (var input = process.getOutputStream()) {
      input.write(commands.getBytes(UTF_8));
    }
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
