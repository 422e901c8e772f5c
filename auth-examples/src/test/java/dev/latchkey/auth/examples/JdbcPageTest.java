package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the page about databases shows of a host's own table is code that runs here. */
class JdbcPageTest {
  private static final String PAGE = "docs/jdbc.md";
  private static final String EXAMPLE =
      "auth-examples/src/main/java/dev/latchkey/auth/examples/CustomerAccounts.java";

  @Test
  void page_showsTheDirectoryAsItIs() throws IOException {
    assertThat(Readme.file(PAGE)).contains(Readme.typeIn(EXAMPLE));
  }

  @Test
  void page_andTheDirectory_showTheTableThatTestsMake() throws IOException {
    String table = Customers.TABLE.strip();

    assertThat(Readme.file(PAGE)).contains(table);
    assertThat(Readme.file(EXAMPLE).replace(" * ", "")).contains(table);
  }

  @Test
  void page_leadsSomewhereWithEachLink() throws IOException {
    assertThat(Readme.linksOf(PAGE))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(Readme.exists(path)).as(path).isTrue());
  }
}
