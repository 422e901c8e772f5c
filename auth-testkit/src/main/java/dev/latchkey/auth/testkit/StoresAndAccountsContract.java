package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.EmailAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * All that a bundle of stores promises which has a directory of accounts of its own: {@link
 * StoresContract}, and {@link AccountDirectoryContract}. Extended by store authors, who also say in
 * {@link #bar} how an address is barred.
 *
 * @param <S> the type of the bundle
 */
@DisplayName("A bundle of stores with accounts")
public abstract class StoresAndAccountsContract<S extends AuthStores> extends StoresContract<S> {
  /** Made by test frameworks, which call subclasses only. */
  protected StoresAndAccountsContract() {}

  /**
   * Bars an address by the directory's own means; it may have an account or not.
   *
   * @param stores what {@link #stores} gave
   * @param address whom to bar
   */
  protected abstract void bar(S stores, EmailAddress address);

  @Nested
  @DisplayName("Accounts")
  class Accounts extends AccountDirectoryContract<AccountDirectory> {
    private @Nullable S bundle;

    @Override
    protected AccountDirectory emptyDirectory() {
      S fresh = freshStores();
      bundle = fresh;
      return fresh.accounts();
    }

    @Override
    protected void bar(AccountDirectory directory, EmailAddress address) {
      StoresAndAccountsContract.this.bar(Objects.requireNonNull(bundle), address);
    }
  }
}
