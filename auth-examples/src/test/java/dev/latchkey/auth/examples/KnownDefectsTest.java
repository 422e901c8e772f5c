package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.Race;
import dev.latchkey.auth.testkit.Tally;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three defects that an earlier attempt had. */
class KnownDefectsTest {
  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void identifiersThatDifferOnlyInCase_shareOneBudget() {
    client.ask("Ada@Example.com").isOk();
    client.ask("ada@example.COM").isOk();
    client.ask("ADA@EXAMPLE.COM").isOk();

    Answer fourth = client.ask("ada@example.com").isProblem(429, "rate_limited");
    assertThat(fourth.header("ratelimit").get(0)).startsWith("\"identifier\";");
  }

  @Test
  void identifiersThatDifferOnlyInCase_shareOneAccount() {
    String upper = client.ask("Ada@Example.COM").isOk().text("challenge");
    Answer first = client.verify(upper, server.code("ada@example.com")).isOk();
    String lower = client.ask("ada@example.com").isOk().text("challenge");
    Answer second = client.verify(lower, server.code("ada@example.com")).isOk();

    assertThat(second.value("account")).isEqualTo(first.value("account"));
    assertThat(second.value("new_account")).isEqualTo(false);
  }

  @Test
  void identifiersThatDifferOnlyInCase_shareOneCountOfWrongCodes() {
    String upper = client.ask("ADA@example.com").isOk().text("challenge");
    client.verify(upper, server.wrongCode("ada@example.com")).isProblem(401, "wrong_code");
    String lower = client.ask("ada@example.com").isOk().text("challenge");
    Answer second = client.verify(lower, server.wrongCode("ada@example.com"));

    assertThat(second.isProblem(401, "wrong_code").number("attempts_left")).isEqualTo(1);
  }

  @Test
  void ipsThatShareALimit_neverDo() {
    for (int i = 0; i < 20; i++) {
      client.at("203.0.113.1").ask("ada" + i + "@example.com").isOk();
    }
    Answer refused = client.at("203.0.113.1").ask("eve@example.com");
    assertThat(refused.isProblem(429, "rate_limited").header("ratelimit").get(0))
        .startsWith("\"ip\";");

    Answer other = client.at("203.0.113.2").ask("eve@example.com").isOk();
    assertThat(other.header("x-ratelimit-remaining")).containsExactly("19");
  }

  @Test
  void sixtyFourConcurrentRequests_againstALimitOfThree_exactlyThreePass() {
    Tally<Integer> statuses =
        Race.of(64).run(i -> client.at("198.18.0." + i).ask("ada@example.com").status());

    assertThat(statuses.count(200)).isEqualTo(3);
    assertThat(statuses.count(429)).isEqualTo(61);
    assertThat(server.mails("ada@example.com", "code")).isEqualTo(3);
  }

  @Test
  void manyConcurrentRightCodes_areOneSignIn() {
    String challenge = client.ask("ada@example.com").isOk().text("challenge");
    String code = server.code("ada@example.com");
    Tally<Integer> statuses =
        Race.of(64).run(i -> client.at("198.18.0." + i).verify(challenge, code).status());

    assertThat(statuses.count(200)).isEqualTo(1);
    assertThat(statuses.count(401)).isEqualTo(63);
  }
}
