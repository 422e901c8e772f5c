package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.Query;

/**
 * Accounts in the tables {@code users}, {@code user_roles} and {@code barred_emails}: whoever signs
 * in has one. Called by applications.
 *
 * <p>Guarantees: one account for one identity, whatever races; accounts never expire. Does not
 * guarantee that no address is in the database: each is, in clear, in these tables and in no other.
 * A host may read them, and write what Latchkey does not: the provider and the phone number. Throws
 * {@link StoreUnavailableException} within the stores' deadline. Safe for concurrent use.
 */
public final class JdbcAccounts implements AccountDirectory {
  private static final int ID_BYTES = 16;

  private final Database database;
  private final SecureBytes random;

  JdbcAccounts(Database database, SecureBytes random) {
    this.database = database;
    this.random = random;
  }

  @Override
  public SignInAccount signIn(EmailAddress address) {
    Database.Call call = database.call("account.signIn");
    Optional<Account> known = call.single(tx -> account(byEmail(tx, address), address));
    if (known.isPresent()) {
      return new SignInAccount(known.get(), false);
    }
    AccountId fresh = new AccountId(Base64Url.encode(random.next(ID_BYTES)));
    return call.change(
        tx -> {
          tx.update("user_create")
              .bind("id", fresh.value())
              .bind("email", address.identity())
              .execute();
          Account mine = account(byEmail(tx, address), address).orElseThrow(Trouble::overtaken);
          return new SignInAccount(mine, mine.id().equals(fresh));
        });
  }

  private static Query byEmail(Transaction tx, EmailAddress address) throws Trouble, SQLException {
    return tx.query("user_by_email").bind("email", address.identity());
  }

  /** One row for each role, and one with none for an account without. */
  private static Optional<Account> account(Query found, EmailAddress address) {
    Set<Role> roles = new LinkedHashSet<>();
    return found.map((row, context) -> id(row, roles)).stream()
        .reduce((one, other) -> one)
        .map(id -> new Account(id, address, roles));
  }

  /** A host may write these tables too, and what nothing can be made of. */
  private static AccountId id(ResultSet row, Set<Role> roles) throws SQLException {
    try {
      String role = row.getString("role");
      if (role != null) {
        roles.add(new Role(role));
      }
      if (roles.size() > Account.MAX_ROLES) {
        throw new UnreadableException("user_roles");
      }
      return new AccountId(row.getString("id"));
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("users and user_roles");
    }
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return database.single(
        "account.find",
        tx -> {
          Set<Role> roles = new LinkedHashSet<>();
          return tx
              .query("user_by_id")
              .bind("id", id.value())
              .map(
                  (row, context) -> {
                    var unused = id(row, roles);
                    return address(row.getString("email"));
                  })
              .stream()
              .reduce((one, other) -> one)
              .map(address -> new Account(id, address, roles));
        });
  }

  private static EmailAddress address(String column) throws SQLException {
    return EmailAddress.parse(column).orElseThrow(() -> new UnreadableException("users"));
  }

  @Override
  public boolean admits(EmailAddress address) {
    return database.single(
        "account.admits",
        tx ->
            tx.query("user_is_barred")
                .bind("email", address.identity())
                .mapTo(Integer.class)
                .findOne()
                .isEmpty());
  }

  /**
   * Gives an account other roles, from its next access token on. Does nothing if the address has no
   * account.
   *
   * @param address whose account
   * @param roles all of its roles, {@value Account#MAX_ROLES} at most
   */
  public void assignRoles(EmailAddress address, Set<Role> roles) {
    if (roles.size() > Account.MAX_ROLES) {
      throw new IllegalArgumentException(
          "roles must be " + Account.MAX_ROLES + " at most, got " + roles.size());
    }
    database.change(
        "account.assignRoles",
        tx -> {
          Optional<String> id =
              tx.query("user_lock").bind("email", address.identity()).mapTo(String.class).findOne();
          if (id.isPresent()) {
            tx.update("user_delete_roles").bind("id", id.get()).execute();
            for (Role role : roles) {
              tx.update("user_insert_role")
                  .bind("id", id.get())
                  .bind("role", role.name())
                  .execute();
            }
          }
          return id;
        });
  }

  /**
   * Bars an address: no code works for it, and its account is gone for every refresh.
   *
   * @param address whom to bar
   */
  public void bar(EmailAddress address) {
    database.change(
        "account.bar", tx -> tx.update("user_bar").bind("email", address.identity()).execute());
  }

  /**
   * Lets a barred address in again.
   *
   * @param address whom to admit
   */
  public void readmit(EmailAddress address) {
    database.change(
        "account.readmit",
        tx -> tx.update("user_readmit").bind("email", address.identity()).execute());
  }
}
