package dev.latchkey.auth.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The columns of a row by name, each with its type. */
final class Columns {
  private final ResultSet row;
  private final Times times;

  Columns(ResultSet row, Times times) {
    this.row = row;
    this.times = times;
  }

  /** What a row says. */
  @FunctionalInterface
  interface Reading<T> {
    T of(Columns row) throws SQLException;
  }

  /** What this row of a table says; what nothing can be made of is unreadable, and not a bug. */
  <T> T read(String table, Reading<T> reading) throws SQLException {
    try {
      return reading.of(this);
    } catch (RuntimeException e) {
      throw new UnreadableException(table);
    }
  }

  String text(String column) throws SQLException {
    return there(column, row.getString(column));
  }

  Optional<String> maybeText(String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  long number(String column) throws SQLException {
    return row.getLong(column);
  }

  byte[] bytes(String column) throws SQLException {
    return there(column, row.getBytes(column));
  }

  Instant time(String column) throws SQLException {
    return there(column, times.fromColumn(row, row.findColumn(column)));
  }

  boolean has(String column) throws SQLException {
    return row.getObject(column) != null;
  }

  private static <T> T there(String column, @Nullable T value) throws SQLException {
    if (value == null) {
      throw new SQLException("column " + column + " is null", "22004");
    }
    return value;
  }
}
