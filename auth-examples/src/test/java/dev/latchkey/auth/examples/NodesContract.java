package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What two servers over shared stores promise: to behave as one. */
abstract class NodesContract {
  private static final String ADA = "ada@example.com";

  final MutableClock clock = MutableClock.create();
  private List<String> settings = List.of();
  private List<TestServer> nodes = List.of();

  /** Names and values in turn of the settings that name stores, in which nobody was before. */
  abstract List<String> emptyStores();

  /** How the server says where it keeps what. */
  abstract String keptIn();

  @BeforeEach
  final void startBoth() {
    settings = emptyStores();
    nodes = Race.of(2).run(i -> node()).outcomes();
  }

  private TestServer node(String... more) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of(more));
    return TestServer.over(clock, all.toArray(String[]::new));
  }

  private TestServer one() {
    return nodes.get(0);
  }

  private TestServer two() {
    return nodes.get(1);
  }

  @AfterEach
  final void stopBoth() {
    nodes.forEach(TestServer::close);
  }

  @Test
  void keys_ofServersThatStartAtOnce_areTheSame() {
    // Of another issuer, which has no keys yet.
    List<TestServer> both =
        Race.of(2).run(i -> node("LATCHKEY_ISSUER", "https://at-once.test")).outcomes();
    try (TestServer three = both.get(0);
        TestServer four = both.get(1)) {
      String keys = three.visitor().get("/.well-known/jwks.json").isOk().body();

      assertThat(four.visitor().get("/.well-known/jwks.json").isOk().body()).isEqualTo(keys);
      SignedIn in = three.signIn(ADA);
      four.visitor().me(in).isOk();
      three.visitor().me(SignedIn.of(four.visitor().refresh(in))).isOk();
    }
  }

  @Test
  void code_askedForOnOne_signsInOnTheOther_once() {
    String challenge = one().visitor().ask(ADA).isOk().text("challenge");
    two().visitor().askAgain(ADA, challenge).isProblem(429, "rate_limited");
    clock.advance(Duration.ofSeconds(30));
    assertThat(two().visitor().askAgain(ADA, challenge).isOk().text("challenge")).isNotEmpty();
    String code = two().code(ADA);
    List<Answer> answers =
        Race.of(16).run(i -> nodes.get(i % 2).visitor().verify(challenge, code)).outcomes();

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .allMatch(a -> a.status() == 401);
  }

  @Test
  void limitOfAnAddress_isOneForBoth() {
    List<Answer> answers =
        Race.of(12).run(i -> nodes.get(i % 2).visitor().at("198.18.0." + i).ask(ADA)).outcomes();

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(3);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .allSatisfy(answer -> answer.isProblem(429, "rate_limited"));
    assertThat(one().mails(ADA, "code") + two().mails(ADA, "code")).isEqualTo(3);
  }

  @Test
  void limitOfAnIp_isOneForBoth() {
    for (int i = 0; i < 20; i++) {
      nodes.get(i % 2).visitor().ask("p" + i + "@example.com").isOk();
    }

    one().visitor().ask(ADA).isProblem(429, "rate_limited");
    two().visitor().ask(ADA).isProblem(429, "rate_limited");
    two().visitor().at("198.18.0.1").ask(ADA).isOk();
  }

  @Test
  void wrongCodes_onBoth_lockBoth() {
    String challenge = one().visitor().ask(ADA).isOk().text("challenge");
    String wrong = one().wrongCode(ADA);
    one().visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
    two().visitor().verify(challenge, wrong).isProblem(401, "wrong_code");
    one().visitor().verify(challenge, wrong).isProblem(429, "slow_down");
    clock.advance(Duration.ofSeconds(2));
    two().visitor().verify(challenge, wrong).isProblem(423, "account_locked");

    one().visitor().verify(challenge, one().code(ADA)).isProblem(423, "account_locked");
    one().visitor().ask(ADA).isProblem(423, "account_locked");
    clock.advance(Duration.ofMinutes(5));
    two().signIn(ADA);
  }

  @Test
  void logout_onOne_isKnownOnTheOtherAtOnce() {
    SignedIn in = one().signIn(ADA);
    two().visitor().me(in).isOk();
    one().visitor().postNothing("/auth/logout", in.headers());

    two().visitor().me(in).isProblem(401, "token_revoked");
    two().visitor().refresh(in).isProblem(401, "invalid_refresh_token");
  }

  @Test
  void logout_onOne_isKnownToAReplicaWithinASecond() {
    try (TestServer three = node("LATCHKEY_REVOCATION", "replica");
        TestServer four = node("LATCHKEY_REVOCATION", "replica")) {
      SignedIn in = three.signIn(ADA);
      four.visitor().me(in).isOk();
      three.visitor().me(in).isOk();
      three.visitor().postNothing("/auth/logout", in.headers());

      three.visitor().me(in).isProblem(401, "token_revoked");
      four.visitor().me(in).isOk(); // shows that it is a replica which judges here
      clock.advance(Duration.ofSeconds(1));
      four.visitor().me(in).isProblem(401, "token_revoked");
    }
  }

  @Test
  void refreshToken_usedOnBoth_isReuse_andEndsEverythingOnBoth() {
    SignedIn bystander = two().signIn(ADA);
    SignedIn first = one().signIn(ADA);
    SignedIn second = SignedIn.of(one().visitor().refresh(first));

    two().visitor().refresh(first).isProblem(401, "refresh_token_reused");

    for (TestServer node : nodes) {
      node.visitor().me(second).isProblem(401, "token_revoked");
      node.visitor().me(bystander).isProblem(401, "token_revoked");
      node.visitor().refresh(second).isProblem(401, "invalid_refresh_token");
    }
    assertThat(two().count(AuthEvent.RefreshReused.class)).isEqualTo(1);
  }

  @Test
  void barredAddress_isBarredOnBoth() {
    try (TestServer three = node("LATCHKEY_BARRED", ADA)) {
      String challenge = one().visitor().ask(ADA).isOk().text("challenge");

      assertThat(one().mails(ADA)).isEmpty();
      three.visitor().verify(challenge, "000000").isProblem(401, "wrong_code");
    }
  }

  @Test
  void restart_ofAServer_losesNothing() {
    SignedIn in;
    try (TestServer three = node()) {
      in = three.signIn(ADA);
    }
    try (TestServer four = node()) {
      four.visitor().me(in).isOk();
      assertThat(four.visitor().me(in).text("email")).isEqualTo(ADA);
      four.visitor().refresh(in).isOk();
    }
  }

  @Test
  void server_asAnOperatorStartsIt_goesByTheTimeOfItsStores() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("LATCHKEY_SECRET", TestServer.SECRET);
    environment.put("LATCHKEY_ISSUER", "https://operator.test");
    environment.put("LATCHKEY_REVOCATION", "replica");
    for (int i = 0; i < settings.size(); i += 2) {
      environment.put(settings.get(i), settings.get(i + 1));
    }
    Settings read = Settings.of(environment);
    try (RunningServer server =
        ExampleServer.start(read, Storage.of(read), UnaryOperator.identity())) {
      Visitor client = new Visitor(server.uri());
      String challenge = client.ask(ADA).isOk().text("challenge");
      String code = server.inbox().mails().get(0).draft().code().orElseThrow();
      SignedIn in = SignedIn.of(client.verify(challenge, code));

      client.me(in).isOk();
      client.postNothing("/auth/logout", in.headers());
      client.me(in).isProblem(401, "token_revoked");
      assertThat(Welcome.of(read, server))
          .contains(keptIn())
          .doesNotContain("lost when it stops")
          .doesNotContain("127.0.0.1:")
          .doesNotContain(TestDatabase.PASSWORD);
    }
  }
}
