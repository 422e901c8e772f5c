package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Runs statements within the deadline, and says of each call what it did, or that this is unknown:
 * an answer, or a {@link StoreUnavailableException}. What other transactions undid is tried again;
 * what may have been done, since only its answer was lost, never is. Safe for concurrent use.
 *
 * <p>Nothing can come back by a transaction whose commit is delivered late: until then it holds the
 * lock of its record, so that it is as if it had come before whatever came after it.
 */
final class Database {
  /** Past so many, others win at every turn, and waiting is for the caller to decide. */
  private static final int MAX_ATTEMPTS = 20;

  /** Before the second attempt, and so much longer before each later one: others then get on. */
  private static final Duration PAUSE = Duration.ofNanos(100_000);

  private static final String READ_TIME = "jdbc.time";

  private final Jdbi jdbi;
  private final Dialect dialect;
  private final Statements statements;
  private final Terms terms;
  private final DisciplinedClock clock;

  /**
   * What holds for every call.
   *
   * @param deadline when it is given up
   * @param skew how far its time may be from the server's; empty if it does not matter
   */
  record Terms(Duration deadline, Optional<Duration> skew) {}

  /**
   * The statements of a call.
   *
   * @param <A> the type of its answer
   */
  @FunctionalInterface
  interface Work<A> {
    A in(Transaction transaction) throws Trouble, SQLException;
  }

  Database(Jdbi jdbi, Dialect dialect, Statements statements, Terms terms) {
    this.jdbi = jdbi;
    this.dialect = dialect;
    this.statements = statements;
    this.terms = terms;
    this.clock = DisciplinedClock.over(this::time, System::nanoTime);
  }

  /** The server's time, for a bundle. */
  Clock clock() {
    return clock;
  }

  /** Whether this dialect says in one statement what others say in several. */
  boolean has(String statement) {
    return statements.find(statement).isPresent();
  }

  private Instant time() {
    return single(READ_TIME, tx -> tx.query("time").mapTo(Instant.class).one());
  }

  /**
   * Runs one statement, which commits by itself, as a whole call.
   *
   * @param verb the name of the call
   * @param work the statement
   * @param <A> the type of the answer
   * @return its answer
   */
  <A> A single(String verb, Work<A> work) {
    return call(verb).single(work);
  }

  /**
   * Runs statements as one transaction, as a whole call.
   *
   * @param verb the name of the call
   * @param work the statements
   * @param <A> the type of the answer
   * @return the answer, once what it says is kept
   */
  <A> A change(String verb, Work<A> work) {
    return call(verb).change(work);
  }

  /**
   * Begins a call of several steps, which all have the same deadline.
   *
   * @param verb the name of the call
   * @return the call
   */
  Call call(String verb) {
    return new Call(verb);
  }

  @FunctionalInterface
  private interface Attempt<A> {
    A go() throws Trouble;
  }

  /** A call: its name, and by when it is given up. Not safe for concurrent use. */
  final class Call {
    private final String verb;
    private final Deadline deadline = Deadline.in(terms.deadline());

    private Call(String verb) {
      this.verb = verb;
    }

    /** See {@link Database#single}. */
    <A> A single(Work<A> work) {
      return tryAgain(() -> once(deadline, work));
    }

    /** See {@link Database#change}. */
    <A> A change(Work<A> work) {
      return tryAgain(() -> together(deadline, work));
    }

    private <A> A tryAgain(Attempt<A> attempt) {
      for (int tried = 1; true; tried++) {
        try {
          return attempt.go();
        } catch (Trouble e) {
          if (e.isAboutTime()) {
            clock.askAgain();
          }
          if (!e.isConflict() || tried == MAX_ATTEMPTS || deadline.isOver()) {
            throw e.during(verb);
          }
          LockSupport.parkNanos(PAUSE.toNanos() * tried);
        }
      }
    }
  }

  private <A> A once(Deadline deadline, Work<A> work) throws Trouble {
    try (Lease lease = Lease.of(jdbi, deadline)) {
      lease.commitEach();
      A answer = work.in(new Transaction(lease, statements, terms));
      deadline.require();
      return answer;
    } catch (JdbiException | SQLException e) {
      throw Trouble.of(e, dialect);
    }
  }

  private <A> A together(Deadline deadline, Work<A> work) throws Trouble {
    try (Lease lease = Lease.of(jdbi, deadline)) {
      Optional<String> limits = statements.find("session_limits");
      if (limits.isPresent()) {
        lease.run(limits.get(), statements.get("session_restore"));
      }
      lease.beginAfresh();
      A answer = committed(lease, new Transaction(lease, statements, terms), work);
      deadline.require();
      return answer;
    } catch (JdbiException | SQLException e) {
      throw Trouble.of(e, dialect);
    }
  }

  private <A> A committed(Lease lease, Transaction transaction, Work<A> work)
      throws Trouble, SQLException {
    boolean ended = false;
    try {
      Optional<String> limits = statements.find("transaction_limits");
      if (limits.isPresent()) {
        lease.run(limits.get());
      }
      A answer = work.in(transaction);
      lease.limit();
      if (!transaction.isUndone()) {
        lease.handle().commit();
        ended = true;
      }
      return answer;
    } finally {
      if (!ended) {
        lease.rollBack();
      }
    }
  }
}
