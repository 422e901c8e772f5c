package dev.latchkey.auth.account;

import java.util.Objects;

/**
 * What {@link AccountDirectory#signIn} found or made. Made by applications. Immutable.
 *
 * @param account the account of the address
 * @param created true if this very call made it: of any number of parallel calls, exactly one says
 *     so
 */
public record SignInAccount(Account account, boolean created) {

  /**
   * Checks that nothing is missing.
   *
   * @param account the account of the address
   * @param created true if this very call made it
   */
  public SignInAccount {
    Objects.requireNonNull(account, "account");
  }
}
