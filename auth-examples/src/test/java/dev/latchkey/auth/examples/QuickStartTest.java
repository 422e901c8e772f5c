package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The quick start runs, and the README shows what it is and what it prints. */
class QuickStartTest {
  private static final String QUICK_START = "## Quick start";
  private static final String SOURCE =
      "auth-examples/src/main/java/dev/latchkey/auth/examples/QuickStart.java";

  @Test
  @ResourceLock(Resources.SYSTEM_OUT)
  void main_printsWhatTheReadmeShows() throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      QuickStart.main(new String[0]);
    } finally {
      System.setOut(before);
    }
    String shown = Readme.block(QUICK_START, "text");
    assertThat(withoutCode(printed.toString(UTF_8))).isEqualTo(withoutCode(shown));
  }

  @Test
  void readme_showsTheSource() throws IOException {
    String source = Readme.file(SOURCE);

    assertThat(Readme.block(QUICK_START, "java"))
        .isEqualTo(source.substring(source.indexOf("import ")));
  }

  @Test
  void source_isShort() throws IOException {
    String source = Readme.file(SOURCE);
    String main = source.substring(source.indexOf("public static void main"));

    assertThat(main.lines().count()).isLessThanOrEqualTo(50);
  }

  private static String withoutCode(String output) {
    return output.replaceAll("[0-9]{6}", "000000").replace(System.lineSeparator(), "\n");
  }
}
