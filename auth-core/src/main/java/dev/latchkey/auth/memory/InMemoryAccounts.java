package dev.latchkey.auth.memory;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Accounts in this process: whoever signs in has one. Called by applications.
 *
 * <p>Guarantees: one account for one identity, whatever races; at most as many accounts as the
 * stores' bound, past which new addresses are refused with {@link StoreUnavailableException} and
 * known ones go on. Safe for concurrent use.
 */
public final class InMemoryAccounts implements AccountDirectory {
  private static final int ID_BYTES = 16;

  private final ConcurrentMap<EmailAddress, Account> byAddress = new ConcurrentHashMap<>();
  private final ConcurrentMap<AccountId, EmailAddress> byId = new ConcurrentHashMap<>();
  private final Set<EmailAddress> barred = ConcurrentHashMap.newKeySet();
  private final int capacity;
  private final SecureBytes random;

  InMemoryAccounts(int capacity, SecureBytes random) {
    this.capacity = capacity;
    this.random = random;
  }

  @Override
  public SignInAccount signIn(EmailAddress address) {
    Account known = byAddress.get(address);
    if (known != null) {
      return new SignInAccount(known, false);
    }
    if (byAddress.size() >= capacity) {
      throw new StoreUnavailableException("account.signIn", true, null);
    }
    AccountId id = new AccountId(Base64Url.encode(random.next(ID_BYTES)));
    byId.put(id, address);
    Account mine = new Account(id, address, Set.of());
    Account raced = byAddress.putIfAbsent(address, mine);
    if (raced == null) {
      return new SignInAccount(mine, true);
    }
    byId.remove(id);
    return new SignInAccount(raced, false);
  }

  @Override
  public Optional<Account> find(AccountId id) {
    EmailAddress address = byId.get(id);
    return address == null || !admits(address)
        ? Optional.empty()
        : Optional.ofNullable(byAddress.get(address));
  }

  @Override
  public boolean admits(EmailAddress address) {
    return !barred.contains(address);
  }

  /**
   * Gives an account other roles, from its next access token on. Does nothing if the address has no
   * account.
   *
   * @param address whose account
   * @param roles all of its roles
   */
  public void assignRoles(EmailAddress address, Set<Role> roles) {
    byAddress.computeIfPresent(
        address, (key, account) -> new Account(account.id(), account.email(), roles));
  }

  /**
   * Bars an address: no code works for it, and its account is gone for every refresh.
   *
   * @param address whom to bar
   */
  public void bar(EmailAddress address) {
    barred.add(address);
  }

  /**
   * Lets a barred address in again.
   *
   * @param address whom to admit
   */
  public void readmit(EmailAddress address) {
    barred.remove(address);
  }
}
