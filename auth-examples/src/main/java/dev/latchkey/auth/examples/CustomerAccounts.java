package dev.latchkey.auth.examples;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * A shop's own customers as the accounts of Latchkey. To be read, copied and changed; {@code
 * AuthStores.mix(stores).accounts(new CustomerAccounts(dataSource))} is all it takes.
 *
 * <p>The shop has had this table in its PostgreSQL for years. Addresses stand in it as {@link
 * EmailAddress#identity} gives them; where letters are large and small, make them small once.
 *
 * <pre>
 * create table customers (
 *   id       bigint generated always as identity primary key,
 *   mail     varchar(254) not null unique,
 *   disabled boolean not null default false,
 *   staff    boolean not null default false
 * )
 * </pre>
 *
 * <p>What decides who makes an account, whatever races, is the unique key (in MariaDB it is {@code
 * insert ignore into}). A customer who is to be kept out is disabled, and one who never came gets a
 * row that is. Whoever may sign in only if they have a row leaves the insert out, and lets {@code
 * admits} answer whether there is one. Safe for concurrent use.
 */
public final class CustomerAccounts implements AccountDirectory {
  private final Jdbi database;

  /** Over the shop's own pool, whose wait for a connection must be short. */
  public CustomerAccounts(DataSource pool) {
    this.database = Jdbi.create(pool);
    database.getConfig(SqlStatements.class).setQueryTimeout(1); // a second
  }

  @Override
  public SignInAccount signIn(EmailAddress address) {
    String insert = "insert into customers (mail) values (?) on conflict do nothing";
    return ask(
        "signIn",
        customers -> {
          boolean isNew = customers.execute(insert, address.identity()) == 1;
          Account account = one(customers, "mail = ?", address.identity()).orElseThrow();
          return new SignInAccount(account, isNew);
        });
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return id.value().matches("[1-9][0-9]{0,17}")
        ? ask("find", c -> one(c, "id = ? and not disabled", Long.valueOf(id.value())))
        : Optional.empty();
  }

  @Override
  public boolean admits(EmailAddress address) {
    String barred = "select count(*) from customers where mail = ? and disabled";
    return ask("admits", c -> c.select(barred, address.identity()).mapTo(int.class).one()) == 0;
  }

  /** Empty too if the address is none that Latchkey takes: nobody signs in to it. */
  private static Optional<Account> one(Handle customers, String condition, Object value) {
    String select = "select id, mail, staff from customers where " + condition;
    return customers.select(select, value).map((row, x) -> account(row)).findOne().flatMap(a -> a);
  }

  private static Optional<Account> account(ResultSet row) throws SQLException {
    AccountId id = new AccountId(row.getString("id"));
    Set<Role> roles = row.getBoolean("staff") ? Set.of(new Role("staff")) : Set.of();
    return EmailAddress.parse(row.getString("mail")).map(mail -> new Account(id, mail, roles));
  }

  private <A> A ask(String verb, HandleCallback<A, RuntimeException> question) {
    try {
      return database.inTransaction(question);
    } catch (JdbiException | NoSuchElementException e) {
      // Without the cause, whose words hold the address.
      throw new StoreUnavailableException("customers." + verb, true, null);
    }
  }
}
