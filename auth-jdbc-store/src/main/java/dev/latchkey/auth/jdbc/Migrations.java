package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Brings the tables to what this release needs, and keeps in {@code schema_history} what was done.
 *
 * <p>Nodes that do so at once are safe. On PostgreSQL all that is missing is one transaction, under
 * an advisory lock; on MariaDB and MySQL there is a named lock; on H2 a locked row, for which a
 * second connection is needed. After a crash the next run repeats what was not finished. Whatever a
 * history has that can not be of this release is refused before anything is changed. Safe for
 * concurrent use.
 */
final class Migrations {
  private static final String VERB = "jdbc.migrate";
  private static final String HISTORY = "schema_history";

  /** Some table of the first migration, and of every later one. */
  private static final String FIRST_TABLE = "users";

  /** How long other nodes, and transactions that use the tables, are waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** MySQL has no "if not exists" for a column (1060) or an index (1061). */
  private static final Set<Integer> ALREADY_THERE = Set.of(1060, 1061);

  private static final int SECONDS_TO_TELL = 2;

  /** Where one node takes two connections of a pool: two nodes could have one each, and wait. */
  private static final Lock IN_THIS_PROCESS = new ReentrantLock();

  private final Jdbi jdbi;
  private final Dialect dialect;
  private final String schema;
  private final String prefix;
  private final List<Migration> known;
  private final Statements statements;

  /**
   * Does nothing yet.
   *
   * @param dataSource where connections come from
   * @param dialect what they are connected to
   * @param schema where the tables are; empty for the schema of the connections
   * @param prefix what all tables begin with
   */
  Migrations(DataSource dataSource, Dialect dialect, String schema, String prefix) {
    this(dataSource, dialect, schema, prefix, Migration.all(dialect));
  }

  /** The same with the migrations of another release. */
  Migrations(
      DataSource dataSource, Dialect dialect, String schema, String prefix, List<Migration> known) {
    this.jdbi = Jdbi.create(dataSource);
    this.dialect = dialect;
    this.schema = schema;
    this.prefix = prefix;
    this.known = List.copyOf(known);
    this.statements = new Statements(dialect, Map.of("tables", tables(), "prefix", prefix));
  }

  private String tables() {
    return (schema.isEmpty() ? "" : schema + ".") + prefix;
  }

  /** What the history says of a migration. */
  private record Entry(int version, String checksum, boolean success) {}

  /**
   * Applies what is missing.
   *
   * @throws StoreUnavailableException if the database can not be reached, or others use its tables
   *     for too long
   * @throws IllegalStateException if the tables are not as some release left them, and nothing is
   *     changed then; or if the database refuses a statement
   */
  void apply() {
    Deadline deadline = Deadline.in(PATIENCE);
    while (true) {
      try {
        attempt();
        return;
      } catch (Trouble e) {
        if (!e.isConflict() || deadline.isOver()) {
          throw e.during(VERB);
        }
      }
    }
  }

  private void attempt() throws Trouble {
    boolean twoConnections = statements.find("migrate_row").isPresent();
    if (twoConnections) {
      IN_THIS_PROCESS.lock();
    }
    try (Handle handle = open()) {
      Connection connection = handle.getConnection();
      boolean commitsEach = connection.getAutoCommit();
      try {
        exclusively(handle);
      } finally {
        restore(connection, commitsEach);
      }
    } catch (JdbiException | SQLException e) {
      throw Trouble.of(e, dialect);
    } finally {
      if (twoConnections) {
        IN_THIS_PROCESS.unlock();
      }
    }
  }

  private Handle open() throws Trouble {
    try {
      return jdbi.open();
    } catch (RuntimeException e) {
      throw Trouble.unconnected(e);
    }
  }

  /** A connection that can not be given back as it was must not be lent again. */
  private static void restore(Connection connection, boolean commitsEach) {
    try {
      connection.setAutoCommit(commitsEach);
    } catch (SQLException e) {
      breakOff(connection);
    }
  }

