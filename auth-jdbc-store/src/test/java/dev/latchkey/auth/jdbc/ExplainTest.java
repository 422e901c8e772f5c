package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL finds the rows of every statement by an index, with 100,000 rows in each table: all
 * that lies in the folders of statements, so that none can be forgotten.
 */
final class ExplainTest {
  private static final int ROWS = 100_000;

  /** They are run by no request, and by nobody else more than once a release. */
  private static final Pattern OF_MIGRATIONS = Pattern.compile("(history|migrate)_.*|table_exists");

  /** A part of others, and settings of a transaction. */
  private static final Set<String> NOT_BY_THEMSELVES = Set.of("now", "transaction_limits");

  /** One row for all failures of an action: as many as a host has actions, which is one. */
  private static final Set<String> OF_FEW_ROWS = Set.of("purge_find_surges");

  private static final Pattern PARAMETER = Pattern.compile("(?<!:):([A-Za-z]+)");

  private static final Pattern TIME =
      Pattern.compile("now|skewedNow|activeFrom|earliest|latest|epoch|.*(At|Until)");

  private static final Pattern NUMBER =
      Pattern.compile(
          "after|attempts|failures|from|fullLane|generation|guesses|maxDevices|maxOpen|memory|most"
              + "|page|position|root|version");

  private static final Pattern BYTES =
      Pattern.compile("admissions|ceiling|identityKey|seal|sealed|wrapped");

  private static Keyspace keyspace;
  private static Jdbi jdbi;
  private static Statements statements;

  @BeforeAll
  static void fill() {
    keyspace = Keyspace.create(TestDatabase.POSTGRESQL);
    jdbi = Jdbi.create(keyspace.dataSource());
    statements =
        new Statements(
            Dialect.POSTGRESQL, Map.of("tables", keyspace.schema() + "." + keyspace.prefix()));
    List<String> tables = keyspace.tables();
    jdbi.useTransaction(
        handle -> {
          // The rows fit together: to look up each parent takes longer than all else.
          handle.execute("set local session_replication_role = replica");
          tables.forEach(table -> handle.execute(filling(table, columns(table))));
          tables.forEach(table -> handle.execute("analyze " + keyspace.qualified(table)));
        });
  }

  /** Nobody else shall have so many rows to delete. */
  @AfterAll
  static void drop() {
    jdbi.useHandle(handle -> handle.execute("drop schema %s cascade".formatted(keyspace.schema())));
  }

  private record Column(String name, String type) {}

  private static List<Column> columns(String table) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select column_name, data_type from information_schema.columns"
                        + " where table_schema = :schema and table_name = :table"
                        + " and is_identity = 'NO' order by ordinal_position")
                .bind("schema", keyspace.schema())
                .bind("table", keyspace.prefix() + table)
                .map(
                    (row, context) ->
                        new Column(
                            Objects.requireNonNull(row.getString(1)),
                            Objects.requireNonNull(row.getString(2))))
                .list());
  }

  /** Rows that fit together: the children of a record bear its number. */
  private static String filling(String table, List<Column> columns) {
    List<String> names = columns.stream().map(Column::name).toList();
    List<String> values = columns.stream().map(column -> value(column.type())).toList();
    return "insert into %s (%s) select %s from generate_series(1, %d) as n"
        .formatted(
            keyspace.qualified(table), String.join(", ", names), String.join(", ", values), ROWS);
  }

  private static String value(String type) {
    return switch (type) {
      case "character varying" -> "'x' || n";
      case "timestamp with time zone" -> "timestamptz '2026-01-01' + n * interval '1 minute'";
      case "integer", "bigint" -> "n";
      case "bytea" -> "decode(lpad(to_hex(n), 8, '0'), 'hex')";
      default -> throw new IllegalStateException("no way to fill a column of type " + type);
    };
  }

  /** The names of all statements that PostgreSQL is asked. */
  static List<String> names() {
    return Dialect.POSTGRESQL.folders().stream()
        .flatMap(ExplainTest::files)
        .map(file -> file.replace(".sql", ""))
        .filter(name -> !NOT_BY_THEMSELVES.contains(name))
        .filter(name -> !OF_FEW_ROWS.contains(name))
        .filter(name -> !OF_MIGRATIONS.matcher(name).matches())
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<String> files(String folder) {
    try {
      URI place = Objects.requireNonNull(Statements.class.getResource("sql/" + folder)).toURI();
      try (Stream<Path> files = Files.list(Path.of(place))) {
        return files.map(file -> file.getFileName().toString()).toList().stream();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void statement_findsItsRowsByAnIndex(String name) {
    assertThat(withoutIndex(explain(name, statements.get(name)))).isEmpty();
  }

  /** What is looked for is found where it is. */
  @Test
  void scanOfAWholeTable_isSeen() {
    String users = keyspace.qualified("users");

    assertThat(withoutIndex(explain("planted", "select 1 from " + users + " where phone = :phone")))
        .isNotEmpty();
    assertThat(withoutIndex(explain("planted", "select id from " + users + " order by id")))
        .isNotEmpty();
  }

  @Test
  void statements_areAllThere() {
    assertThat(names())
        .hasSizeGreaterThan(50)
        .contains("otp_sign_in", "session_rotate", "rate_lock", "user_by_email", "otp_load");
  }

  private static List<String> explain(String name, String sql) {
    return jdbi.withHandle(
        handle -> {
          Query query = handle.createQuery("explain (costs off) " + sql);
          Matcher parameters = PARAMETER.matcher(sql);
          while (parameters.find()) {
            String parameter = parameters.group(1);
            query.bind(parameter, sample(name, parameter));
          }
          if (sql.contains("<subjects>")) {
            query.bindList("subjects", List.of("x7", "x70", "x700"));
          }
          return query.mapTo(String.class).list();
        });
  }

  private static Object sample(String name, String parameter) {
    if (name.startsWith("surge_") && parameter.equals("failures")) {
      return new byte[] {1};
    }
    // The key of a row to purge, which is a number in one table.
    boolean number = name.equals("purge_delete_revocations") && parameter.equals("first");
    if (number || NUMBER.matcher(parameter).matches()) {
      return 500L;
    }
    if (TIME.matcher(parameter).matches()) {
      return OffsetDateTime.of(2026, 1, 1, 1, 0, 0, 0, ZoneOffset.UTC);
    }
    return BYTES.matcher(parameter).matches() ? new byte[] {1} : "x500";
  }

  /** The lines of a plan that read a table, or an index, from end to end. */
  private static List<String> withoutIndex(List<String> plan) {
    List<String> found = new ArrayList<>();
    for (int line = 0; line < plan.size(); line++) {
      String node = plan.get(line);
      String next = line + 1 < plan.size() ? plan.get(line + 1).strip() : "";
      boolean byIndex = node.contains("Index Scan") || node.contains("Index Only Scan");
      boolean few =
          next.startsWith("Index Cond") || (line > 0 && plan.get(line - 1).contains("Limit"));
      if (node.contains("Seq Scan") || (byIndex && !few)) {
        found.add(node.strip());
      }
    }
    return found;
  }
}
