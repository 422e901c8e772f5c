package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.testkit.Race;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session in two hands: what its thief and its owner get. */
class RefreshReuseTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();

  @AfterEach
  void stop() {
    server.close();
  }

  private List<Object> alerts() {
    return server.mails(ADA).stream()
        .filter(mail -> "alert".equals(mail.get("kind")))
        .map(mail -> mail.get("subject"))
        .toList();
  }

  @Test
  void reuse_endsEverySessionOfTheAccount_andAlertsTheOwner() {
    SignedIn other = server.signIn(ADA);
    SignedIn first = server.signIn(ADA);
    SignedIn second = SignedIn.of(client.refresh(first));

    Answer reuse = client.refresh(first).isProblem(401, "refresh_token_reused");

    assertThat(reuse.text("action")).isEqualTo("sign_in");
    client.refresh(second).isProblem(401, "invalid_refresh_token");
    client.refresh(other).isProblem(401, "invalid_refresh_token");
    for (SignedIn in : List.of(first, second, other)) {
      client.me(in).isProblem(401, "token_revoked");
    }
    assertThat(alerts()).hasSize(1);
    assertThat(server.count(AuthEvent.RefreshReused.class)).isEqualTo(1);
  }

  @Test
  void reuse_leavesOtherAccountsAlone() {
    SignedIn eve = server.signIn("eve@example.com");
    SignedIn ada = server.signIn(ADA);
    client.refresh(ada).isOk();
    client.refresh(ada).isProblem(401, "refresh_token_reused");

    client.me(eve).isOk();
    client.refresh(eve).isOk();
  }

  @Test
  void reuse_ofASessionThatHasEnded_changesNothing() {
    SignedIn ended = server.signIn(ADA);
    client.refresh(ended).isOk();
    client.postNothing("/auth/logout", ended.headers());
    SignedIn live = server.signIn(ADA);

    client.refresh(ended).isProblem(401, "invalid_refresh_token");
    client.me(live).isOk();
  }

  @Test
  void refresh_withoutTheDevice_isRefused_endsNothing_andAlertsThreeTimesADay() {
    SignedIn in = server.signIn(ADA);
    String[] none = {};
    for (int i = 0; i < 5; i++) {
      client.post("/auth/token/refresh", in.refreshBody(), none).isProblem(401, "wrong_device");
    }
    assertThat(alerts()).hasSize(3);
    server.clock().advance(Duration.ofHours(24));
    client.post("/auth/token/refresh", in.refreshBody()).isProblem(401, "wrong_device");
    assertThat(alerts()).hasSize(4);

    client.refresh(in).isOk();
  }

  @Test
  void reuse_withoutTheDevice_isNoReuse() {
    SignedIn in = server.signIn(ADA);
    SignedIn next = SignedIn.of(client.refresh(in));

    client.post("/auth/token/refresh", in.refreshBody()).isProblem(401, "wrong_device");
    client.refresh(next).isOk();
  }

  @Test
  void forgedRefreshToken_isRefused_andNothingEnds() {
    SignedIn in = server.signIn(ADA);
    for (int i = 0; i < in.refresh().length(); i++) {
      char other = in.refresh().charAt(i) == 'A' ? 'B' : 'A';
      String forged = in.refresh().substring(0, i) + other + in.refresh().substring(i + 1);
      client
          .refresh(new SignedIn(in.access(), forged, in.device(), in.session()))
          .isProblem(401, "invalid_refresh_token");
    }
    client.refresh(in).isOk();
  }

  @Test
  void parallelRefreshes_withoutAWindow_giveOneSuccessor_andThenAllIsRevoked() {
    SignedIn in = server.signIn(ADA);
    List<Answer> answers = Race.of(16).run(i -> client.refresh(in)).outcomes();

    List<Answer> won = answers.stream().filter(answer -> answer.status() == 200).toList();
    assertThat(won).hasSize(1);
    assertThat(answers).filteredOn(a -> a.status() != 200).allMatch(a -> a.status() == 401);
    client.me(SignedIn.of(won.get(0))).isProblem(401, "token_revoked");
  }

  @Test
  void parallelRefreshes_withAWindow_allGetTheSameSuccessor() {
    try (TestServer patient = TestServer.start("LATCHKEY_RETRY_WINDOW", "10")) {
      SignedIn in = patient.signIn(ADA);
      List<SignedIn> all =
          Race.of(16).run(i -> SignedIn.of(patient.visitor().refresh(in))).outcomes();

      assertThat(all).extracting(SignedIn::refresh).containsOnly(all.get(0).refresh());
      assertThat(all).allSatisfy(one -> patient.visitor().me(one).isOk());
      patient.clock().advance(Duration.ofSeconds(10));
      patient.visitor().refresh(in).isProblem(401, "refresh_token_reused");
    }
  }
}
