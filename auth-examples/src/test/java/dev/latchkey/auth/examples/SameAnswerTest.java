package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody learns who has an account: known, unknown and barred get the same bytes but for ids. */
class SameAnswerTest {
  private static final String KNOWN = "kay@example.com";
  private static final String UNKNOWN = "uma@example.com";
  private static final String BARRED = "bob@example.com";

  private final TestServer server = TestServer.start("LATCHKEY_BARRED", "x@example.com," + BARRED);

  @AfterEach
  void stop() {
    server.close();
  }

  /** All of an answer but the time of day and the challenge, of which only the length is kept. */
  private static String shape(Answer answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers());
    headers.remove("date");
    String body = answer.body();
    if (answer.has("challenge")) {
      String challenge = answer.text("challenge");
      body = body.replace(challenge, "challenge of " + challenge.length());
    }
    return answer.status() + " " + headers + " " + body;
  }

  /** What each of the three gets, each from an address of its own. */
  private List<String> shapes(Map<String, Visitor> who, UnaryOperator<Answer> then) {
    List<String> shapes = new ArrayList<>();
    who.forEach((email, client) -> shapes.add(shape(then.apply(client.ask(email)))));
    return shapes;
  }

  private Map<String, Visitor> everybody() {
    server.signIn(KNOWN, server.visitor().at("198.51.100.200"));
    Map<String, Visitor> who = new TreeMap<>();
    for (String email : List.of(KNOWN, UNKNOWN, BARRED)) {
      who.put(email, server.visitor().at("198.51.100." + (who.size() + 1)));
    }
    return who;
  }

  @Test
  void sendOtp_answersAlike() {
    assertThat(shapes(everybody(), answer -> answer))
        .hasSize(3)
        .containsOnly(shape(server.visitor().at("198.51.100.9").ask("zoe@example.com")));
  }

  @Test
  void wrongCodes_areAnsweredAlike_toTheLock() {
    Map<String, Visitor> who = everybody();
    List<String> shapes = new ArrayList<>();
    who.forEach(
        (email, client) -> {
          String challenge = client.ask(email).isOk().text("challenge");
          String first = shape(client.verify(challenge, "000000"));
          String second = shape(client.verify(challenge, "000001"));
          String early = shape(client.verify(challenge, "000002"));
          shapes.add(first + second + early);
        });
    assertThat(shapes.get(0)).contains("wrong_code").contains("slow_down");
    assertThat(shapes).hasSize(3).containsOnly(shapes.get(0));
  }

  @Test
  void barredAddress_getsNoMail() {
    server.visitor().ask(BARRED).isOk();
    server.visitor().ask(UNKNOWN).isOk();

    assertThat(server.mails(BARRED)).isEmpty();
    assertThat(server.mails(UNKNOWN)).hasSize(1);
  }

  @Test
  void barredAddress_getsNoMailAboutItsLockEither() {
    Map<String, Visitor> who = everybody();
    List<String> shapes = new ArrayList<>();
    for (String email : who.keySet()) {
      String challenge = who.get(email).ask(email).isOk().text("challenge");
      who.get(email).verify(challenge, "abcdefgh").isProblem(401, "wrong_code");
      who.get(email).verify(challenge, "abcdefgh").isProblem(401, "wrong_code");
      server.clock().advance(Duration.ofSeconds(2));
      String lock = shape(who.get(email).verify(challenge, "abcdefgh"));
      shapes.add(lock + shape(who.get(email).ask(email).isProblem(423, "account_locked")));
    }
    assertThat(shapes).hasSize(3).containsOnly(shapes.get(0));
    assertThat(server.mails(UNKNOWN, "lock")).isEqualTo(2);
    assertThat(server.mails(KNOWN, "lock")).isEqualTo(2);
    assertThat(server.mails(BARRED)).isEmpty();
  }

  @Test
  void limitOfTheIdentifier_refusesAlike() {
    Map<String, Visitor> who = everybody();
    who.forEach(
        (email, client) -> {
          for (int i = 0; i < (email.equals(KNOWN) ? 2 : 3); i++) {
            client.ask(email).isOk();
          }
        });
    List<String> shapes = shapes(who, answer -> answer.isProblem(429, "rate_limited"));
    assertThat(shapes).hasSize(3).containsOnly(shapes.get(0));
  }
}
