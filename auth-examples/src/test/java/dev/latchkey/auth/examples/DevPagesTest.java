package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at the root and the development mailbox. */
class DevPagesTest {
  private static final String ADA = "ada@example.com";

  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void root_saysWhatThisIs_andLinksTheMailbox() {
    Answer page = client.get("/").isOk();

    assertThat(page.header("content-type").get(0)).startsWith("text/html");
    assertThat(page.body()).contains("Latchkey example server").contains("/dev/inbox.html");
  }

  @Test
  void pages_runNothing() {
    client.ask(ADA).isOk();
    for (String path : List.of("/", "/unlock", "/dev/inbox.html")) {
      Answer page = client.get(path).isOk();
      assertThat(page.header("content-security-policy").get(0))
          .contains("default-src 'none'")
          .doesNotContain("unsafe");
      assertThat(page.body()).doesNotContain("<script").doesNotContain("style=");
    }
    assertThat(client.get("/style.css").isOk().header("content-type").get(0))
        .startsWith("text/css");
  }

  @Test
  void inbox_tellsOfACodeMail() {
    client.ask(ADA).isOk();
    Map<String, Object> mail = server.mails(ADA).get(0);

    assertThat(mail).containsOnlyKeys("id", "to", "subject", "text", "kind", "code");
    assertThat(mail).containsEntry("kind", "code").containsEntry("to", ADA);
    assertThat((String) mail.get("text")).contains((String) mail.get("code"));
    assertThat(client.get("/dev/inbox").header("cache-control")).containsExactly("no-store");
  }

  @Test
  void inbox_tellsOfAnAlert_withoutACode() {
    SignedIn in = server.signIn(ADA);
    client.post("/auth/token/refresh", in.refreshBody()).isProblem(401, "wrong_device");

    assertThat(server.mails(ADA).get(0))
        .containsOnlyKeys("id", "to", "subject", "text", "kind")
        .containsEntry("kind", "alert");
  }

  private String lockMailOf(TestServer where, String issuer) {
    Visitor there = where.visitor();
    String challenge = there.ask(ADA).isOk().text("challenge");
    there.verify(challenge, where.wrongCode(ADA)).isProblem(401, "wrong_code");
    there.verify(challenge, where.wrongCode(ADA)).isProblem(401, "wrong_code");
    where.clock().advance(Duration.ofSeconds(2));
    there.verify(challenge, where.wrongCode(ADA)).isProblem(423, "account_locked");
    Map<String, Object> mail = where.mails(ADA).get(0);

    assertThat(mail).containsOnlyKeys("id", "to", "subject", "text", "kind", "token");
    assertThat(mail).containsEntry("kind", "lock").containsEntry("to", ADA);
    String text = (String) Objects.requireNonNull(mail.get("text"));
    assertThat(text).contains("\n" + issuer + "/unlock#" + mail.get("token") + "\n");
    return text;
  }

  @Test
  void inbox_tellsOfALock_withTheTokenBehindTheLinksHash() {
    String text = lockMailOf(server, TestServer.ISSUER);

    assertThat(client.get("/dev/inbox.html").isOk().body()).contains(InboxView.escaped(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"my shop", "shop", "ftp://shop.example", "https://a?b", "https://", "a:b"})
  void lockMail_ofAnIssuerThatIsNoSite_leadsToThisMachine(String issuer) {
    try (TestServer shop = TestServer.start("LATCHKEY_ISSUER", issuer)) {
      lockMailOf(shop, "http://localhost:" + shop.port());
    }
  }

  @Test
  void lockMail_ofAnIssuerWithASlash_hasOneSlash() {
    try (TestServer shop = TestServer.start("LATCHKEY_ISSUER", "https://shop.example/auth/")) {
      lockMailOf(shop, "https://shop.example/auth");
    }
  }

  @Test
  void unlockPage_saysWhatToDoWithTheToken() {
    Answer page = client.get("/unlock").isOk();

    assertThat(page.header("content-type").get(0)).startsWith("text/html");
    assertThat(page.body()).contains("/auth/unlock").contains("X-Device-Token");
    assertThat(client.get("/").isOk().body()).contains("POST /auth/unlock");
    client.post("/unlock", "{}").isProblem(405, "method_not_allowed");
  }

  @Test
  void inbox_hasTheNewestFirst_andTheLatestTwoHundred() {
    for (int i = 0; i < 201; i++) {
      client.at("198.18.1." + i).ask("p" + i + "@example.com").isOk();
    }
    List<?> messages = (List<?>) client.get("/dev/inbox").isOk().value("messages");

    assertThat(messages).hasSize(200);
    assertThat(Json.object(messages.get(0))).containsEntry("to", "p200@example.com");
    assertThat(Json.object(messages.get(199))).containsEntry("to", "p1@example.com");
    assertThat(messages).extracting(mail -> Json.object(mail).get("id")).doesNotHaveDuplicates();
  }

  @Test
  void mailPage_showsTheMail_withEverythingEscaped() {
    String address = "a&b'c@example.com";
    client.ask(address).isOk();
    Answer page = client.get("/dev/inbox.html").isOk();

    assertThat(page.body()).contains(server.code(address)).contains("a&amp;b&#39;c@example.com");
    assertThat(InboxView.escaped("<a href=\"x\">&'"))
        .isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "[2001:db8::1]",
        "0.0.0.0",
        "localhost:8080:80"
      })
  void inbox_forAnotherHost_isNotThere(String host) {
    for (String path : List.of("/dev/inbox", "/dev/inbox.html")) {
      String answer = RawClient.get(server.port(), host, path);
      assertThat(answer).containsAnyOf("HTTP/1.1 404 ", "HTTP/1.1 400 ");
      assertThat(answer).contains("application/problem+json").doesNotContain("messages");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1234", "127.0.0.1", "127.9.9.9:80", "[::1]:80"})
  void inbox_forLoopback_isThere(String host) {
    assertThat(RawClient.get(server.port(), host, "/dev/inbox")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void otherMethods_areNotAllowed() {
    Answer answer = client.post("/dev/inbox", "{}").isProblem(405, "method_not_allowed");

    assertThat(answer.header("allow")).containsExactly("GET, HEAD");
    Answer head = client.send("HEAD", "/", BodyPublishers.noBody());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }
}
