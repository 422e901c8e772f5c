package dev.latchkey.auth.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code names statements by text: these tests are its compiler. */
final class StatementsTest {
  private static final Path MAIN = Path.of("src", "main");
  private static final Path SQL =
      MAIN.resolve(Path.of("resources", "dev", "latchkey", "auth", "jdbc", "sql"));

  /** What the code asks for with {@code find}: a dialect may do without. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "otp_sign_in",
          "session_rotate",
          "session_limits",
          "session_restore",
          "transaction_limits",
          "migrate_limits",
          "migrate_lock",
          "migrate_restore",
          "migrate_row",
          "migrate_unlock");

  private static final Map<String, String> PLACEHOLDERS =
      Map.of("tables", "auth.latchkey_", "millis", "1000", "seconds", "1");

  private static final Map<String, String> OF_MIGRATIONS =
      Map.of("tables", "auth.latchkey_", "prefix", "latchkey_");

  static List<Dialect> dialects() {
    return List.of(Dialect.POSTGRESQL, Dialect.MARIADB, Dialect.MYSQL, Dialect.H2);
  }

  private static boolean isOfMigrations(String name) {
    return name.startsWith("history_")
        || name.startsWith("migrate_")
        || name.equals("table_exists");
  }

  private static Statements statements(Dialect dialect, String name) {
    return new Statements(dialect, isOfMigrations(name) ? OF_MIGRATIONS : PLACEHOLDERS);
  }

  private static Set<String> names(Stream<Path> folders) {
    return folders
        .flatMap(folder -> list(folder).stream())
        .map(file -> file.getFileName().toString().replaceAll("\\.sql$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> allNames() {
    Set<String> names = names(list(SQL).stream());
    names.remove("now");
    assertThat(names).hasSizeGreaterThan(60);
    return names;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String code() {
    try (Stream<Path> files = Files.walk(MAIN.resolve("java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(StatementsTest::text)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void everyStatement_isThereForEveryDialect_butForThoseItCanDoWithout(Dialect dialect) {
    for (String name : allNames()) {
      assertThat(statements(dialect, name).find(name).isPresent() || OPTIONAL.contains(name))
          .as("%s of %s", name, dialect.folder())
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void everyStatement_isFilledIn_andWithoutItsHead(Dialect dialect) {
    for (String name : allNames()) {
      statements(dialect, name)
          .find(name)
          .ifPresent(
              sql ->
                  assertThat(sql)
                      .as("%s of %s", name, dialect.folder())
                      .isNotBlank()
                      .doesNotContain("${")
                      .doesNotStartWith("--"));
    }
  }

  @ParameterizedTest
  @MethodSource("dialects")
  void everyDialect_readsItsOwnFolderFirst(Dialect dialect) {
    for (String name : names(Stream.of(SQL.resolve(dialect.folder())))) {
      String own = text(SQL.resolve(dialect.folder()).resolve(name + ".sql"));
      String lastLine = own.lines().reduce((one, other) -> other).orElseThrow().strip();
      String unfilled = lastLine.replaceAll("\\$\\{.*", "");
      assertThat(statements(dialect, name).get(name)).contains(unfilled);
    }
  }

  @Test
  void everyName_inTheCode_isAStatement() {
    Set<String> names = allNames();
    List<String> named =
        Pattern.compile(
                "\\b(?:query|update|batch|get|delete|putDevices|putCodes|parts)"
                    + "\\(\\s*(?:tx,\\s*)?\"([a-z][a-z_0-9]*)\"\\s*[,)]")
            .matcher(code())
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(named).hasSizeGreaterThan(40);
    assertThat(names).containsAll(named);
    assertThat(names).containsAll(OPTIONAL);
    for (String table : Purge.TABLES) {
      assertThat(names).contains("purge_find_" + table, "purge_delete_" + table);
    }
  }

  @Test
  void everyStatement_isNamedInTheCode() {
    String code = code();
    for (String name : allNames()) {
      boolean named = code.contains('"' + name + '"');
      boolean made =
          Stream.of("purge_find_", "purge_delete_", "key_delete_")
              .anyMatch(
                  prefix ->
                      name.startsWith(prefix)
                          && code.contains('"' + prefix + '"')
                          && code.contains('"' + name.substring(prefix.length()) + '"'));
      assertThat(named || made).as(name).isTrue();
    }
  }

  @Test
  void aStatementThatIsNowhere_isNamed() {
    Statements statements = new Statements(Dialect.H2, PLACEHOLDERS);

    assertThat(statements.find("no_such")).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> statements.get("no_such"))
        .withMessage("no statement no_such for h2");
  }

  @Test
  void aStatementThatIsLeftOut_isNotThere() {
    Statements statements = new Statements(Dialect.POSTGRESQL, PLACEHOLDERS, Set.of("otp_sign_in"));

    assertThat(statements.find("otp_sign_in")).isEmpty();
    assertThat(statements.find("session_rotate")).isPresent();
  }
}
