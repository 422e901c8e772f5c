package dev.latchkey.auth.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * A connection of the host's, which goes back as it came: with its own limits, and committing by
 * itself or not. One that can not be left so is broken off, so that no pool lends it again; what
 * came of the call is decided all the same. Not safe for concurrent use.
 */
final class Lease implements AutoCloseable {
  /** For what makes a connection fit to go back, when nothing is left of the deadline. */
  static final int GRACE_MILLIS = 50;

  private final Handle handle;
  private final Deadline deadline;
  private final Deque<Restoring> restorings = new ArrayDeque<>();

  /** What undoes a change of the connection. */
  @FunctionalInterface
  interface Restoring {
    void run() throws SQLException;
  }

  private Lease(Handle handle, Deadline deadline) {
    this.handle = handle;
    this.deadline = deadline;
  }

  /** Waits as long as the host's pool lets it wait. */
  static Lease of(Jdbi jdbi, Deadline deadline) throws Trouble {
    deadline.require();
    Handle handle;
    try {
      handle = jdbi.open();
    } catch (RuntimeException e) {
      // Not only Jdbi's: a pool that starts late, or wraps another, has exceptions of its own.
      throw Trouble.unconnected(e);
    }
    Lease lease = new Lease(handle, deadline);
    try {
      lease.keepNetworkTimeout();
      return lease;
    } catch (SQLException | RuntimeException e) {
      lease.close();
      throw Trouble.unconnected(e);
    }
  }

  Handle handle() {
    return handle;
  }

  private Connection connection() {
    return handle.getConnection();
  }

  private void keepNetworkTimeout() throws SQLException {
    OptionalInt before = networkTimeout();
    if (before.isPresent()) {
      onClose(() -> connection().setNetworkTimeout(Runnable::run, before.getAsInt()));
    }
  }

  private OptionalInt networkTimeout() throws SQLException {
    try {
      return OptionalInt.of(connection().getNetworkTimeout());
    } catch (SQLFeatureNotSupportedException e) {
      return OptionalInt.empty();
    }
  }

  /** Each statement commits by itself. */
  void commitEach() throws SQLException {
    if (!connection().getAutoCommit()) {
      connection().setAutoCommit(true);
      onClose(() -> connection().setAutoCommit(false));
    }
  }

  /** Begins a transaction of our own: what a lent connection has already read is not for us. */
  void beginAfresh() throws SQLException, Trouble {
    limit();
    if (!connection().getAutoCommit()) {
      connection().rollback();
    }
    handle.begin();
  }

  /** Runs statements as they are, in one go, within what is left of the deadline. */
  void run(String sql) throws SQLException, Trouble {
    limit();
    execute(sql);
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection().createStatement()) {
      statement.execute(sql);
    }
  }

  /** The same, and others that undo it when the connection goes back. */
  void run(String sql, String undoing) throws SQLException, Trouble {
    run(sql);
    onClose(
        () -> {
          limitGraciously();
          execute(undoing);
        });
  }

  /** Where the network says nothing more, the driver must not wait for ever. */
  void limit() throws SQLException, Trouble {
    setNetworkTimeout(deadline.millisLeft());
  }

  private void limitGraciously() throws SQLException {
    setNetworkTimeout(Math.toIntExact(Math.max(GRACE_MILLIS, deadline.left().toMillis())));
  }

  private void setNetworkTimeout(int millis) throws SQLException {
    try {
      connection().setNetworkTimeout(Runnable::run, millis);
    } catch (SQLFeatureNotSupportedException e) {
      // A driver without sockets waits for its own locks only, which have limits of their own.
    }
  }

  /** If that fails, the server does it once it finds that the connection is gone. */
  void rollBack() {
    try {
      limitGraciously();
      handle.rollback();
    } catch (SQLException | JdbiException e) {
      breakOff();
    }
  }

  /** The last change is undone first. */
  void onClose(Restoring restoring) {
    restorings.push(restoring);
  }

  @Override
  public void close() {
    try (handle) {
      restore();
    } catch (RuntimeException e) {
      // The pool does not take it back, which changes nothing of what the call has done.
    }
  }

  /** While the connection is still ours: once it has gone back there is none to break off. */
  private void restore() {
    try {
      for (Restoring restoring : restorings) {
        restoring.run();
      }
    } catch (SQLException | RuntimeException e) {
      breakOff();
    }
  }

  private void breakOff() {
    try {
      connection().abort(Runnable::run);
      // A pool learns that it is broken when it is next asked for something.
      execute("select 1");
    } catch (SQLException | RuntimeException e) {
      // It is of no use any more, which is all that was wanted.
    }
  }
}
