package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract of accounts can not do: odd addresses, and the hands of a DBA. */
final class JdbcAccountsTest {
  private static final EmailAddress ADA = Sample.address("ada@example.org");

  private static JdbcStores stores(Keyspace keyspace) {
    return TestStores.on(keyspace, keyspace.dataSource())
        .acceptAnyClock(MutableClock.create())
        .build();
  }

  private static Set<Role> roles(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Role("role-" + i))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void oddAddresses_areEachAnAccount_andFoundAgain(TestDatabase database) {
    String longest =
        "l".repeat(64)
            + "@"
            + "d".repeat(60)
            + "."
            + "e".repeat(60)
            + "."
            + "f".repeat(60)
            + ".org";
    List<String> odd =
        List.of(
            longest,
            "o'brien@example.org",
            "a`b{|}~^_=?/$%&*+#!-'@example.org",
            "a%b_c@example.org",
            "a_b@example.org",
            "axb@example.org",
            "a+b@example.org",
            "ada@bücher.example",
            "ada@xn--bcher-kva.example.org",
            "ada@例え.jp",
            "null@example.org",
            "0@example.org");
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      for (String text : odd) {
        EmailAddress address = Sample.address(text);
        SignInAccount first = accounts.signIn(address);

        assertThat(first.created()).as(text).isTrue();
        assertThat(accounts.signIn(address)).isEqualTo(new SignInAccount(first.account(), false));
        assertThat(accounts.find(first.account().id())).contains(first.account());
        accounts.bar(address);
        assertThat(accounts.admits(address)).isFalse();
        assertThat(accounts.find(first.account().id())).isEmpty();
        accounts.readmit(address);
        assertThat(accounts.find(first.account().id())).contains(first.account());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneAddress_inSeveralSpellings_isOneAccount(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      AccountId id = accounts.signIn(Sample.address("ada@bücher.example")).account().id();

      for (String same :
          List.of("ADA@bücher.example", "Ada@BÜCHER.example", " ada@xn--bcher-kva.example ")) {
        assertThat(accounts.signIn(Sample.address(same)).account().id()).isEqualTo(id);
      }
      assertThat(accounts.signIn(Sample.address("ada@bucher.example")).created()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void roles_areAsManyAsAnAccountMayHave(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      AccountId id = accounts.signIn(ADA).account().id();
      accounts.assignRoles(ADA, roles(Account.MAX_ROLES));
      assertThat(accounts.find(id).orElseThrow().roles()).isEqualTo(roles(Account.MAX_ROLES));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> accounts.assignRoles(ADA, roles(Account.MAX_ROLES + 1)))
          .withMessage("roles must be 64 at most, got 65");
      assertThat(accounts.find(id).orElseThrow().roles()).hasSize(Account.MAX_ROLES);
      accounts.assignRoles(
          ADA, Set.of(new Role("admin"), new Role("Admin"), new Role("r".repeat(64))));
      assertThat(accounts.signIn(ADA).account().roles()).hasSize(3);
      accounts.assignRoles(ADA, Set.of());
      assertThat(accounts.find(id).orElseThrow().roles()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsUnknown_canBeBarred_andGetsNoRoles(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      accounts.bar(ADA);
      accounts.bar(ADA);
      assertThat(accounts.admits(ADA)).isFalse();
      accounts.readmit(ADA);
      accounts.readmit(ADA);
      assertThat(accounts.admits(ADA)).isTrue();
      accounts.assignRoles(ADA, roles(1));

      assertThat(accounts.signIn(ADA).account().roles()).isEmpty();
      assertThat(accounts.find(new AccountId("nobody"))).isEmpty();
      assertThat(accounts.find(new AccountId("x".repeat(128)))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalNodes_atOnce_makeOneAccount(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      List<JdbcStores> nodes = List.of(stores(keyspace), stores(keyspace));
      for (int round = 0; round < 5; round++) {
        EmailAddress address = Sample.address("ada" + round + "@example.org");
        var tally = Race.of(8).run(racer -> nodes.get(racer % 2).accounts().signIn(address));

        Set<AccountId> ids =
            tally.outcomes().stream().map(all -> all.account().id()).collect(Collectors.toSet());
        assertThat(ids).hasSize(1);
        assertThat(tally.outcomes().stream().filter(SignInAccount::created)).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatADbaWrites_isRead(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      database.execute(
          "insert into %s (id, email, created_at) values ('7', 'ada@example.org', '2020-01-01 00:00:00')"
              .formatted(keyspace.qualified("users")),
          "insert into %s (user_id, role) values ('7', 'admin')"
              .formatted(keyspace.qualified("user_roles")));
      SignInAccount found = accounts.signIn(ADA);
      assertThat(found)
          .isEqualTo(
              new SignInAccount(
                  new Account(new AccountId("7"), ADA, Set.of(new Role("admin"))), false));

      database.execute("delete from " + keyspace.qualified("users"));
      assertThat(accounts.find(new AccountId("7"))).isEmpty();
      SignInAccount anew = accounts.signIn(ADA);
      assertThat(anew.created()).isTrue();
      assertThat(anew.account().roles()).isEmpty();
      assertThat(anew.account().id()).isNotEqualTo(new AccountId("7"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatADbaWrites_andNothingCanBeMadeOf_isRefusedForGood(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcAccounts accounts = stores(keyspace).accounts();
      AccountId id = accounts.signIn(ADA).account().id();
      String insert = "insert into %s (user_id, role) values ('%s', '%s')";
      database.execute(
          insert.formatted(keyspace.qualified("user_roles"), id.value(), "not a role"));
      for (Runnable call : List.<Runnable>of(() -> accounts.signIn(ADA), () -> accounts.find(id))) {
        assertThat(failure(call).retryable()).isFalse();
        assertThat(Told.by(failure(call))).doesNotContain("not a role", "ada", id.value());
      }
      accounts.assignRoles(ADA, Set.of());
      assertThat(accounts.find(id)).as("mended").isPresent();
      for (int i = 0; i <= Account.MAX_ROLES; i++) {
        database.execute(
            insert.formatted(keyspace.qualified("user_roles"), id.value(), "role-" + i));
      }
      assertThat(failure(() -> accounts.find(id)).retryable()).isFalse();
      assertThat(failure(() -> accounts.signIn(ADA)).retryable()).isFalse();
    }
  }
}
