package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sessions of an account: listed, and ended one, the others, all. */
class SessionsTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();

  @AfterEach
  void stop() {
    server.close();
  }

  private List<Map<String, Object>> sessions(SignedIn in) {
    return ((List<?>) client.get("/auth/sessions", in.headers()).isOk().value("sessions"))
        .stream().map(Json::object).toList();
  }

  private int logout(SignedIn in, String scope) {
    return client.post("/auth/logout", "{\"scope\":\"" + scope + "\"}", in.headers()).status();
  }

  @Test
  void list_tellsOfEachSession() {
    Instant start = server.clock().instant();
    SignedIn phone = server.signIn(ADA, client.with("User-Agent", "phone"));
    server.clock().advance(Duration.ofMinutes(1));
    SignedIn laptop = server.signIn(ADA, client.at("192.0.2.9").with("User-Agent", "laptop"));
    server.clock().advance(Duration.ofMinutes(1));
    client.refresh(laptop).isOk();

    List<Map<String, Object>> sessions = sessions(laptop);
    assertThat(sessions)
        .extracting(session -> session.get("id"))
        .containsExactlyInAnyOrder(phone.session(), laptop.session());
    Map<String, Object> mine =
        sessions.stream().filter(s -> laptop.session().equals(s.get("id"))).findFirst().get();
    assertThat(mine)
        .containsEntry("current", true)
        .containsEntry("ip", "192.0.2.9")
        .containsEntry("user_agent", "laptop")
        .containsEntry("created_at", start.plusSeconds(60).toString())
        .containsEntry("last_used_at", start.plusSeconds(120).toString())
        .containsKey("device_id");
    assertThat(sessions)
        .filteredOn(session -> phone.session().equals(session.get("id")))
        .allMatch(session -> Boolean.FALSE.equals(session.get("current")));
  }

  @Test
  void endOne_endsThatOne_andASecondTimeThereIsNone() {
    SignedIn phone = server.signIn(ADA);
    SignedIn laptop = server.signIn(ADA);
    String path = "/auth/sessions/" + phone.session();

    assertThat(client.delete(path, laptop.headers()).status()).isEqualTo(204);
    client.delete(path, laptop.headers()).isProblem(404, "not_found");
    client.me(phone).isProblem(401, "token_revoked");
    client.refresh(phone).isProblem(401, "invalid_refresh_token");
    client.me(laptop).isOk();
  }

  @Test
  void endOne_ofSomebodyElse_isNotFound_andGoesOn() {
    SignedIn eve = server.signIn("eve@example.com");
    SignedIn ada = server.signIn(ADA);

    client.delete("/auth/sessions/" + ada.session(), eve.headers()).isProblem(404, "not_found");
    client.me(ada).isOk();
  }

  @Test
  void logoutOfOthers_leavesThisOne() {
    SignedIn phone = server.signIn(ADA);
    SignedIn laptop = server.signIn(ADA);

    assertThat(logout(laptop, "others")).isEqualTo(204);
    client.me(phone).isProblem(401, "token_revoked");
    assertThat(sessions(laptop)).hasSize(1);
  }

  @Test
  void logoutOfAll_leavesNone() {
    SignedIn phone = server.signIn(ADA);
    SignedIn laptop = server.signIn(ADA);

    assertThat(logout(laptop, "all")).isEqualTo(204);
    client.me(phone).isProblem(401, "token_revoked");
    client.me(laptop).isProblem(401, "token_revoked");
  }

  @Test
  void logout_byAnExpiredAccessToken_endsItsSession() {
    SignedIn in = server.signIn(ADA);
    server.clock().advance(Duration.ofHours(1));

    assertThat(logout(in, "session")).isEqualTo(204);
    client.refresh(in).isProblem(401, "invalid_refresh_token");
  }

  @Test
  void logout_withoutTheDevice_endsNothing() {
    SignedIn in = server.signIn(ADA);
    client
        .postNothing("/auth/logout", "Authorization", "Bearer " + in.access())
        .isProblem(401, "wrong_device");

    client.me(in).isOk();
  }

  @Test
  void logout_withTokensOfTwoSessions_isNoRequest() {
    SignedIn phone = server.signIn(ADA);
    SignedIn laptop = server.signIn(ADA);

    client
        .post("/auth/logout", phone.refreshBody(), laptop.headers())
        .isProblem(400, "invalid_request");
    client.me(phone).isOk();
    client.me(laptop).isOk();
  }
}