  private static void breakOff(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is of no use any more, which is all that was wanted.
    }
  }

  private void exclusively(Handle handle) throws Trouble, SQLException {
    if (statements.find("migrate_row").isPresent()) {
      underLockedRow(handle);
    } else if (statements.find("migrate_unlock").isPresent()) {
      underNamedLock(handle);
    } else {
      inOneTransaction(handle);
    }
  }

  private void inOneTransaction(Handle handle) throws Trouble, SQLException {
    Connection connection = handle.getConnection();
    connection.setAutoCommit(false);
    boolean committed = false;
    try {
      execute(connection, statements.get("migrate_limits"));
      lock(handle, "migrate_lock");
      bringUpToDate(handle);
      connection.commit();
      committed = true;
    } finally {
      if (!committed) {
        rollBack(connection);
      }
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      breakOff(connection);
    }
  }

  /** The lock is another connection's, which changes no table. */
  private void underLockedRow(Handle locking) throws Trouble, SQLException {
    Connection connection = locking.getConnection();
    connection.setAutoCommit(true);
    history(locking);
    // Committed at once: only whether it is there.
    if (lock(locking, "migrate_lock").isEmpty()) {
      execute(connection, statements.get("migrate_row"));
    }
    connection.setAutoCommit(false);
    try (Handle handle = open()) {
      lock(locking, "migrate_lock");
      Connection working = handle.getConnection();
      boolean commitsEach = working.getAutoCommit();
      try {
        working.setAutoCommit(true);
        bringUpToDate(handle);
      } finally {
        restore(working, commitsEach);
      }
    } finally {
      rollBack(connection);
    }
  }

  private void underNamedLock(Handle handle) throws Trouble, SQLException {
    Connection connection = handle.getConnection();
    connection.setAutoCommit(true);
    execute(connection, statements.get("migrate_limits"));
    boolean released = false;
    try {
      if (!lock(handle, "migrate_lock").equals(Optional.of(1))) {
        throw Trouble.late();
      }
      bringUpToDate(handle);
      release(handle);
      released = true;
    } finally {
      if (!released) {
        releaseOrBreakOff(handle);
      }
    }
  }

  private void release(Handle handle) throws SQLException {
    lock(handle, "migrate_unlock");
    execute(handle.getConnection(), statements.get("migrate_restore"));
  }

  private void releaseOrBreakOff(Handle handle) {
    try {
      release(handle);
    } catch (SQLException | JdbiException e) {
      breakOff(handle.getConnection());
    }
  }

  private void bringUpToDate(Handle handle) throws Trouble, SQLException {
    Map<Integer, Entry> history = history(handle);
    check(history);
    for (Migration migration : known) {
      Optional<Entry> before = Optional.ofNullable(history.get(migration.version()));
      if (before.isEmpty() || !before.get().success()) {
        apply(handle, migration, before.isPresent());
      }
    }
  }

  /** Makes an empty one only where there are no tables either. */
  private Map<Integer, Entry> history(Handle handle) throws SQLException, Trouble {
    // In this order: a history is made before any other table.
    boolean tablesAreThere = exists(handle, FIRST_TABLE);
    if (!exists(handle, HISTORY)) {
      if (tablesAreThere) {
        throw new IllegalStateException(
            "the tables %s* are there, but no %s%s, which tells their version: whoever made them,"
                    .formatted(tables(), tables(), HISTORY)
                + " such as Flyway, must migrate them too; or name another schema or prefix");
      }
      Script script = new Script("the table " + HISTORY, statements.get("history_create"));
      run(handle, script, false);
    }
    return handle
        .createQuery(statements.get("history_read"))
        .map(
            (row, context) ->
                new Entry(
                    row.getInt("version"),
                    Objects.requireNonNull(row.getString("checksum")),
                    row.getBoolean("success")))
        .stream()
        .collect(Collectors.toMap(Entry::version, Function.identity()));
  }

  private boolean exists(Handle handle, String table) {
    return handle
        .createQuery(statements.get("table_exists"))
        .bind("schema", schema)
        .bind("table", prefix + table)
        .mapTo(Boolean.class)
        .one();
  }

  private void check(Map<Integer, Entry> history) {
    int newest = history.keySet().stream().mapToInt(version -> version).max().orElse(0);
    if (newest > known.size()) {
      throw new IllegalStateException(
          "%s%s has migration %d, and this release knows %d: a later release was here; run that one"
              .formatted(tables(), HISTORY, newest, known.size()));
    }
    for (Migration migration : known) {
      Entry entry = history.get(migration.version());
      if (entry == null && migration.version() < newest) {
        throw new IllegalStateException(
            "%s is missing in %s%s, which has migration %d: restore the history from a backup"
                .formatted(migration, tables(), HISTORY, newest));
      }
      if (entry != null && entry.success() && !entry.checksum().equals(migration.checksum())) {
        throw new IllegalStateException(
            "%s is not the one that %s%s has: its checksum is %s, and %s there; run the release that"
                    .formatted(migration, tables(), HISTORY, migration.checksum(), entry.checksum())
                + " made the tables, unedited, or one that follows it");
      }
    }
  }

  private void apply(Handle handle, Migration migration, boolean again)
      throws SQLException, Trouble {
    handle
        .createUpdate(statements.get(again ? "history_begin" : "history_insert"))
        .bind("version", migration.version())
        .bind("description", migration.description())
        .bind("checksum", migration.checksum())
        .execute();
    String sql = migration.sql().replace("${tables}", tables()).replace("${prefix}", prefix);
    run(handle, new Script(migration.toString(), sql), again);
    handle
        .createUpdate(statements.get("history_finish"))
        .bind("version", migration.version())
        .execute();
  }

  private record Script(String name, String sql) {}

  private void run(Handle handle, Script script, boolean again) throws Trouble {
    List<String> parts = handle.createScript(script.sql()).getStatements();
    for (int part = 0; part < parts.size(); part++) {
      try {
        execute(handle.getConnection(), parts.get(part));
      } catch (SQLException e) {
        if (!again || !ALREADY_THERE.contains(e.getErrorCode())) {
          throw refused(handle.getConnection(), e, script, part + 1);
        }
      }
    }
  }

  /** A server that is still there has refused for a reason that somebody must see to. */
  private Trouble refused(Connection connection, SQLException refusal, Script script, int part)
      throws Trouble {
    Trouble trouble = Trouble.of(refusal, dialect);
    if (trouble.isConflict() || !isThere(connection)) {
      return trouble;
    }
    throw new IllegalStateException(
        "%s was not applied at its statement %d: %s; the log of the database says why, such as a"
                .formatted(script.name(), part, trouble.getMessage())
            + " schema that is not there, or a right that this user lacks",
        trouble);
  }

  private static boolean isThere(Connection connection) {
    try {
      return connection.isValid(SECONDS_TO_TELL);
    } catch (SQLException e) {
      return false;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Takes or releases the lock of what is migrated. */
  private Optional<Integer> lock(Handle handle, String statement) {
    return handle
        .createQuery(statements.get(statement))
        .bind("name", tables())
        .mapTo(Integer.class)
        .findOne();
  }
}
