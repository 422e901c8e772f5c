package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.event.AuthEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One wrong code for each of many addresses: no lock sees it, and the spray breaker does. */
class SprayTest {
  private static final String ADA = "ada@example.com";
  private static final String BOB = "bob@example.com";
  private static final int TRIPS_PAST = 300;

  /** The minute in which failures are counted, and ten minutes of calm. */
  private static final Duration ON_FOR = Duration.ofMinutes(11);

  private final TestServer server = TestServer.start();
  private int victims;

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client at an IP that was not there before. */
  private Visitor somebody() {
    victims++;
    return server.visitor().at("198.18.%d.%d".formatted(victims / 256, victims % 256));
  }

  private void spray(int failures) {
    for (int i = 0; i < failures; i++) {
      Visitor client = somebody();
      String victim = "p" + victims + "@example.com";
      String challenge = client.ask(victim).isOk().text("challenge");
      String right = server.inbox().mails().get(0).draft().code().orElseThrow();
      String wrong = right.equals("000000") ? "000001" : "000000";
      client.verify(challenge, wrong).isProblem(401, "wrong_code");
    }
  }

  private void newCodesHave(int length) {
    assertThat(somebody().ask("p" + victims + "@example.com").isOk().number("code_length"))
        .isEqualTo(length);
  }

  @Test
  void spray_makesNewCodesLong_refusesNobody_andCalmBringsShortOnesBack() {
    Visitor ada = somebody();
    String asked = ada.ask(ADA).isOk().text("challenge");
    String mailed = server.code(ADA);
    Visitor bob = somebody();
    String bobs = bob.ask(BOB).isOk().text("challenge");
    String bobsCode = server.code(BOB);
    String bobsWrongCode = server.wrongCode(BOB);

    spray(TRIPS_PAST);
    newCodesHave(6);
    assertThat(server.count(AuthEvent.BreakerTripped.class)).isZero();
    spray(1);
    newCodesHave(8);
    assertThat(server.count(AuthEvent.BreakerTripped.class)).isEqualTo(1);

    // A short code that is on its way signs in, and takes one guess.
    ada.verify(asked, mailed).isOk();
    Answer wrong = bob.verify(bobs, bobsWrongCode).isProblem(401, "wrong_code");
    assertThat(wrong.number("attempts_left")).isZero();
    bob.verify(bobs, bobsCode).isProblem(401, "code_expired");

    // Whoever asks now gets a long one, typed in any case and grouping.
    Answer sent = bob.ask(BOB).isOk();
    String code = server.code(BOB);
    assertThat(sent.number("code_length")).isEqualTo(8);
    assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{8}");
    bob.verify(sent.text("challenge"), code.substring(0, 4) + "-" + code.substring(4)).isOk();

    server.clock().advance(ON_FOR.minusMillis(1));
    newCodesHave(8);
    server.clock().advance(Duration.ofSeconds(1));
    newCodesHave(6);
    assertThat(server.count(AuthEvent.BreakerCalmed.class)).isEqualTo(1);
    server.signIn(ADA, somebody());
  }

  @Test
  void longCode_takesAsManyGuessesAsTheTableAllows() {
    spray(TRIPS_PAST + 1);
    Visitor ada = somebody();
    String challenge = ada.ask(ADA).isOk().text("challenge");
    Answer first = ada.verify(challenge, "00000000").isProblem(401, "wrong_code");

    assertThat(first.number("attempts_left")).isEqualTo(2);
    ada.verify(challenge, server.code(ADA)).isOk();
  }

  @Test
  void twoNodes_agreeWithinASecond() {
    try (TestServer node = server.another()) {
      assertThat(node.visitor().ask(ADA).isOk().number("code_length")).isEqualTo(6);
      spray(TRIPS_PAST + 1);
      server.clock().advance(Duration.ofSeconds(1));

      Answer sent = node.visitor().ask(ADA).isOk();
      assertThat(sent.number("code_length")).isEqualTo(8);
      somebody().verify(sent.text("challenge"), node.code(ADA)).isOk();
      assertThat(node.count(AuthEvent.BreakerTripped.class)).isEqualTo(1);
    }
  }

  @Test
  void failuresThatAreSpreadOverTime_changeNothing() {
    spray(TRIPS_PAST / 2);
    server.clock().advance(Duration.ofMinutes(1));
    spray(TRIPS_PAST / 2);
    server.clock().advance(Duration.ofMinutes(1));
    spray(TRIPS_PAST / 2);

    newCodesHave(6);
  }
}
