package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.DisciplinedClock;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/**
 * All stores in a relational database, over the host's own {@link DataSource}: PostgreSQL 13 and
 * later, MariaDB 10.6 and later, H2. Called by applications.
 *
 * <p>Guarantees: each verb is one transaction, or one statement, on the rows of its record, so that
 * what Latchkey promises holds on any number of nodes, at READ COMMITTED and above; what is
 * answered is committed, in transactions that are no part of the host's, so that no rollback gives
 * a guess back; a call that other transactions undid is tried again, and one whose answer was lost
 * never is; a {@link StoreUnavailableException}, whose message and causes tell no value, address or
 * password, when there is no answer within the deadline (of each page, when a feed is long). A row
 * that no release writes is such an exception too, and left as it is. Connections go back as they
 * came.
 *
 * <p>Does not guarantee: that a pool gives a connection in time. Its own wait, half the deadline at
 * most, comes on top of it; a call that got one too late does nothing. Nor that tables are there:
 * {@link #migrate} makes them, when the application says so. Nor anything that the database has
 * forgotten: a replica that takes over without the last writes brings back codes, sessions and
 * guesses, see {@code docs/jdbc.md}.
 *
 * <p>The DataSource must give connections of its own. One that joins a transaction of the calling
 * thread would let the host's rollback give guesses back, and commit what the host had begun.
 *
 * <p>MySQL 8.0.17 has statements and migrations of its own and was never tried: untested. Safe for
 * concurrent use.
 */
public final class JdbcStores implements AuthStores {
  /** As long as a person waits for an answer without doubt, with room for a second try. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(1);

  /** What tables begin with where the host says nothing. */
  public static final String DEFAULT_PREFIX = "latchkey_";

  private final Database database;
  private final Migrations migrations;
  private final OtpStore otp;
  private final RateLimitStore rateLimits;
  private final SessionStore sessions;
  private final Optional<RevocationFeed> revocations;
  private final KeyStore keys;
  private final JdbcAccounts accounts;
  private final Clock clock;

  private JdbcStores(Builder builder, Dialect dialect) {
    Times times = dialect.times();
    this.database = builder.database(dialect);
    this.migrations = builder.migrations(dialect);
    this.otp = new JdbcOtpStore(database, times);
    this.rateLimits = new JdbcRateLimitStore(database, times);
    this.sessions = new JdbcSessionStore(database, times);
    this.revocations =
        dialect.endsSilentTransactions()
            ? Optional.of(new JdbcRevocationFeed(database, times))
            : Optional.empty();
    this.keys = new JdbcKeyStore(database, times);
    this.accounts = new JdbcAccounts(database, SecureBytes.system());
    this.clock = builder.anyClock == null ? database.clock() : builder.anyClock;
  }

  /**
   * Stores with defaults.
   *
   * @param dataSource where connections come from, a pool as a rule
   * @return the stores
   * @throws StoreUnavailableException if there is no connection to be had
   * @throws IllegalStateException if it leads to a database that is not supported
   */
  public static JdbcStores of(DataSource dataSource) {
    return builder(dataSource).build();
  }

  /**
   * Stores that are put together.
   *
   * @param dataSource where connections come from, a pool as a rule
   * @return a builder
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(Objects.requireNonNull(dataSource, "dataSource"));
  }

  /**
   * Makes the tables, or brings them to what this release needs. Two nodes may do so at once, and
   * what an earlier release wrote stays. Needs a second connection on some databases, and the right
   * to create tables, which the stores do not.
   *
   * @throws StoreUnavailableException if the database can not be reached
   * @throws IllegalStateException if a migration was edited, or is one that this release does not
   *     know; nothing is changed then
   */
  public void migrate() {
    migrations.apply();
  }

