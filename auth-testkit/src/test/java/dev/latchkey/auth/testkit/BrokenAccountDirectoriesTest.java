package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.SignInAccount;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Each directory here has one defect, and the contract finds it. */
final class BrokenAccountDirectoriesTest {
  @Test
  void aDirectoryThatLooksUpThenInserts_failsTheRaces() {
    assertThat(failuresOf(LooksUpThenInserts.class, AccountDirectoryContract.Races.class))
        .contains("of many parallel sign-ins with one address one makes the account");
  }

  @Test
  void aDirectoryThatFoldsTags_fails() {
    assertThat(failuresOf(FoldsTags.class, AccountDirectoryContract.SigningIn.class))
        .contains("and another for each other address, folding nothing");
  }

  @Test
  void aDirectoryWhoseIdIsTheAddress_fails() {
    assertThat(failuresOf(NamesByAddress.class, AccountDirectoryContract.SigningIn.class))
        .contains("under an id that tells nothing of the address");
  }

  @Test
  void aDirectoryThatMakesAnAccountWhenAsked_fails() {
    assertThat(failuresOf(MakesWhenAsked.class, AccountDirectoryContract.Admitting.class))
        .contains("whether it has an account or not, and makes none by that");
  }

  @Test
  void aDirectoryThatFindsTheBarred_fails() {
    assertThat(failuresOf(FindsTheBarred.class, AccountDirectoryContract.Admitting.class))
        .containsExactly("and gives no account of one that is barred");
  }

  /** Look-up, then insert: right with one thread. */
  private static class MapDirectory implements AccountDirectory {
    final Map<String, Account> byKey = new ConcurrentHashMap<>();
    final Set<EmailAddress> barred = ConcurrentHashMap.newKeySet();
    private final Gap gap = new Gap();
    private final AtomicInteger made = new AtomicInteger();

    String key(EmailAddress address) {
      return address.identity();
    }

    Account make(EmailAddress address) {
      return new Account(new AccountId("account-" + made.incrementAndGet()), address, Set.of());
    }

    @Override
    public SignInAccount signIn(EmailAddress address) {
      Account known = byKey.get(key(address));
      if (known != null) {
        return new SignInAccount(known, false);
      }
      gap.cross();
      Account account = make(address);
      byKey.put(key(address), account);
      return new SignInAccount(account, true);
    }

    @Override
    public Optional<Account> find(AccountId id) {
      return byKey.values().stream()
          .filter(account -> account.id().equals(id))
          .filter(account -> !barred.contains(account.email()))
          .findFirst();
    }

    @Override
    public boolean admits(EmailAddress address) {
      return !barred.contains(address);
    }
  }

  private abstract static class MapContract extends AccountDirectoryContract<MapDirectory> {
    @Override
    protected void bar(MapDirectory directory, EmailAddress address) {
      directory.barred.add(address);
    }
  }

  static final class LooksUpThenInserts extends MapContract {
    @Override
    protected MapDirectory emptyDirectory() {
      return new MapDirectory();
    }
  }

  static final class FoldsTags extends MapContract {
    @Override
    protected MapDirectory emptyDirectory() {
      return new MapDirectory() {
        @Override
        String key(EmailAddress address) {
          return address.mailbox();
        }
      };
    }
  }

  static final class NamesByAddress extends MapContract {
    @Override
    protected MapDirectory emptyDirectory() {
      return new MapDirectory() {
        @Override
        Account make(EmailAddress address) {
          return new Account(new AccountId(address.identity()), address, Set.of());
        }
      };
    }
  }

  static final class MakesWhenAsked extends MapContract {
    @Override
    protected MapDirectory emptyDirectory() {
      return new MapDirectory() {
        @Override
        public boolean admits(EmailAddress address) {
          boolean admitted = super.admits(address);
          if (admitted) {
            signIn(address);
          }
          return admitted;
        }
      };
    }
  }

  static final class FindsTheBarred extends MapContract {
    @Override
    protected MapDirectory emptyDirectory() {
      return new MapDirectory() {
        @Override
        public Optional<Account> find(AccountId id) {
          return byKey.values().stream().filter(account -> account.id().equals(id)).findFirst();
        }
      };
    }
  }
}
