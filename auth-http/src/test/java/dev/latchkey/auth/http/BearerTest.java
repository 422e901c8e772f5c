package dev.latchkey.auth.http;

import static dev.latchkey.auth.http.Site.ADA;
import static dev.latchkey.auth.http.Site.ME;
import static dev.latchkey.auth.http.Site.SESSIONS;
import static dev.latchkey.auth.http.Site.assertProblem;
import static dev.latchkey.auth.http.Site.header;
import static dev.latchkey.auth.http.Site.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class BearerTest {
  private static final String BAD_TOKEN = "Bearer error=\"invalid_token\"";

  private final Site site = new Site();

  @Test
  void me_tellsWhoIsSignedIn() {
    Site.Tokens tokens = site.signIn(ADA);
    site.test
        .stores()
        .accounts()
        .assignRoles(
            EmailAddress.parse(ADA).orElseThrow(), Set.of(new Role("viewer"), new Role("maker")));

    HttpAnswer me = site.call("GET", ME, tokens.headers());

    assertThat(me.status()).isEqualTo(200);
    assertThat(header(me, "Cache-Control")).isEqualTo("no-store");
    assertThat(json(me))
        .containsOnlyKeys("id", "email", "roles")
        .containsEntry("email", ADA)
        .containsEntry("roles", List.of("maker", "viewer"));
  }

  @Test
  void me_withoutAToken_isChallengedWithoutAnError() {
    for (String[] headers :
        new String[][] {
          {},
          {"Authorization", ""},
          {"Authorization", "Bearer"},
          {"Authorization", "Bearer "},
          {"Authorization", "Basic YTpi"},
          {"Authorization", "Bearertoken"}
        }) {
      HttpAnswer refused = site.call("GET", ME, headers);
      assertProblem(refused, 401, "missing_token", "sign_in");
      assertThat(header(refused, "WWW-Authenticate")).isEqualTo("Bearer");
    }
  }

  @Test
  void me_takesTheSchemeInAnyCase() {
    Site.Tokens tokens = site.signIn(ADA);

    for (String scheme : List.of("bearer ", "BEARER ", "bEaReR   ")) {
      HttpAnswer me =
          site.call(
              "GET",
              ME,
              "authorization",
              scheme + tokens.access(),
              "x-device-token",
              tokens.device());
      assertThat(me.status()).isEqualTo(200);
    }
  }

  @Test
  void me_takesNoTokenFromTheUrl() {
    Site.Tokens tokens = site.signIn(ADA);

    HttpAnswer refused =
        site.call(
            "GET", ME + "?access_token=" + tokens.access(), "X-Device-Token", tokens.device());

    assertProblem(refused, 401, "missing_token", "sign_in");
  }

  @Test
  void me_withAForgedToken_isRefused() {
    Site.Tokens tokens = site.signIn(ADA);

    for (String token :
        List.of("forged", tokens.access() + "=", tokens.access() + " x", tokens.refresh())) {
      HttpAnswer refused =
          site.call(
              "GET", ME, "Authorization", "Bearer " + token, "X-Device-Token", tokens.device());
      assertProblem(refused, 401, "invalid_token", "sign_in");
      assertThat(header(refused, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
    }
  }

  @Test
  void me_afterTheTokensTime_saysSoWhateverTheDevice() {
    Site.Tokens tokens = site.signIn(ADA);
    site.pass(Duration.ofMinutes(16));

    HttpAnswer refused = site.call("GET", ME, "Authorization", "Bearer " + tokens.access());

    assertProblem(refused, 401, "token_expired", "sign_in");
    assertThat(header(refused, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
  }

  @Test
  void me_fromAnotherDevice_saysSoWhetherRevokedOrNot() {
    Site.Tokens tokens = site.signIn(ADA);
    site.call("POST", Site.LOGOUT, tokens.headers());

    HttpAnswer without = site.call("GET", ME, "Authorization", "Bearer " + tokens.access());

    assertProblem(without, 401, "wrong_device", "sign_in");
    assertThat(header(without, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
    assertProblem(site.call("GET", ME, tokens.headers()), 401, "token_revoked", "sign_in");
  }

  @Test
  void me_ofAnAccountThatIsGone_isRevoked() {
    Site.Tokens tokens = site.signIn(ADA);
    site.test.stores().accounts().bar(EmailAddress.parse(ADA).orElseThrow());

    HttpAnswer refused = site.call("GET", ME, tokens.headers());

    assertProblem(refused, 401, "token_revoked", "sign_in");
    assertThat(header(refused, "WWW-Authenticate")).isEqualTo(BAD_TOKEN);
  }

  @Test
  void headers_thatComeTwice_areRefused() {
    Site.Tokens tokens = site.signIn(ADA);

    for (String name : List.of("Authorization", "X-Device-Token")) {
      HttpRequest.Builder twice = Site.request("GET", ME, tokens.headers());
      twice.header(name, name.equals("Authorization") ? "Bearer x" : "x");
      assertProblem(site.handle(twice), 400, "invalid_request", "retry");
    }
  }

  @Test
  void sessions_areListed() {
    Site.Tokens first =
        new Site.Tokens(
            json(
                site.verify(
                    site.challenge(ADA),
                    site.test.mailbox().lastCode(ADA),
                    "User-Agent",
                    "Old\u0000 Browser\r\n")));
    site.pass(Duration.ofSeconds(90));
    Site.Tokens second = site.signIn(ADA);

    HttpAnswer answer = site.call("GET", SESSIONS, second.headers());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json(answer)).containsOnlyKeys("sessions");
    List<?> sessions = (List<?>) json(answer).get("sessions");
    assertThat(sessions).hasSize(2);
    assertThat(sessions)
        .element(0, InstanceOfAssertFactories.MAP)
        .containsOnlyKeys(
            "id", "device_id", "created_at", "last_used_at", "ip", "user_agent", "current")
        .containsEntry("id", second.session())
        .containsEntry("device_id", second.members().get("device_id"))
        .containsEntry("current", true)
        .containsEntry("user_agent", null);
    assertThat(sessions)
        .element(1, InstanceOfAssertFactories.MAP)
        .containsEntry("id", first.session())
        .containsEntry("created_at", "2026-01-15T12:00:00Z")
        .containsEntry("last_used_at", "2026-01-15T12:00:00Z")
        .containsEntry("ip", Site.IP)
        .containsEntry("user_agent", "Old Browser")
        .containsEntry("current", false);
  }

  @Test
  void sessions_tellWhenTheyWereUsed() {
    Site.Tokens tokens = site.signIn(ADA);
    site.pass(Duration.ofSeconds(61));
    site.refresh(tokens.refresh(), tokens.device());

    List<?> sessions = (List<?>) json(site.call("GET", SESSIONS, tokens.headers())).get("sessions");

    assertThat(sessions)
        .element(0, InstanceOfAssertFactories.MAP)
        .extractingByKey("last_used_at")
        .isEqualTo(Instant.parse("2026-01-15T12:01:01Z").toString());
  }

  @Test
  void session_ofTheAccount_canBeEndedOnce() {
    Site.Tokens here = site.signIn(ADA);
    Site.Tokens there = site.signIn(ADA);
    String path = SESSIONS + "/" + there.session();

    HttpAnswer ended = site.call("DELETE", path, here.headers());

    assertThat(ended.status()).isEqualTo(204);
    assertThat(ended.body()).isEmpty();
    assertProblem(site.call("GET", ME, there.headers()), 401, "token_revoked", "sign_in");
    assertThat(site.call("GET", ME, here.headers()).status()).isEqualTo(200);
    assertProblem(site.call("DELETE", path, here.headers()), 404, "not_found", "contact_support");
  }

  @Test
  void session_ofAnotherOrOfNobody_isNotFound() {
    Site.Tokens ada = site.signIn(ADA);
    Site.Tokens bob = site.signIn("bob@example.com");

    for (String id : List.of(bob.session(), "AAAAAAAAAAAAAAAAAAAAAA", "nonsense", "%41", "..")) {
      assertProblem(
          site.call("DELETE", SESSIONS + "/" + id, ada.headers()),
          404,
          "not_found",
          "contact_support");
    }
    assertThat(site.call("GET", ME, bob.headers()).status()).isEqualTo(200);
  }

  @Test
  void session_withoutAToken_isNotEnded() {
    Site.Tokens tokens = site.signIn(ADA);

    assertProblem(
        site.call("DELETE", SESSIONS + "/" + tokens.session()), 401, "missing_token", "sign_in");
    assertProblem(site.call("GET", SESSIONS), 401, "missing_token", "sign_in");
    assertThat(site.call("GET", ME, tokens.headers()).status()).isEqualTo(200);
  }

  @Test
  void jwks_isPublicAndMayBeKept() {
    HttpAnswer jwks = site.call("GET", "/.well-known/jwks.json");

    assertThat(jwks.status()).isEqualTo(200);
    assertThat(header(jwks, "Content-Type")).isEqualTo("application/jwk-set+json");
    assertThat(header(jwks, "Cache-Control")).isEqualTo("public, max-age=300");
    assertThat(header(jwks, "X-Content-Type-Options")).isEqualTo("nosniff");
    List<?> keys = (List<?>) json(jwks).get("keys");
    assertThat(keys).isNotEmpty();
    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(((Map<?, ?>) key).keySet().stream().map(String::valueOf).toList())
                    .containsExactlyInAnyOrder("kty", "use", "alg", "kid", "n", "e"));
  }

  @Test
  void health_isFine() {
    HttpAnswer health = site.call("GET", "/health");

    assertThat(health.status()).isEqualTo(200);
    assertThat(json(health)).containsEntry("status", "up");
  }
}
