package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.testkit.FaultyProxy;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Stores as hosts have them, and what the tests expect of their timing. */
final class LiveStores {
  /** Twice the default: a database whose machine is busy with tests is not what they are about. */
  static final Duration DEADLINE = Duration.ofSeconds(2);

  /** The deadline, and what a busy machine may take before it lets a thread go on. */
  static final Duration IN_TIME = DEADLINE.plusSeconds(2);

  /** Enough for all threads of a traffic. */
  static final int CONNECTIONS = 16;

  /**
   * From the return of the server, or the network, to service for all: the pool itself waits for up
   * to 5 s before it tries again to connect.
   */
  static final Duration RECOVERY = Duration.ofSeconds(10);

  /** Far more than anything takes that has no promise of its own. */
  static final Duration LONG = DatabaseNode.PATIENCE;

  private static final Pattern ADDRESS = Pattern.compile("//([^:/]+):(\\d+)/");

  private LiveStores() {}

  /** A pool as hosts should have it: it waits, and asks whether a connection lives, for less. */
  static HikariDataSource pool(String url, int connections) {
    return pool(
        url,
        connections,
        config -> {
          config.setConnectionTimeout(DEADLINE.toMillis() / 2);
          config.setValidationTimeout(DEADLINE.toMillis() / 4);
        });
  }

  /** A pool for stores that wait as long as it takes. */
  static HikariDataSource patientPool(String url, int connections) {
    return pool(url, connections, config -> config.setConnectionTimeout(LONG.toMillis()));
  }

  static HikariDataSource pool(String url, int connections, Consumer<HikariConfig> change) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    change.accept(config);
    return new HikariDataSource(config);
  }

  /** A network to the server of a database; the caller closes it. */
  static FaultyProxy network(TestDatabase database) {
    Matcher address = ADDRESS.matcher(database.url());
    assertThat(address.find()).isTrue();
    return FaultyProxy.to(address.group(1), Integer.parseInt(address.group(2)));
  }

  /** The server behind a network. */
  static String through(FaultyProxy network, TestDatabase database) {
    return ADDRESS.matcher(database.url()).replaceFirst("//127.0.0.1:" + network.port() + "/");
  }

  static JdbcStores on(DataSource dataSource, Keyspace keyspace) {
    return JdbcStores.builder(dataSource)
        .schema(keyspace.schema())
        .prefix(keyspace.prefix())
        .deadline(DEADLINE)
        .build();
  }

  /** Stores that wait as long as it takes, so that no busy machine makes them unavailable. */
  static JdbcStores patient(DataSource dataSource, String schema) {
    return JdbcStores.builder(dataSource)
        .schema(schema)
        .deadline(LONG)
        .acceptAnyClock(Clock.systemUTC())
        .build();
  }
}
