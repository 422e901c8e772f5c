package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.SignInAccount;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link AccountDirectory} promises. Extended by hosts and store authors: answer {@link
 * #emptyDirectory} with a directory that lets anybody sign up, say in {@link #bar} how an address
 * is barred, and every test must pass.
 *
 * <p>Tests may run in parallel.
 *
 * @param <D> the type of the directory
 */
@DisplayName("A directory of accounts")
public abstract class AccountDirectoryContract<D extends AccountDirectory> {
  private static final EmailAddress ADA = address("ada@example.com");
  private static final EmailAddress BOB = address("bob@example.com");
  private static final int RACERS = 64;

  private D directory;

  /** Called by test frameworks, through a subclass. */
  protected AccountDirectoryContract() {}

  /**
   * A directory without accounts, into which no other test writes. Called once a test.
   *
   * @return the directory
   */
  protected abstract D emptyDirectory();

  /**
   * Bars an address by the host's own means; it may have an account or not.
   *
   * @param directory what {@link #emptyDirectory} gave
   * @param address whom to bar
   */
  protected abstract void bar(D directory, EmailAddress address);

  @BeforeEach
  final void openDirectory() {
    directory = emptyDirectory();
  }

  private static EmailAddress address(String text) {
    return EmailAddress.parse(text).orElseThrow();
  }

  @Nested
  @DisplayName("gives one account for one address")
  class SigningIn {
    @Test
    @DisplayName("made at the first sign-in and found at each later one")
    void signIn_again_findsTheSameAccount() {
      SignInAccount first = directory.signIn(ADA);
      SignInAccount second = directory.signIn(ADA);

      assertThat(first.created()).isTrue();
      assertThat(first.account().email()).isEqualTo(ADA);
      assertThat(second).isEqualTo(new SignInAccount(first.account(), false));
    }

    @Test
    @DisplayName("whatever the case of its letters")
    void signIn_inAnotherCase_findsTheSameAccount() {
      Account account = directory.signIn(address("Ada.I@Example.com")).account();

      assertThat(directory.signIn(address("ADA.i@example.COM")))
          .isEqualTo(new SignInAccount(account, false));
    }

    @Test
    @DisplayName("and another for each other address, folding nothing")
    void signIn_ofAnotherAddress_makesAnotherAccount() {
      List<EmailAddress> addresses =
          List.of(
              ADA,
              BOB,
              address("ada+tag@example.com"),
              address("a.da@gmail.com"),
              address("ada@gmail.com"),
              address("ada@googlemail.com"),
              address("ada@sub.example.com"),
              address("ad_@example.com"),
              address("ad%@example.com"),
              address("ada'--@example.com"));
      Set<AccountId> ids = new HashSet<>();
      for (EmailAddress address : addresses) {
        SignInAccount made = directory.signIn(address);
        assertThat(made.created()).as("%s", address).isTrue();
        assertThat(made.account().email()).isEqualTo(address);
        ids.add(made.account().id());
      }

      assertThat(ids).hasSameSizeAs(addresses);
    }

    @Test
    @DisplayName("of the longest addresses and of foreign hosts too")
    void signIn_ofALongOrForeignAddress_isExact() {
      String host = "x".repeat(60) + "." + "y".repeat(59) + "." + "z".repeat(60) + ".example";
      String local = "l".repeat(63);
      for (String text :
          List.of(local + "a@" + host, local + "b@" + host, "ada@b\u00fccher.example")) {
        SignInAccount made = directory.signIn(address(text));

        assertThat(made.created()).isTrue();
        assertThat(directory.find(made.account().id())).hasValue(made.account());
      }
    }

    @Test
    @DisplayName("under an id that tells nothing of the address")
    void signIn_givesAnIdWithoutTheAddress() {
      assertThat(directory.signIn(address("adalovelace@example.com")).account().id().value())
          .doesNotContainIgnoringCase("adalovelace")
          .doesNotContain("@");
    }
  }

  @Nested
  @DisplayName("finds an account")
  class Finding {
    @Test
    @DisplayName("by the id that it gave")
    void find_afterTheSignIn_givesTheAccount() {
      Account ada = directory.signIn(ADA).account();
      Account bob = directory.signIn(BOB).account();

      assertThat(directory.find(ada.id())).hasValue(ada);
      assertThat(directory.find(bob.id())).hasValue(bob);
    }

    @Test
    @DisplayName("and none by any other")
    void find_ofAnUnknownId_isEmpty() {
      Account ada = directory.signIn(ADA).account();

      assertThat(directory.find(new AccountId("unknown"))).isEmpty();
      assertThat(directory.find(new AccountId(ada.id().value() + "0"))).isEmpty();
      assertThat(directory.find(new AccountId("'")))
          .as("an id that is not of the form that the directory gives")
          .isEmpty();
    }
  }

  @Nested
  @DisplayName("admits an address")
  class Admitting {
    @Test
    @DisplayName("whether it has an account or not, and makes none by that")
    void admits_makesNothing() {
      assertThat(directory.admits(ADA)).isTrue();
      assertThat(directory.admits(ADA)).isTrue();
      assertThat(directory.signIn(ADA).created()).isTrue();
      assertThat(directory.admits(ADA)).isTrue();
    }

    @Test
    @DisplayName("unless it is barred, account or not, in any case of its letters")
    void admits_ofABarredAddress_isFalse() {
      directory.signIn(ADA);
      bar(directory, ADA);
      bar(directory, address("new@example.com"));

      assertThat(directory.admits(address("ADA@Example.com"))).isFalse();
      assertThat(directory.admits(address("New@example.com"))).isFalse();
      assertThat(directory.admits(BOB)).isTrue();
    }

    @Test
    @DisplayName("and gives no account of one that is barred")
    void find_ofABarredAccount_isEmpty() {
      Account ada = directory.signIn(ADA).account();
      Account bob = directory.signIn(BOB).account();
      bar(directory, ADA);

      assertThat(directory.find(ada.id())).isEmpty();
      assertThat(directory.find(bob.id())).hasValue(bob);
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(5, 1_000);

    @Test
    @DisplayName("of many parallel sign-ins with one address one makes the account")
    void signIn_inParallel_makesOneAccount() {
      for (int round = 0; round < rounds; round++) {
        EmailAddress lower = address("ada" + round + "@example.com");
        EmailAddress upper = address("ADA" + round + "@EXAMPLE.COM");

        Tally<SignInAccount> tally =
            Race.of(RACERS).run(i -> directory.signIn(i % 2 == 0 ? lower : upper));

        assertThat(tally.countIf(SignInAccount::created)).isOne();
        List<AccountId> ids =
            tally.outcomes().stream().map(signedIn -> signedIn.account().id()).distinct().toList();
        assertThat(ids).hasSize(1);
        assertThat(directory.find(ids.get(0))).isPresent();
      }
    }

    @Test
    @DisplayName("parallel sign-ins with many addresses make an account each")
    void signIn_ofManyInParallel_makesAnAccountEach() {
      for (int round = 0; round < rounds; round++) {
        String prefix = "person" + round + ".";

        Tally<SignInAccount> tally =
            Race.of(RACERS).run(i -> directory.signIn(address(prefix + i + "@example.com")));

        assertThat(tally.countIf(SignInAccount::created)).isEqualTo(RACERS);
        assertThat(tally.outcomes().stream().map(made -> made.account().id()).distinct())
            .hasSize(RACERS);
      }
    }
  }
}
