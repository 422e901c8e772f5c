package dev.latchkey.auth.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Deletes what is kept no longer: records, whose rows hang on one that goes with them, and what
 * ended. It locks what it deletes, and passes by what is locked, so that it deletes nothing that a
 * call under way is about to keep for longer.
 */
final class Purge {
  /** The tables, each with statements {@code purge_find_TABLE} and {@code purge_delete_TABLE}. */
  static final List<String> TABLES =
      List.of(
          "lockouts",
          "session_accounts",
          "sessions",
          "revoked_tokens",
          "revocations",
          "rate_limits",
          "surges");

  /** Rows of one transaction: few enough that none holds its locks for long. */
  private static final int BATCH = 100;

  private final Database database;
  private final Instant now;

  private Purge(Database database, Instant now) {
    this.database = database;
    this.now = now;
  }

  static int run(Database database, Instant now, int limit) {
    Purge purge = new Purge(database, now);
    database.single("jdbc.purge", purge::requireSameTime);
    return TABLES.stream().mapToInt(table -> purge.table(table, limit)).sum();
  }

  /** Once: it may take longer than clocks may differ, and who is behind deletes less. */
  private Instant requireSameTime(Transaction tx) throws Trouble, SQLException {
    Instant server = tx.query("time").mapTo(Instant.class).one();
    tx.requireSameTime(Optional.of(now), server);
    return server;
  }

  private int table(String table, int limit) {
    int deleted = 0;
    while (deleted < limit) {
      int most = Math.min(BATCH, limit - deleted);
      int batch = database.change("jdbc.purge", tx -> batch(tx, table, most));
      deleted += batch;
      if (batch < most) {
        break;
      }
    }
    return deleted;
  }

  /** A key has one column or two. */
  private record Key(Object first, Object second) {}

  private int batch(Transaction tx, String table, int most) throws Trouble, SQLException {
    List<Key> keys =
        tx.query("purge_find_" + table)
            .bind("now", now)
            .bind("most", most)
            .map((row, context) -> new Key(row.getObject("one"), row.getObject("other")))
            .list();
    PreparedBatch delete = tx.batch("purge_delete_" + table);
    for (Key key : keys) {
      delete.bind("first", key.first()).bind("second", key.second()).add();
    }
    delete.execute();
    return keys.size();
  }
}
