package dev.latchkey.auth.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.Consumer;

/** Connections that a test has for itself, since it leaves them as no other test wants them. */
final class OwnPool {
  private OwnPool() {}

  /** A pool that is set up in its own way; the caller closes it. */
  static HikariDataSource of(TestDatabase database, Consumer<HikariConfig> setUp) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setMaximumPoolSize(2);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(DatabaseNode.PATIENCE.toMillis());
    setUp.accept(config);
    return new HikariDataSource(config);
  }

  /** A pool whose connections were all told something. */
  static HikariDataSource told(TestDatabase database, String sql) {
    return of(database, config -> config.setConnectionInitSql(sql));
  }
}
