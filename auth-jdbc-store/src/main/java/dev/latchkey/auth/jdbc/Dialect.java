package dev.latchkey.auth.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A database and how it differs from the others, but for its statements, which lie in folders by
 * its name: see {@link Statements}.
 *
 * @param times how columns hold times
 * @param folders where statements are looked for, in this order; migrations lie in the first
 * @param conflicts what its own codes are for a transaction that was undone because of another one
 */
record Dialect(Times times, List<String> folders, Set<Integer> conflicts) {
  static final Dialect POSTGRESQL =
      new Dialect(Times.ZONED, List.of("postgresql", "common"), Set.of());

  /**
   * 1020: the row was changed since the snapshot, 1412: the table was. 1205: waited too long. 1213:
   * deadlock.
   */
  static final Dialect MARIADB =
      new Dialect(Times.LOCAL_UTC, List.of("mariadb", "common"), Set.of(1020, 1205, 1213, 1412));

  static final Dialect MYSQL =
      new Dialect(Times.LOCAL_UTC, List.of("mysql", "mariadb", "common"), Set.of(1205, 1213, 1412));

  /** 23505: two made one row at once. 50200: waited too long. 90131: the row was changed. */
  static final Dialect H2 =
      new Dialect(Times.ZONED, List.of("h2", "common"), Set.of(23505, 50200, 90131));

  /** Rolled back because of others: SQL:2023, class 40. 55P03 is PostgreSQL's lock time-out. */
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "55P03");

  /**
   * Asks a connection what it is connected to.
   *
   * @throws IllegalStateException if it is something else
   */
  static Dialect of(DatabaseMetaData database) throws SQLException {
    String product = database.getDatabaseProductName().toLowerCase(Locale.ROOT);
    String version = database.getDatabaseProductVersion().toLowerCase(Locale.ROOT);
    return switch (product) {
      case "postgresql" -> POSTGRESQL;
      case "mariadb" -> MARIADB;
      // MySQL's own driver calls MariaDB by that name.
      case "mysql" -> version.contains("mariadb") ? MARIADB : MYSQL;
      case "h2" -> H2;
      default ->
          throw new IllegalStateException(
              "the database must be PostgreSQL, MariaDB, MySQL or H2, got " + product);
    };
  }

  /** The folder of its migrations. */
  String folder() {
    return folders.get(0);
  }

  /** Whether the server ends a transaction that says nothing, so that it has settled some time. */
  boolean endsSilentTransactions() {
    return !equals(MYSQL);
  }

  /** Whether the transaction is undone because of another one, and can be tried again. */
  boolean isConflict(SQLException refusal) {
    return CONFLICTS.contains(String.valueOf(refusal.getSQLState()))
        || conflicts.contains(refusal.getErrorCode());
  }
}
