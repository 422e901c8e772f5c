package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Another code for the same challenge. */
class ResendTest {
  private static final String ADA = "ada@example.com";
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();
  private final String first = client.ask(ADA).isOk().text("challenge");
  private final String firstCode = server.code(ADA);

  @AfterEach
  void stop() {
    server.close();
  }

  private String resend(String challenge) {
    return client.askAgain(ADA, challenge).isOk().text("challenge");
  }

  @Test
  void resend_aMillisecondTooEarly_isLimited_andInTimeIsNot() {
    server.clock().advance(WAIT.minusMillis(1));
    Answer early = client.askAgain(ADA, first).isProblem(429, "rate_limited");

    assertThat(early.header("retry-after")).containsExactly("1");
    assertThat(early.header("ratelimit").get(0)).startsWith("\"resend\";r=0;");
    server.clock().advance(Duration.ofMillis(1));
    client.askAgain(ADA, first).isOk();
  }

  @Test
  void refusedResend_usesNoBudget() {
    for (int i = 0; i < 5; i++) {
      client.askAgain(ADA, first).isProblem(429, "rate_limited");
    }
    client.ask(ADA).isOk();
    client.ask(ADA).isOk();
  }

  @Test
  void olderCode_staysGoodUnderEitherHandle() {
    server.clock().advance(WAIT);
    String second = resend(first);

    assertThat(second).isNotEqualTo(first);
    client.verify(second, firstCode).isOk();
  }

  @Test
  void newerCode_isGoodUnderItsOwnHandle_andTheyAreOneSignInInAll() {
    server.clock().advance(WAIT);
    String second = resend(first);
    String secondCode = server.code(ADA);
    client.verify(second, secondCode).isOk();

    client.verify(first, firstCode).isProblem(401, "code_expired");
    client.verify(second, firstCode).isProblem(401, "code_expired");
  }

  @Test
  void eachCode_livesItsOwnFiveMinutes() {
    server.clock().advance(WAIT);
    String second = resend(first);
    String secondCode = server.code(ADA);
    server.clock().advance(Duration.ofMinutes(5).minus(WAIT));

    client.verify(first, firstCode).isProblem(401, "code_expired");
    client.verify(second, firstCode).isProblem(401, "wrong_code");
    server.clock().advance(WAIT.minusMillis(1));
    client.verify(second, secondCode).isOk();
  }

  @Test
  void thirdCode_putsTheFirstOut() {
    server.clock().advance(WAIT);
    String second = resend(first);
    String secondCode = server.code(ADA);
    server.clock().advance(WAIT);
    String third = resend(second);

    client.verify(third, firstCode).isProblem(401, "wrong_code");
    client.verify(third, secondCode).isOk();
  }

  @Test
  void wrongGuesses_stayCounted() {
    client.verify(first, server.wrongCode(ADA)).isProblem(401, "wrong_code");
    server.clock().advance(WAIT);
    String second = resend(first);

    assertThat(client.verify(second, server.wrongCode(ADA)).number("attempts_left")).isEqualTo(1);
  }

  @Test
  void resendWithAnUnreadableChallenge_startsANewOne() {
    Answer answer = client.askAgain(ADA, "no challenge of ours").isOk();

    client.verify(answer.text("challenge"), server.code(ADA)).isOk();
  }

  @Test
  void resendWithTheChallengeOfSomebodyElse_startsANewOneOfMine() {
    String eve = client.askAgain("eve@example.com", first).isOk().text("challenge");

    client.verify(eve, firstCode).isProblem(401, "wrong_code");
    assertThat(Json.object(client.verify(eve, server.code("eve@example.com")).value("account")))
        .containsEntry("email", "eve@example.com");
  }
}
