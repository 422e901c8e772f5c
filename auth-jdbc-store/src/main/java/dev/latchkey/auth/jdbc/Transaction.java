package dev.latchkey.auth.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/**
 * What the statements of one attempt of one call have in common: the connection, the deadline, and
 * the server's time. Not safe for concurrent use.
 */
final class Transaction {
  /** More than a server's clock is stepped under a transaction, see {@link #settledBy}. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final Lease lease;
  private final Statements statements;
  private final Database.Terms terms;
  private Instant serverTime = Instant.EPOCH;
  private boolean undone;

  Transaction(Lease lease, Statements statements, Database.Terms terms) {
    this.lease = lease;
    this.statements = statements;
    this.terms = terms;
  }

  /** A statement that reads; none is begun past the deadline, or waited for. */
  Query query(String statement) throws Trouble, SQLException {
    lease.limit();
    return lease.handle().createQuery(statements.get(statement));
  }

  /** A statement that writes, and tells how many rows it has changed. */
  Update update(String statement) throws Trouble, SQLException {
    lease.limit();
    return lease.handle().createUpdate(statements.get(statement));
  }

  /** One statement for many rows. An empty batch does nothing. */
  PreparedBatch batch(String statement) throws Trouble, SQLException {
    lease.limit();
    return lease.handle().prepareBatch(statements.get(statement));
  }

  /**
   * Goes on only if the caller's time is the server's, or nearly.
   *
   * @param now what the caller takes for the time, if the call has one
   * @param server the server's time when the statement came, before it waited for a lock
   */
  void requireSameTime(Optional<Instant> now, Instant server) throws Trouble {
    serverTime = server;
    if (terms.skew().isPresent() && now.isPresent()) {
      Duration skew = terms.skew().get();
      Duration off = Duration.between(server, now.get()).abs();
      if (off.compareTo(skew) > 0) {
        throw Trouble.clock();
      }
    }
  }

  /**
   * By when, in the server's time, this transaction has committed, or never will: its last
   * statement came within the deadline, and the server ends what then says nothing for as long
   * again.
   *
   * @return the server's time when a row was locked, and all the time that both may take
   */
  Instant settledBy() {
    return serverTime.plus(terms.deadline().multipliedBy(2)).plus(SLACK);
  }

  /** Nothing that was written is to be kept: the row was made for nothing. */
  void undo() {
    undone = true;
  }

  boolean isUndone() {
    return undone;
  }
}