  /**
   * Deletes what says nothing any more, in small transactions: records that are locked are left for
   * the next time. Called by a host as often as it likes, from any number of nodes; once an hour
   * keeps the tables small. No promise needs it.
   *
   * @param now the time, by {@link #clock}; nothing that is kept until later is deleted
   * @param limit how many records of each kind at most, 1 or more
   * @return how many rows were deleted, but for those that hung on them; if less than {@code
   *     limit}, there is no more to do, or others have it locked
   * @throws StoreUnavailableException if the database can not be reached, or {@code now} is not its
   *     time; what was deleted before stays so
   */
  public int purge(Instant now, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, got " + limit);
    }
    return Purge.run(database, Times.kept(now), limit);
  }

  @Override
  public OtpStore otp() {
    return otp;
  }

  @Override
  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  /**
   * What ended, see {@link RevocationFeed}.
   *
   * @return the same feed each time; empty on MySQL, where a transaction can commit at any time
   */
  @Override
  public Optional<RevocationFeed> revocations() {
    return revocations;
  }

  @Override
  public KeyStore keys() {
    return keys;
  }

  /**
   * The accounts: whoever signs in has one.
   *
   * @return the same directory each time
   */
  @Override
  public JdbcAccounts accounts() {
    return accounts;
  }

  /**
   * The database's time, see {@link DisciplinedClock}.
   *
   * @return the same clock each time
   */
  @Override
  public Clock clock() {
    return clock;
  }

  /** Puts stores together. Not safe for concurrent use. */
  public static final class Builder {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
    private static final Duration MAX_DEADLINE = Duration.ofMinutes(1);

    private final DataSource dataSource;
    private String schema = "";
    private String prefix = DEFAULT_PREFIX;
    private Duration deadline = DEFAULT_DEADLINE;
    private @Nullable Clock anyClock;
    private Set<String> without = Set.of();

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
    }

    /**
     * Where the tables are. On MariaDB and MySQL a schema is a database. It must be there.
     *
     * @param name 1 to 32 of {@code a-z 0-9 _}, not a digit first; the schema of the connections
     *     where the host says nothing
     * @return this
     */
    public Builder schema(String name) {
      this.schema = checked("schema", name);
      return this;
    }

    /**
     * What all tables begin with.
     *
     * @param text 1 to 32 of {@code a-z 0-9 _}, not a digit first
     * @return this
     */
    public Builder prefix(String text) {
      this.prefix = checked("prefix", text);
      return this;
    }

    /** They stand in statements as they are. */
    private static String checked(String what, String name) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "%s must be 1 to 32 of a-z 0-9 _ and not begin with a digit, got %d characters"
                .formatted(what, name.length()));
      }
      return name;
    }

    /**
     * How long a call waits before it is reported as failed, the wait for a connection included.
     *
     * @param time 1 ms to 1 minute; {@link #DEFAULT_DEADLINE} where the host says nothing
     * @return this
     */
    public Builder deadline(Duration time) {
      if (time.toMillis() < 1 || time.compareTo(MAX_DEADLINE) > 0) {
        throw new IllegalArgumentException("deadline must be 1 ms to 1 minute, got " + time);
      }
      this.deadline = time;
      return this;
    }

    /**
     * Unsafe: takes calls of any time, and goes by a clock of the host. For tests that move time;
     * where callers' clocks differ, nothing that depends on time holds.
     *
     * @param clock the clock of the stores
     * @return this
     */
    public Builder acceptAnyClock(Clock clock) {
      this.anyClock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** Does in transactions what is one statement otherwise, so that tests can compare the two. */
    Builder withoutOneStatementForms() {
      this.without = Set.of(JdbcOtpStore.SIGN_IN, JdbcSessionStore.ROTATE);
      return this;
    }

    /**
     * Asks the database what it is. Changes nothing in it.
     *
     * @return the stores
     * @throws StoreUnavailableException if there is no connection to be had
     * @throws IllegalStateException if it is a database that is not supported
     */
    public JdbcStores build() {
      try (Connection connection = connection()) {
        return new JdbcStores(this, Dialect.of(connection.getMetaData()));
      } catch (SQLException e) {
        throw Trouble.unconnected(e).during("jdbc.connect");
      }
    }

    /** A pool that starts now fails with exceptions of its own, in words of the server's. */
    private Connection connection() throws SQLException {
      try {
        return dataSource.getConnection();
      } catch (RuntimeException e) {
        throw Trouble.unconnected(e).during("jdbc.connect");
      }
    }

    private String tables() {
      return (schema.isEmpty() ? "" : schema + ".") + prefix;
    }

    private Database database(Dialect dialect) {
      Jdbi jdbi = Jdbi.create(dataSource);
      jdbi.registerArgument(dialect.times().arguments());
      jdbi.registerColumnMapper(Instant.class, dialect.times().columns());
      jdbi.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
      Map<String, String> placeholders =
          Map.of(
              "tables", tables(),
              "millis", Long.toString(deadline.toMillis()),
              "seconds", Long.toString(deadline.plusMillis(999).toSeconds()));
      Optional<Duration> skew =
          anyClock == null ? Optional.of(DisciplinedClock.TOLERANCE) : Optional.empty();
      return new Database(
          jdbi,
          dialect,
          new Statements(dialect, placeholders, without),
          new Database.Terms(deadline, skew));
    }

    private Migrations migrations(Dialect dialect) {
      return new Migrations(dataSource, dialect, schema, prefix);
    }
  }
}
