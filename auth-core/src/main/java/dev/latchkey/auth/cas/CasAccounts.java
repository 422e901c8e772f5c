package dev.latchkey.auth.cas;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.cas.AccountCodecs.Entry;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.store.Transition;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Accounts over compare-and-set: whoever signs in has one. Called by applications.
 *
 * <p>Guarantees: one account for one identity, whatever races; accounts never expire. Does not
 * guarantee: a bound on their number, or that no address is in the backend, which keeps each in
 * clear. Safe for concurrent use.
 *
 * <p>The record of the address decides. The one of the id only points to it, and counts only if
 * that one agrees; a race or a crash may leave a pointer to nothing, which is never found.
 */
public final class CasAccounts implements AccountDirectory {
  private static final int ID_BYTES = 16;

  private final CasRecords<Entry> entries;
  private final CasRecords<Optional<EmailAddress>> owners;
  private final SecureBytes random;

  CasAccounts(CasRecords.Where where, SecureBytes random) {
    this.entries =
        new CasRecords<>(where, AccountCodecs.ENTRY, Entry.NONE, entry -> CasBackend.NEVER);
    this.owners =
        new CasRecords<>(where, AccountCodecs.OWNER, Optional.empty(), owner -> CasBackend.NEVER);
    this.random = random;
  }

  @Override
  public SignInAccount signIn(EmailAddress address) {
    Optional<Account> known = entries.read("account.signIn", address.identity()).account(address);
    if (known.isPresent()) {
      return new SignInAccount(known.get(), false);
    }
    AccountId fresh = new AccountId(Base64Url.encode(random.next(ID_BYTES)));
    // The pointer first: an account is there only when it can be found by its id.
    owners.change(
        "account.signIn", fresh.value(), nobody -> new Transition<>(Optional.of(address), true));
    return entries.change(
        "account.signIn",
        address.identity(),
        entry -> {
          boolean created = entry.id().isEmpty();
          Entry after = created ? entry.with(fresh) : entry;
          return new Transition<>(
              after, new SignInAccount(after.account(address).orElseThrow(), created));
        });
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return owners
        .read("account.find", id.value())
        .flatMap(
            address -> {
              Entry entry = entries.read("account.find", address.identity());
              return entry.barred()
                  ? Optional.empty()
                  : entry.account(address).filter(account -> account.id().equals(id));
            });
  }

  @Override
  public boolean admits(EmailAddress address) {
    return !entries.read("account.admits", address.identity()).barred();
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
    change(
        "account.assignRoles",
        address,
        entry -> entry.id().isPresent() ? entry.with(roles) : entry);
  }

  /**
   * Bars an address: no code works for it, and its account is gone for every refresh.
   *
   * @param address whom to bar
   */
  public void bar(EmailAddress address) {
    change("account.bar", address, entry -> entry.barred(true));
  }

  /**
   * Lets a barred address in again.
   *
   * @param address whom to admit
   */
  public void readmit(EmailAddress address) {
    change("account.readmit", address, entry -> entry.barred(false));
  }

  private void change(String verb, EmailAddress address, UnaryOperator<Entry> change) {
    entries.change(verb, address.identity(), entry -> new Transition<>(change.apply(entry), true));
  }
}
