package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the page about stores of one's own shows is code that runs here. */
class YourOwnStoreTest {
  private static final String PAGE = "docs/your-own-store.md";
  private static final String EXAMPLE =
      "auth-examples/src/main/java/dev/latchkey/auth/examples/DirectoryStore.java";
  private static final String PROOF =
      "auth-examples/src/test/java/dev/latchkey/auth/examples/DirectoryStoreTest.java";

  /** All from the declaration of the type on: without package, imports and Javadoc. */
  private static String typeIn(String path) throws IOException {
    Matcher type = Pattern.compile("(?ms)^(public )?(final )?class .*").matcher(Readme.file(path));
    assertThat(type.find()).as(path).isTrue();
    return type.group();
  }

  @Test
  void page_showsTheExampleAndItsProof_asTheyAre() throws IOException {
    String page = Readme.file(PAGE);
    for (String path : List.of(EXAMPLE, PROOF)) {
      assertThat(page).as("%s is shown in %s", path, PAGE).contains(typeIn(path));
    }
  }

  @Test
  void page_leadsSomewhereWithEachLink() throws IOException {
    Matcher links = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)").matcher(Readme.file(PAGE));
    while (links.find()) {
      String path = links.group(1).replaceFirst("^\\.\\./", "");
      assertThat(Readme.exists(path)).as(path).isTrue();
    }
  }

  private static long linesIn(String path) throws IOException {
    return typeIn(path)
        .lines()
        .filter(line -> !line.isBlank() && !line.strip().startsWith("/**"))
        .count();
  }

  @Test
  void example_hasAboutFortyLines() throws IOException {
    assertThat(linesIn(EXAMPLE)).isLessThanOrEqualTo(50);
  }

  @Test
  void proof_takesTwentyFiveLinesAtMost() throws IOException {
    assertThat(linesIn(PROOF)).isLessThanOrEqualTo(25);
  }
}
