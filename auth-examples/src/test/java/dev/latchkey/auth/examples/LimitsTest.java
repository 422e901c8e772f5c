package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The limits of requests for codes and of guesses, with what the headers say of them. */
class LimitsTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private int clients;

  @AfterEach
  void stop() {
    server.close();
  }

  /** A client at an IP that was not there before. */
  private Visitor somebody() {
    clients++;
    return server.visitor().at("198.18.%d.%d".formatted(clients / 256, clients % 256));
  }

  private void ask(int times) {
    for (int i = 0; i < times; i++) {
      somebody().ask(ADA).isOk();
    }
  }

  private void refusesUntil(int limit, Duration window, Duration wait) {
    Answer refused = somebody().ask(ADA).isProblem(429, "rate_limited");
    assertThat(refused.number("retry_after")).isEqualTo(wait.toSeconds());
    says(refused, "identifier", limit, 0, window, wait);
    server.clock().advance(wait.minusMillis(1));
    somebody().ask(ADA).isProblem(429, "rate_limited");
    server.clock().advance(Duration.ofMillis(1));
  }

  private static void says(
      Answer answer, String limit, int of, int remaining, Duration window, Duration reset) {
    assertThat(answer.header("x-ratelimit-limit")).containsExactly("" + of);
    assertThat(answer.header("x-ratelimit-remaining")).containsExactly("" + remaining);
    assertThat(answer.header("x-ratelimit-reset")).containsExactly("" + reset.toSeconds());
    assertThat(answer.header("ratelimit-policy"))
        .containsExactly("\"%s\";q=%d;w=%d".formatted(limit, of, window.toSeconds()));
    assertThat(answer.header("ratelimit"))
        .containsExactly("\"%s\";r=%d;t=%d".formatted(limit, remaining, reset.toSeconds()));
    if (answer.status() == 429) {
      assertThat(answer.header("retry-after")).containsExactly("" + reset.toSeconds());
    } else {
      assertThat(answer.header("retry-after")).isEmpty();
    }
  }

  @Test
  void identifier_threeInFiveMinutes_fiveInAnHour_tenInADay() {
    ask(3);
    refusesUntil(3, Duration.ofMinutes(5), Duration.ofMinutes(5));
    ask(2);
    refusesUntil(5, Duration.ofHours(1), Duration.ofMinutes(55));
    ask(3);
    server.clock().advance(Duration.ofMinutes(5));
    ask(2);
    refusesUntil(10, Duration.ofHours(24), Duration.ofHours(23).minusMinutes(5));
    ask(1);
  }

  @Test
  void ip_twentyInFiveMinutes_aHundredInAnHour() {
    Visitor client = somebody();
    Duration window = Duration.ofMinutes(5);
    for (int burst = 0; burst < 5; burst++) {
      for (int i = 0; i < 20; i++) {
        Answer sent = client.ask("p" + burst + "-" + i + "@example.com").isOk();
        if (burst == 0) {
          says(sent, "ip", 20, 19 - i, window, window);
        }
      }
      if (burst < 4) {
        says(client.ask(ADA).isProblem(429, "rate_limited"), "ip", 20, 0, window, window);
        server.clock().advance(window);
      }
    }
    server.clock().advance(window);
    says(
        client.ask(ADA).isProblem(429, "rate_limited"),
        "ip",
        100,
        0,
        Duration.ofHours(1),
        Duration.ofMinutes(35));
    somebody().ask(ADA).isOk();
  }

  @Test
  void plusTagsAndDotsOfOneMailbox_shareItsBudget() {
    for (String email : List.of("ada@gmail.com", "a.d.a@gmail.com", "ada+x@googlemail.com")) {
      somebody().ask(email).isOk();
    }
    somebody().ask("ADA+y@gmail.com").isProblem(429, "rate_limited");
  }

  @Test
  void addressesOfOneIpv6Network_shareItsBudget() {
    for (int i = 0; i < 20; i++) {
      server.visitor().at("2001:db8:0:1::" + i).ask("p" + i + "@example.com").isOk();
    }
    server.visitor().at("2001:db8:0:1:ffff::1").ask(ADA).isProblem(429, "rate_limited");
    server.visitor().at("2001:db8:0:2::1").ask(ADA).isOk();
  }

  @Test
  void ipv4MappedAddress_isTheSameAsTheIpv4Address() {
    Answer first = server.visitor().at("192.0.2.1").ask(ADA).isOk();
    Answer second = server.visitor().at("::ffff:192.0.2.1").ask(ADA).isOk();

    assertThat(first.header("x-ratelimit-remaining")).containsExactly("19");
    assertThat(second.header("x-ratelimit-remaining")).containsExactly("18");
  }

  @Test
  void leftPartsOfXForwardedFor_countForNothing() {
    for (int i = 0; i < 20; i++) {
      server.visitor().at("10.0.0." + i + ", 192.0.2.1").ask("p" + i + "@example.com").isOk();
    }
    server.visitor().at("10.0.0.99, 192.0.2.1").ask(ADA).isProblem(429, "rate_limited");
  }

  @Test
  void guesses_sixtyInFiveMinutesAnIp() {
    Visitor client = somebody();
    for (int i = 0; i < 20; i++) {
      String email = "p" + i + "@example.com";
      String challenge = somebody().ask(email).isOk().text("challenge");
      client.verify(challenge, server.wrongCode(email)).isProblem(401, "wrong_code");
      client.verify(challenge, server.wrongCode(email)).isProblem(401, "wrong_code");
      client.verify(challenge, server.wrongCode(email)).isProblem(429, "slow_down");
    }
    for (int i = 20; i < 40; i++) {
      String email = "p" + i + "@example.com";
      String challenge = somebody().ask(email).isOk().text("challenge");
      client.verify(challenge, server.wrongCode(email)).isProblem(401, "wrong_code");
    }
    String challenge = somebody().ask(ADA).isOk().text("challenge");
    Answer refused = client.verify(challenge, server.code(ADA)).isProblem(429, "rate_limited");

    says(refused, "ip", 60, 0, Duration.ofMinutes(5), Duration.ofMinutes(5));
    somebody().verify(challenge, server.code(ADA)).isOk();
  }

  @Test
  void refreshes_thirtyInFiveMinutesASession() {
    SignedIn in = server.signIn(ADA);
    for (int i = 0; i < 30; i++) {
      in = SignedIn.of(somebody().refresh(in));
    }
    Answer refused = somebody().refresh(in).isProblem(429, "rate_limited");

    says(refused, "session", 30, 0, Duration.ofMinutes(5), Duration.ofMinutes(5));
    server.clock().advance(Duration.ofMinutes(5));
    somebody().refresh(in).isOk();
  }
}
