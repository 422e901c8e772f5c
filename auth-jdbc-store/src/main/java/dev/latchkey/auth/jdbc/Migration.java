package dev.latchkey.auth.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of the tables, as a file that is never edited once it is released. Immutable.
 *
 * <p>PostgreSQL applies all of a file or nothing. The others commit each statement by itself; there
 * every statement can be repeated.
 *
 * @param version its number, from 1
 * @param description what it does, in the words of its name
 * @param sql its statements, with the placeholders {@code tables} and {@code prefix}
 */
record Migration(int version, String description, String sql) {
  /** In order. A jar can not be asked what is in it, so they are named here. */
  static final List<String> FILES =
      List.of("V1__create_tables.sql", "V2__describe_users_and_index_what_ends.sql");

  /** As Flyway reads it. */
  private static final Pattern NAME = Pattern.compile("V([1-9][0-9]*)__([a-z0-9_]+)\\.sql");

  /** All that this release knows, in order. */
  static List<Migration> all(Dialect dialect) {
    return FILES.stream().map(file -> read(dialect, file)).toList();
  }

  private static Migration read(Dialect dialect, String file) {
    Matcher name = NAME.matcher(file);
    if (!name.matches()) {
      throw new IllegalStateException(
          "a migration must be named V1__what_it_does.sql, got " + file);
    }
    String resource = "migration/" + dialect.folder() + "/" + file;
    try (InputStream in = Migration.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no migration " + resource);
      }
      return new Migration(
          Integer.parseInt(name.group(1)),
          name.group(2).replace('_', ' '),
          new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of the file, whatever its line ends have become on the way. */
  String checksum() {
    try {
      byte[] text = sql.replace("\r\n", "\n").getBytes(UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "migration %d (%s)".formatted(version, description);
  }
}
