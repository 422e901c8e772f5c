package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the page about stores of one's own shows is code that runs here. */
class YourOwnStoreTest {
  private static final String PAGE = "docs/your-own-store.md";
  private static final String EXAMPLE =
      "auth-examples/src/main/java/dev/latchkey/auth/examples/DirectoryStore.java";
  private static final String PROOF =
      "auth-examples/src/test/java/dev/latchkey/auth/examples/DirectoryStoreTest.java";

  @Test
  void page_showsTheExampleAndItsProof_asTheyAre() throws IOException {
    String page = Readme.file(PAGE);
    for (String path : List.of(EXAMPLE, PROOF)) {
      assertThat(page).as("%s is shown in %s", path, PAGE).contains(Readme.typeIn(path));
    }
  }

  @Test
  void page_leadsSomewhereWithEachLink() throws IOException {
    assertThat(Readme.linksOf(PAGE)).allSatisfy(path -> assertThat(Readme.exists(path)).isTrue());
  }

  private static long linesIn(String path) throws IOException {
    return Readme.typeIn(path)
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
