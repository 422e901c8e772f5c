package dev.latchkey.auth.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;

/** What stands in a schema, as a test looks at it behind the stores. */
final class Schema {
  private final DataSource dataSource;
  private final String name;

  Schema(DataSource dataSource, String name) {
    this.dataSource = dataSource;
    this.name = name;
  }

  /** A new one, without tables. */
  static Schema fresh(TestDatabase database) {
    return new Schema(database.patient(), database.freshSchema());
  }

  String name() {
    return name;
  }

  /** The names of all tables. */
  List<String> tables() {
    return firstColumn(
        "select lower(table_name) from information_schema.tables"
            + " where lower(table_schema) = ? order by 1");
  }

  /** All columns, each with its table. */
  List<String> columns() {
    return firstColumn(
        "select concat(lower(table_name), '.', lower(column_name)) from information_schema.columns"
            + " where lower(table_schema) = ? order by 1");
  }

  /** What a question about the schema, its only parameter, is answered with. */
  List<String> firstColumn(String question) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(question)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        List<String> answers = new ArrayList<>();
        while (rows.next()) {
          answers.add(String.valueOf(rows.getString(1)));
        }
        return answers;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each row of a table, column by column, as text. */
  List<Map<String, String>> rows(String table) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select * from " + name + "." + table)) {
      ResultSetMetaData columns = rows.getMetaData();
      List<Map<String, String>> all = new ArrayList<>();
      while (rows.next()) {
        Map<String, String> row = new TreeMap<>();
        for (int column = 1; column <= columns.getColumnCount(); column++) {
          row.put(
              columns.getColumnLabel(column).toLowerCase(Locale.ROOT),
              String.valueOf(rows.getString(column)));
        }
        all.add(row);
      }
      return all;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Version and success of each migration, in order. */
  List<String> history() {
    return rows("latchkey_schema_history").stream()
        .filter(row -> version(row) > 0)
        .sorted((one, other) -> Integer.compare(version(one), version(other)))
        .map(row -> version(row) + " " + done(row))
        .toList();
  }

  private static int version(Map<String, String> row) {
    return Integer.parseInt(Objects.requireNonNull(row.get("version")));
  }

  /** PostgreSQL says t, MariaDB 1, H2 TRUE. */
  private static String done(Map<String, String> row) {
    String success = Objects.requireNonNull(row.get("success")).toLowerCase(Locale.ROOT);
    return List.of("t", "1", "true").contains(success) ? "done" : "begun";
  }

  void execute(String... statements) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
