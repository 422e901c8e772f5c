package dev.latchkey.auth.jdbc;

import java.io.Serial;
import java.sql.SQLException;

/**
 * A row is not as any release writes it. Tells of no value. Immutable apart from what every {@link
 * Throwable} can change.
 */
final class UnreadableException extends SQLException {
  @Serial private static final long serialVersionUID = 1L;

  private final String table;

  UnreadableException(String table) {
    super("a row can not be read", "22000");
    this.table = table;
  }

  String table() {
    return table;
  }
}
