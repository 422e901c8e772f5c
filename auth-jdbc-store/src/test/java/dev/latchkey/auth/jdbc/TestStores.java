package dev.latchkey.auth.jdbc;

import java.time.Clock;
import java.time.Duration;
import javax.sql.DataSource;

/** Stores as tests need them. */
final class TestStores {
  /** So long that only what never ends is late, on the busiest machine. */
  static final Duration LONG = Duration.ofSeconds(30);

  private TestStores() {}

  /** Empty stores for contracts, whose clocks are nobody's. */
  static JdbcStores timeless(TestDatabase database, Clock clock) {
    return on(database.nextKeyspace()).deadline(LONG).acceptAnyClock(clock).build();
  }

  static JdbcStores.Builder on(Keyspace keyspace) {
    return on(keyspace, keyspace.dataSource()).deadline(JdbcStores.DEFAULT_DEADLINE);
  }

  /** The same tables through other connections, in no hurry. */
  static JdbcStores.Builder on(Keyspace keyspace, DataSource connections) {
    return JdbcStores.builder(connections)
        .schema(keyspace.schema())
        .prefix(keyspace.prefix())
        .deadline(LONG);
  }
}
