package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README of the project, as its readers see it. */
final class Readme {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```([a-z]+)\n(.*?)^```$");
  private static final Pattern TYPE = Pattern.compile("(?ms)^(public )?(final )?class .*");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");

  private Readme() {}

  /** A fenced block and the language that it is marked with. */
  record Block(String language, String text) {}

  /** A file of the project, by its path from the root. */
  static String file(String path) throws IOException {
    return Files.readString(path(path), UTF_8);
  }

  /** All of a file from the declaration of its type on: without package, imports and Javadoc. */
  static String typeIn(String path) throws IOException {
    Matcher type = TYPE.matcher(file(path));
    if (!type.find()) {
      throw new IllegalStateException("no type in " + path);
    }
    return type.group();
  }

  /** Where a page in a folder of the project leads, by paths from the root. */
  static List<String> linksOf(String page) throws IOException {
    List<String> paths = new ArrayList<>();
    Matcher links = LINK.matcher(file(page));
    while (links.find()) {
      paths.add(links.group(1).replaceFirst("^\\.\\./", ""));
    }
    return paths;
  }

  static boolean exists(String path) {
    return Files.exists(path(path));
  }

  private static Path path(String path) {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    return module.resolveSibling(path);
  }

  static String text() throws IOException {
    return file("README.md");
  }

  /** All fenced blocks of the part under a heading. */
  static List<Block> blocksUnder(String heading) throws IOException {
    String text = text();
    int begin = text.indexOf("\n" + heading + "\n");
    if (begin < 0) {
      throw new IllegalStateException("no heading " + heading);
    }
    int end = text.indexOf("\n## ", begin + 1);
    Matcher fences = FENCE.matcher(text.substring(begin, end < 0 ? text.length() : end));
    List<Block> blocks = new ArrayList<>();
    while (fences.find()) {
      blocks.add(new Block(fences.group(1), fences.group(2)));
    }
    return blocks;
  }

  /** The one block of a language under a heading. */
  static String block(String heading, String language) throws IOException {
    List<String> found =
        blocksUnder(heading).stream()
            .filter(block -> block.language().equals(language))
            .map(Block::text)
            .toList();
    if (found.size() != 1) {
      throw new IllegalStateException(heading + " must have one block of " + language);
    }
    return found.get(0);
  }
}
