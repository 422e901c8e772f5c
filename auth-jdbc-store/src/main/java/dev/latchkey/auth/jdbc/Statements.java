package dev.latchkey.auth.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The statements of one dialect, by name: each a file {@code sql/FOLDER/NAME.sql} in the first
 * folder of the dialect that has it. Dialects differ there and not in this code. Safe for
 * concurrent use.
 *
 * <p>Placeholders: {@code ${tables}} is the schema, a dot and the prefix, {@code ${now}} the
 * server's time, {@code ${millis}} and {@code ${seconds}} the deadline, rounded up.
 */
final class Statements {
  private final Dialect dialect;
  private final Map<String, String> placeholders;
  private final Set<String> without;
  private final Map<String, Optional<String>> byName = new ConcurrentHashMap<>();

  /** All that the dialect has. */
  Statements(Dialect dialect, Map<String, String> placeholders) {
    this(dialect, placeholders, Set.of());
  }

  /**
   * Loads nothing yet.
   *
   * @param dialect whose statements
   * @param placeholders what stands for each name in them, but for {@code now}
   * @param without those that are to do what dialects without them do
   */
  Statements(Dialect dialect, Map<String, String> placeholders, Set<String> without) {
    this.dialect = dialect;
    this.placeholders = Map.copyOf(placeholders);
    this.without = Set.copyOf(without);
  }

  /** A statement that every dialect has. */
  String get(String name) {
    return find(name)
        .orElseThrow(
            () -> new IllegalStateException("no statement " + name + " for " + dialect.folder()));
  }

  /** A statement that some dialects have: by it they do in one step what others do in several. */
  Optional<String> find(String name) {
    return byName.computeIfAbsent(name, this::load);
  }

  private Optional<String> load(String name) {
    return without.contains(name) ? Optional.empty() : text(name).map(this::filledIn);
  }

  private Optional<String> text(String name) {
    return dialect.folders().stream()
        .flatMap(folder -> read("sql/" + folder + "/" + name + ".sql").stream())
        .findFirst();
  }

  private String filledIn(String sql) {
    String filled = sql.replace("${now}", text("now").orElse("").strip());
    for (Map.Entry<String, String> placeholder : placeholders.entrySet()) {
      filled = filled.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
    }
    return filled;
  }

  /** A resource beside this class, without the lines of comment at its head. */
  private static Optional<String> read(String resource) {
    try (InputStream in = Statements.class.getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(withoutHead(new String(in.readAllBytes(), UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the head says is for people; a colon in it would be read as a parameter. */
  private static String withoutHead(String sql) {
    return sql.lines()
        .dropWhile(line -> line.startsWith("--") || line.isBlank())
        .reduce((one, other) -> one + "\n" + other)
        .orElse("");
  }
}
