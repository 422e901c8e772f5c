package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.jdbc.JdbcStores;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The customers of a shop sign in, who were there before Latchkey was, in the shop's database. */
class CustomersSignInTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";
  private static TestPostgres database;

  private final MutableClock clock = MutableClock.create();
  private Customers customers;
  private TestServer server;

  @BeforeAll
  static void startDatabase() {
    database = TestPostgres.create();
  }

  @AfterAll
  static void stopDatabase() {
    database.close();
  }

  @BeforeEach
  void start() {
    customers = Customers.in(database.newDatabase());
    customers.execute("insert into customers (mail, staff) values (?, true)", ADA);
    HikariDataSource pool = customers.pool();
    JdbcStores stores =
        JdbcStores.builder(pool).acceptAnyClock(clock).deadline(TestServer.PATIENCE).build();
    stores.migrate();
    AuthStores mixed = AuthStores.mix(stores).accounts(new CustomerAccounts(pool)).build();
    Storage storage =
        new Storage(mixed, address -> customers.disable(address.identity()), customers::close);
    server = TestServer.over(clock, storage, UnaryOperator.identity());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void customerOfOld_signsInToTheirOwnAccount_withTheirRole() {
    String challenge = server.visitor().ask("Ada@Example.com").isOk().text("challenge");
    Answer answer = server.visitor().verify(challenge, server.code(ADA));
    SignedIn in = SignedIn.of(answer);

    assertThat(answer.value("new_account")).isEqualTo(false);
    assertThat(server.visitor().me(in).isOk().json())
        .containsEntry("id", "1")
        .containsEntry("email", ADA)
        .containsEntry("roles", List.of("staff"));
  }

  @Test
  void stranger_becomesACustomer_once() {
    List<String> challenges = new ArrayList<>();
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Visitor client = server.visitor().at("198.18.0." + i);
      challenges.add(client.ask(BOB).isOk().text("challenge"));
      codes.add(server.code(BOB));
    }
    List<Answer> answers =
        Race.of(3).run(i -> server.visitor().verify(challenges.get(i), codes.get(i))).outcomes();

    assertThat(answers)
        .extracting(answer -> server.visitor().me(SignedIn.of(answer)).text("id"))
        .containsOnly("2");
    assertThat(answers).filteredOn(answer -> answer.value("new_account").equals(true)).hasSize(1);
    assertThat(customers.count()).isEqualTo(2);
  }

  @Test
  void customerWhoIsDisabled_getsNoCode_andGoesOnToTheNextRefreshAtMost() {
    SignedIn in = server.signIn(ADA);
    customers.disable(ADA);

    server.visitor().at("198.18.0.1").ask(ADA).isOk();
    assertThat(server.mails(ADA, "code")).isEqualTo(1); // the one of before
    server.visitor().refresh(in).isProblem(401, "invalid_refresh_token");
  }

  @Test
  void roleThatIsTakenAway_isGoneFromTheNextAccessTokenOn() {
    SignedIn in = server.signIn(ADA);
    customers.execute("update customers set staff = false where mail = ?", ADA);

    SignedIn next = SignedIn.of(server.visitor().refresh(in));
    assertThat(server.visitor().me(next).isOk().value("roles")).isEqualTo(List.of());
  }

  @Test
  void tableThatIsGone_signsNobodyIn_andTellsNothing() {
    String challenge = server.visitor().ask(ADA).isOk().text("challenge");
    customers.execute("alter table customers rename to lost");

    server.visitor().verify(challenge, server.code(ADA)).isUnavailable();
    assertThat(server.visitor().ask(BOB).isUnavailable().body()).doesNotContain("customers");
    assertThat(server.events().toString()).doesNotContain(ADA).doesNotContain(BOB);

    customers.execute("alter table lost rename to customers");
    SignedIn.of(server.visitor().verify(challenge, server.code(ADA)));
  }
}
