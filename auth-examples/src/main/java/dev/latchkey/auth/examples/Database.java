package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.net.URLDecoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database as a JDBC URL names it. Called by {@link StorePlace}.
 *
 * <p>Guarantees: drivers and the pool are given the passwords apart from the URL, which they repeat
 * in messages and logs; {@code toString} shows nothing of either. Safe for concurrent use.
 */
final class Database implements DataSource {
  /** A call holds one for some milliseconds: this many serve hundreds of requests a second. */
  static final int MAX_CONNECTIONS = 8;

  /** Enough for a quiet server, and a second one for whoever comes meanwhile. */
  static final int IDLE_CONNECTIONS = 2;

  /** What Hikari allows. */
  private static final Duration LEAST_WAIT = Duration.ofMillis(250);

  /** The first connection is there already when the pool opens its own. */
  private static final Duration POOL_OPENS_WITHIN = Duration.ofSeconds(10);

  private static final Pattern STATE = Pattern.compile("[0-9A-Z]{5}");
  private static final String H2_IN_USE = "90020";

  /** The databases whose drivers are here, and how their URLs are written. */
  private enum Kind {
    POSTGRESQL("jdbc:postgresql:", '?', '&'),
    MARIADB("jdbc:mariadb:", '?', '&'),
    H2("jdbc:h2:", ';', ';');

    private final String scheme;
    private final char first;
    private final char next;

    Kind(String scheme, char first, char next) {
      this.scheme = scheme;
      this.first = first;
      this.next = next;
    }

    /** Of the drivers only this one reads percent signs in a URL, and none in properties. */
    String value(String written) {
      return this == POSTGRESQL ? URLDecoder.decode(written, UTF_8) : written;
    }

    static Optional<Kind> of(String text) {
      return Arrays.stream(values()).filter(kind -> text.startsWith(kind.scheme)).findFirst();
    }
  }

  /** Tells of a URL that it can not read what stands in it, on the standard error stream. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  static {
    DRIVER.setLevel(Level.OFF);
  }

  private final String url;
  private final Properties properties;

  private Database(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
  }

  /**
   * Reads a URL, and connects to nothing.
   *
   * @throws IllegalArgumentException if it is none of a database that is known here, or has user
   *     and password before the host; the message says nothing of it
   */
  static Database parse(String text) {
    Kind kind =
        Kind.of(text).orElseThrow(() -> new IllegalArgumentException("must be a known database"));
    int end = text.indexOf(kind.first);
    String where = end < 0 ? text : text.substring(0, end);
    String options = end < 0 ? "" : text.substring(end + 1);
    if (where.length() == kind.scheme.length() || (kind != Kind.H2 && where.contains("@"))) {
      throw new IllegalArgumentException("must name a host or a file, and the user behind it");
    }
    Properties apart = new Properties();
    List<String> kept = new ArrayList<>();
    for (String option : options.split(Pattern.quote("" + kind.next), -1)) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? "" : option.substring(0, equals);
      if (name.toLowerCase(Locale.ROOT).contains("password")) {
        // All three know it in small letters, whatever it was written in.
        boolean plain = name.equalsIgnoreCase("password");
        apart.setProperty(plain ? "password" : name, kind.value(option.substring(equals + 1)));
      } else if (!option.isEmpty()) {
        kept.add(option);
      }
    }
    String url = kept.isEmpty() ? where : where + kind.first + String.join("" + kind.next, kept);
    if (kind == Kind.H2 && !isElsewhere(url)) {
      addUnlessSaid(apart, kept, "WRITE_DELAY", "0");
      addUnlessSaid(apart, kept, "DB_CLOSE_ON_EXIT", "FALSE");
    }
    return new Database(url, apart);
  }

  /**
   * What H2 should do otherwise than it does by itself: half a second before it writes what it has
   * confirmed, so that a code could be used again after a crash; and closing at the first sign of
   * the end, under the requests that the server finishes.
   */
  private static void addUnlessSaid(
      Properties properties, List<String> options, String name, String value) {
    if (options.stream().noneMatch(o -> o.toUpperCase(Locale.ROOT).startsWith(name + "="))) {
      properties.setProperty(name, value);
    }
  }

  /** Or can be: then H2 has to close it itself. */
  private static boolean isElsewhere(String url) {
    String text = url.toLowerCase(Locale.ROOT);
    return text.startsWith("jdbc:h2:tcp:")
        || text.startsWith("jdbc:h2:ssl:")
        || text.contains(";auto_server=true");
  }

  /**
   * Opens a pool. Whoever asks it for a connection waits half a deadline at most, so that the other
   * half is left for what the connection is for.
   */
  HikariDataSource pool(Duration deadline) {
    Duration half = deadline.dividedBy(2);
    long wait = (half.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : half).toMillis();
    HikariConfig config = new HikariConfig();
    config.setPoolName("latchkey");
    config.setDataSource(this);
    config.setMaximumPoolSize(MAX_CONNECTIONS);
    config.setMinimumIdle(IDLE_CONNECTIONS);
    config.setConnectionTimeout(wait);
    config.setValidationTimeout(wait);
    config.setInitializationFailTimeout(POOL_OPENS_WITHIN.toMillis());
    return new HikariDataSource(config);
  }

  /** What is the matter, for the operator: a state of the SQL standard, and no word of a driver. */
  static String problem(SQLException e) {
    String state = e.getSQLState();
    if (state == null || !STATE.matcher(state).matches()) {
      return "can not be used";
    }
    String what = "can not be used";
    if (state.startsWith("08")) {
      what = "can not be reached";
    } else if (state.startsWith("28")) {
      what = "refuses the user or the password";
    } else if (state.equals(H2_IN_USE)) {
      what = "is in use by another process";
    }
    return what + " (SQLSTATE " + state + ")";
  }

  @Override
  public Connection getConnection() throws SQLException {
    return DriverManager.getConnection(url, (Properties) properties.clone());
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  /** For the whole process, as Hikari itself would: drivers know no other place. */
  @Override
  public void setLoginTimeout(int seconds) {
    DriverManager.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() {
    return DriverManager.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  @Override
  public String toString() {
    return "Database";
  }
}
