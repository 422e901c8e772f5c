package dev.latchkey.auth.examples;

import com.zaxxer.hikari.HikariDataSource;
import org.jdbi.v3.core.Jdbi;

/** The table that a shop has had for years, in PostgreSQL. */
record Customers(HikariDataSource pool) implements AutoCloseable {
  static final String TABLE =
      """
      create table customers (
        id       bigint generated always as identity primary key,
        mail     varchar(254) not null unique,
        disabled boolean not null default false,
        staff    boolean not null default false
      )
      """;

  /** In a database that has none yet. */
  static Customers in(String url) {
    TestDatabase.execute(url, TABLE);
    return new Customers(Database.parse(url).pool(TestServer.PATIENCE));
  }

  /** How the shop keeps somebody out, who was there or not. */
  void disable(String mail) {
    execute(
        "insert into customers (mail, disabled) values (?, true)"
            + " on conflict (mail) do update set disabled = true",
        mail);
  }

  void execute(String sql, Object... values) {
    Jdbi.create(pool).useHandle(handle -> handle.execute(sql, values));
  }

  long count() {
    return Jdbi.create(pool)
        .withHandle(h -> h.select("select count(*) from customers").mapTo(long.class).one());
  }

  @Override
  public void close() {
    pool.close();
  }
}
