package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of promises against the tests that it names. */
class PromisesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern CITED = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern ANNOTATION = Pattern.compile("@(\\w+)?Test\\b");

  private static String page() {
    return read(ROOT.resolve("docs/promises.md"));
  }

  private static List<String> rows() {
    return page()
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| promise |"))
        .filter(line -> !line.startsWith("| --- |"))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> sources() {
    try (Stream<Path> modules = Files.list(ROOT)) {
      return modules
          .map(module -> module.resolve("src"))
          .filter(Files::isDirectory)
          .flatMap(PromisesTest::javaFiles)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a file of that class declares a test of that name. */
  private static boolean exists(List<Path> sources, MatchResult cited) {
    return sources.stream()
        .filter(file -> file.endsWith(cited.group(1) + ".java"))
        .anyMatch(file -> isTest(read(file), cited.group(2)));
  }

  /** A blank line stands before each member, and the annotation between that and the name. */
  private static boolean isTest(String source, String name) {
    int at = source.indexOf(" void " + name + "(");
    return at >= 0
        && ANNOTATION.matcher(source.substring(source.lastIndexOf("\n\n", at), at)).find();
  }

  @Test
  void everyTestThatIsNamed_exists() {
    List<Path> sources = sources();

    assertThat(
            CITED
                .matcher(page())
                .results()
                .filter(cited -> !exists(sources, cited))
                .map(MatchResult::group))
        .isEmpty();
  }

  @Test
  void everyPromise_namesATest() {
    assertThat(rows())
        .hasSizeGreaterThan(30)
        .allSatisfy(row -> assertThat(CITED.matcher(row).find()).as(row).isTrue());
  }

  @Test
  void everyPromiseOfTheReadme_standsHere() {
    String readme = read(ROOT.resolve("README.md"));
    int begin = readme.indexOf("\nPromised,");
    int end = readme.indexOf("\nNot promised:");
    assertThat(begin).isBetween(1, end);
    String promised = readme.substring(begin, end);
    List<String> promises =
        Pattern.compile("\n- ")
            .splitAsStream(promised)
            .skip(1)
            .map(promise -> promise.strip().replaceAll("\\s+", " "))
            .toList();

    assertThat(promises).isNotEmpty();
    assertThat(rows().stream().collect(Collectors.joining("\n"))).contains(promises);
  }
}
