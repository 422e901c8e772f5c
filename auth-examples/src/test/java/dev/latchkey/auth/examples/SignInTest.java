package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The happy path, from the address to the end of the session. */
class SignInTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void sendOtp_answersChallengeAndTimes_andTheMailIsThere() {
    Answer sent = client.ask(ADA).isOk();

    assertThat(sent.json().keySet())
        .containsExactlyInAnyOrder("challenge", "expires_in", "resend_in", "code_length");
    assertThat(sent.number("expires_in")).isEqualTo(300);
    assertThat(sent.number("resend_in")).isEqualTo(30);
    assertThat(sent.number("code_length")).isEqualTo(6);
    assertThat(server.code(ADA)).matches("[0-9]{6}");
  }

  @Test
  void verifyOtp_withTheMailedCode_answersEverythingOfTheContract() {
    String challenge = client.ask(ADA).isOk().text("challenge");
    Answer in = client.verify(challenge, server.code(ADA)).isOk();

    assertThat(in.json().keySet())
        .containsExactlyInAnyOrder(
            "access_token",
            "token_type",
            "expires_in",
            "refresh_token",
            "refresh_expires_in",
            "session_id",
            "device_id",
            "device_token",
            "account",
            "new_account");
    assertThat(in.text("token_type")).isEqualTo("Bearer");
    assertThat(in.number("expires_in")).isEqualTo(900);
    assertThat(in.number("refresh_expires_in")).isEqualTo(Duration.ofDays(14).toSeconds());
    assertThat(in.value("new_account")).isEqualTo(true);
    assertThat(Json.object(in.value("account")))
        .containsEntry("email", ADA)
        .containsEntry("roles", List.of())
        .containsKey("id");
    assertThat(in.header("cache-control")).containsExactly("no-store");
    assertThat(in.header("set-cookie")).isEmpty();
  }

  @Test
  void code_typedWithSpacesAndHyphen_signsIn() {
    String challenge = client.ask(ADA).isOk().text("challenge");
    String code = server.code(ADA);

    client.verify(challenge, " " + code.substring(0, 3) + "-" + code.substring(3) + " ").isOk();
  }

  @Test
  void code_usedASecondTime_isExpired() {
    String challenge = client.ask(ADA).isOk().text("challenge");
    String code = server.code(ADA);
    client.verify(challenge, code).isOk();

    client.verify(challenge, code).isProblem(401, "code_expired");
  }

  @Test
  void code_oneMillisecondBeforeItsEnd_signsIn_andAtItIsExpired() {
    String first = client.ask(ADA).isOk().text("challenge");
    String code = server.code(ADA);
    server.clock().advance(Duration.ofMinutes(5).minusMillis(1));
    client.verify(first, code).isOk();

    String second = client.ask(ADA).isOk().text("challenge");
    server.clock().advance(Duration.ofMinutes(5));
    client.verify(second, server.code(ADA)).isProblem(401, "code_expired");
  }

  @Test
  void code_ofOneChallenge_isWrongForAnother() {
    client.ask(ADA).isOk();
    String codeOfFirst = server.code(ADA);
    String second = client.ask(ADA).isOk().text("challenge");
    assertThat(server.code(ADA)).isNotEqualTo(codeOfFirst);

    client.verify(second, codeOfFirst).isProblem(401, "wrong_code");
  }

  @Test
  void me_tellsWhoIsSignedIn() {
    SignedIn in = server.signIn(ADA);

    assertThat(client.me(in).isOk().json().keySet())
        .containsExactlyInAnyOrder("id", "email", "roles");
    assertThat(client.me(in).text("email")).isEqualTo(ADA);
  }

  @Test
  void accessToken_atItsEnd_isExpired() {
    SignedIn in = server.signIn(ADA);
    server.clock().advance(Duration.ofSeconds(900 + 30).minusMillis(1));
    client.me(in).isOk();
    server.clock().advance(Duration.ofMillis(1));

    client.me(in).isProblem(401, "token_expired");
  }

  @Test
  void refresh_givesNewTokens_andTheEarlierAccessTokenLivesOn() {
    SignedIn in = server.signIn(ADA);
    server.clock().advance(Duration.ofMinutes(1));
    Answer answer = client.refresh(in).isOk();
    SignedIn next = SignedIn.of(answer);

    assertThat(answer.has("new_account")).isFalse();
    assertThat(next.access()).isNotEqualTo(in.access());
    assertThat(next.refresh()).isNotEqualTo(in.refresh());
    assertThat(next.session()).isEqualTo(in.session());
    assertThat(next.device()).isEqualTo(in.device());
    client.me(next).isOk();
    client.me(in).isOk();
  }

  @Test
  void refresh_twoWeeksAfterTheLastOne_isRefused() {
    SignedIn in = server.signIn(ADA);
    server.clock().advance(Duration.ofDays(14).minusMillis(1));
    SignedIn next = SignedIn.of(client.refresh(in));
    server.clock().advance(Duration.ofDays(14));

    client.refresh(next).isProblem(401, "invalid_refresh_token");
  }

  @Test
  void secondSignIn_isTheSameAccount_andKeepsTheDevice() {
    SignedIn first = server.signIn(ADA);
    Visitor known = client.with("X-Device-Token", first.device());
    String challenge = known.ask(ADA).isOk().text("challenge");
    Answer second = known.verify(challenge, server.code(ADA)).isOk();

    assertThat(second.value("new_account")).isEqualTo(false);
    assertThat(second.text("device_token")).isEqualTo(first.device());
    assertThat(Json.object(second.value("account")).get("id"))
        .isEqualTo(client.me(first).text("id"));
  }

  @Test
  void secondSignIn_withADeviceTokenOfSomebodyElse_getsAnother() {
    SignedIn eve = server.signIn("eve@example.com");
    SignedIn ada = server.signIn(ADA, client.with("X-Device-Token", eve.device()));

    assertThat(ada.device()).isNotEqualTo(eve.device());
  }

  @Test
  void logout_endsAccessAndRefreshToken() {
    SignedIn in = server.signIn(ADA);
    Answer out = client.postNothing("/auth/logout", in.headers());

    assertThat(out.status()).isEqualTo(204);
    assertThat(out.body()).isEmpty();
    client.me(in).isProblem(401, "token_revoked");
    client.refresh(in).isProblem(401, "invalid_refresh_token");
  }

  @Test
  void logout_withTheRefreshTokenAlone_endsTheSession() {
    SignedIn in = server.signIn(ADA);
    Answer out = client.post("/auth/logout", in.refreshBody(), "X-Device-Token", in.device());

    assertThat(out.status()).isEqualTo(204);
    client.me(in).isProblem(401, "token_revoked");
  }

  @Test
  void everyRefusalOfABearerToken_tellsHowToSignIn() {
    SignedIn in = server.signIn(ADA);
    Map<String, Answer> answers =
        Map.of(
            "Bearer", client.get("/auth/me"),
            "Bearer error=\"invalid_token\"", client.get("/auth/me", "Authorization", "Bearer x"));

    answers.forEach(
        (challenge, answer) -> {
          assertThat(answer.header("www-authenticate")).containsExactly(challenge);
          assertThat(answer.text("action")).isEqualTo("sign_in");
        });
    client
        .get("/auth/me", "Authorization", "bEARER " + in.access(), "X-Device-Token", in.device())
        .isOk();
  }
}
