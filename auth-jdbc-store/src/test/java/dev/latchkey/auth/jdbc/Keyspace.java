package dev.latchkey.auth.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * A schema of its own with all tables, empty, on connections that all keyspaces share. To make one
 * takes long; so it is wiped and used again once it is closed.
 */
final class Keyspace implements AutoCloseable {
  private static final String PREFIX = JdbcStores.DEFAULT_PREFIX;
  private static final String HISTORY = PREFIX + "schema_history";

  private final TestDatabase database;
  private final String schema;

  /** All but the history, in an order in which nothing refers to what is gone. */
  private final List<String> tables;

  private final AtomicBoolean open = new AtomicBoolean(true);

  private Keyspace(TestDatabase database, String schema, List<String> tables) {
    this.database = database;
    this.schema = schema;
    this.tables = tables;
  }

  static Keyspace create(TestDatabase database) {
    String schema = database.freshSchema();
    new Migrations(database.patient(), database.dialect(), schema, PREFIX).apply();
    try (Connection connection = database.patient().getConnection()) {
      List<String> tables = new ArrayList<>();
      Set<String> seen = new HashSet<>(Set.of(HISTORY));
      for (String table : tables(connection, schema)) {
        place(connection, schema, table, seen, tables);
      }
      // Parents stand first: to be emptied last.
      List<String> wiping = new ArrayList<>(tables);
      Collections.reverse(wiping);
      Keyspace keyspace = new Keyspace(database, schema, List.copyOf(wiping));
      keyspace.requireEmpty(connection);
      return keyspace;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> tables(Connection connection, String schema) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select lower(table_name) from information_schema.tables"
                + " where lower(table_schema) = ? order by 1")) {
      statement.setString(1, schema);
      try (ResultSet rows = statement.executeQuery()) {
        List<String> names = new ArrayList<>();
        while (rows.next()) {
          names.add(Objects.requireNonNull(rows.getString(1)));
        }
        return names;
      }
    }
  }

  private static void place(
      Connection connection, String schema, String table, Set<String> seen, List<String> into)
      throws SQLException {
    if (!seen.add(table)) {
      return;
    }
    DatabaseMetaData metaData = connection.getMetaData();
    boolean upper = metaData.storesUpperCaseIdentifiers();
    String stored = upper ? schema.toUpperCase(Locale.ROOT) : schema;
    String name = upper ? table.toUpperCase(Locale.ROOT) : table;
    boolean catalogs = !metaData.supportsSchemasInTableDefinitions();
    List<String> parents = new ArrayList<>();
    try (ResultSet keys =
        metaData.getImportedKeys(catalogs ? stored : null, catalogs ? null : stored, name)) {
      while (keys.next()) {
        parents.add(
            Objects.requireNonNull(keys.getString("PKTABLE_NAME")).toLowerCase(Locale.ROOT));
      }
    }
    for (String parent : parents) {
      place(connection, schema, parent, seen, into);
    }
    into.add(table);
  }

  /** Rows that a migration writes would be lost when the keyspace is used again. */
  private void requireEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        try (ResultSet rows = statement.executeQuery("select 1 from " + table(table))) {
          if (rows.next()) {
            throw new AssertionError("a migration left rows in " + table);
          }
        }
      }
    }
  }

  DataSource dataSource() {
    return database.patient();
  }

  TestDatabase database() {
    return database;
  }

  String schema() {
    return schema;
  }

  String prefix() {
    return PREFIX;
  }

  /** All tables, without the prefix, but for the history of migrations. */
  List<String> tables() {
    return tables.stream().map(table -> table.substring(PREFIX.length())).toList();
  }

  /** The whole name of a table, as in {@code from}, by its name without the prefix. */
  String qualified(String table) {
    return table(PREFIX + table);
  }

  private String table(String name) {
    return schema + "." + name;
  }

  /** The same tables, empty, for somebody else. */
  Keyspace wiped() {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.addBatch("delete from " + table(table));
      }
      statement.executeBatch();
      return new Keyspace(database, schema, tables);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives the tables back; whoever has them still must not use them. */
  @Override
  public void close() {
    if (open.getAndSet(false)) {
      database.server().idle().add(this);
    }
  }
}
