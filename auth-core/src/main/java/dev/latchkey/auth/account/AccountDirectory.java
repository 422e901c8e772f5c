package dev.latchkey.auth.account;

import java.util.Optional;

/**
 * The host's accounts. Implemented by applications (every store ships a ready one), called by
 * Latchkey itself.
 *
 * <p>An account is found by {@link EmailAddress#identity}, never by {@link EmailAddress#mailbox}.
 * Implementations are safe for concurrent use, answer within their own deadline, and throw {@link
 * dev.latchkey.auth.store.StoreUnavailableException} when they can not be reached: nobody is then
 * signed in. Any other exception is a defect of the implementation.
 */
public interface AccountDirectory {

  /**
   * Finds the account of an address or makes one. Called once after the right code, and after
   * {@link #admits} said yes.
   *
   * <p>Must: give one account per address under any race, in one atomic step (a unique key, an
   * upsert), not as a look-up followed by an insert; give the roles as they are now; never give an
   * account that another address signs in to.
   *
   * @param address the address that has just been proven
   * @return the account, and whether this call made it
   */
  SignInAccount signIn(EmailAddress address);

  /**
   * The account as it is now. Called at every refresh: a barred or deleted account ends there, and
   * new roles enter the next access token.
   *
   * @param id an id that this directory gave
   * @return the active account; empty if it is gone, barred or was never there
   */
  Optional<Account> find(AccountId id);

  /**
   * Whether this address may sign in. Called when a code is asked for and again when it is
   * verified. The caller does not learn the answer: a barred address gets a code that is mailed to
   * nobody.
   *
   * <p>Must: make nothing; take about the same time for known, unknown and barred addresses. An
   * address that is not known yet is admitted if anybody may sign up.
   *
   * @param address the address in question
   * @return false if it is barred
   */
  boolean admits(EmailAddress address);
}
