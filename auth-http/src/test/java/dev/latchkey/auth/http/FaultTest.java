package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FaultTest {
  private static final String CANARY = "canary7f3a";

  private final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();

  /** Its stores have keys already, and its clock is theirs. */
  private final TestLatchkey base = TestLatchkey.create();

  private final Site site =
      new Site(builder -> builder.stores(breakable(base.stores())).clock(base.clock()));

  @Test
  void storeOutOfReach_isUnavailableForAWhile() {
    Site.Tokens tokens = site.signIn(ADA);
    fault.set(new StoreUnavailableException("account.find", true, cause()));

    HttpAnswer me = site.call("GET", ME, tokens.headers());

    assertProblem(me, 503, "unavailable", "wait");
    assertThat(json(me))
        .containsEntry("retry_after", AuthEndpoints.UNAVAILABLE_RETRY_AFTER.toSeconds());
    assertThat(json(me).get("instance")).asString().startsWith("urn:uuid:");
    assertThat(Site.body(me)).doesNotContain(CANARY, "account.find");
    assertThat(me.header("WWW-Authenticate")).isEmpty();
    assertProblem(site.send(ADA), 503, "unavailable", "wait");
  }

  @Test
  void outage_usesNoGuess() {
    String challenge = site.challenge(ADA);
    fault.set(new StoreUnavailableException("account.signIn", false, null));
    assertProblem(site.verifyWrong(challenge, ADA), 503, "unavailable", "wait");
    fault.set(null);

    assertThat(json(site.verifyWrong(challenge, ADA))).containsEntry("attempts_left", 2L);
    assertThat(site.verify(challenge, site.test.mailbox().lastCode(ADA)).status()).isEqualTo(200);
  }

  @Test
  void fault_isOursAndTellsNothing() {
    Site.Tokens tokens = site.signIn(ADA);
    fault.set(new IllegalStateException(CANARY, cause()));

    HttpAnswer me = site.call("GET", ME, tokens.headers());

    assertProblem(me, 500, "internal_error", "contact_support");
    assertThat(json(me).get("instance")).asString().startsWith("urn:uuid:");
    assertThat(Site.body(me)).doesNotContain(CANARY, "IllegalState", "latchkey.auth");
  }

  @Test
  void log_hasThePlacesOfAFaultAndNoMessage() {
    String trace = Incidents.trace(new IllegalStateException(CANARY, cause()));

    assertThat(trace)
        .contains(
            "java.lang.IllegalStateException",
            "\ncaused by java.lang.IllegalArgumentException",
            "\n\tat ",
            "FaultTest.java")
        .doesNotContain(CANARY);
  }

  @Test
  void log_ofAFaultWithManyCauses_isBounded() {
    RuntimeException deep = cause();
    for (int i = 0; i < 1_000; i++) {
      deep = new IllegalStateException(deep);
    }

    assertThat(Incidents.trace(deep).lines().filter(line -> line.startsWith("caused by")).count())
        .isLessThan(10);
  }

  private static RuntimeException cause() {
    return new IllegalArgumentException("password=" + CANARY);
  }

  private AuthStores breakable(AuthStores stores) {
    AccountDirectory accounts = stores.accounts();
    return AuthStores.mix(stores)
        .accounts(
            new AccountDirectory() {
              @Override
              public SignInAccount signIn(EmailAddress address) {
                failIfTold();
                return accounts.signIn(address);
              }

              @Override
              public Optional<Account> find(AccountId id) {
                failIfTold();
                return accounts.find(id);
              }

              @Override
              public boolean admits(EmailAddress address) {
                failIfTold();
                return accounts.admits(address);
              }
            })
        .build();
  }

  private void failIfTold() {
    RuntimeException told = fault.get();
    if (told != null) {
      throw told;
    }
  }
}
