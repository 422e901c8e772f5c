package dev.latchkey.auth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.memory.InMemoryStores;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the settings change in a server that runs. */
class ConfiguredServerTest {
  private static final String ADA = "ada@example.com";

  private static Map<String, Object> claims(String token) {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return Json.object(Json.read(new String(payload, StandardCharsets.UTF_8)));
  }

  @Test
  void withDefaultsAlone_aPersonSignsIn_andTheIssuerNamesThePort() {
    Settings settings = Settings.of(Map.of("PORT", "0"));
    try (RunningServer server = ExampleServer.start(settings, Clock.systemUTC())) {
      Visitor client = new Visitor(server.uri());
      String challenge = client.ask(ADA).isOk().text("challenge");
      String code = server.inbox().mails().get(0).draft().code().orElseThrow();
      SignedIn in = SignedIn.of(client.verify(challenge, code));

      client.me(in).isOk();
      assertThat(claims(in.access()))
          .containsEntry("iss", "http://localhost:" + server.port())
          .containsEntry("aud", "latchkey-example");
      assertThat(Welcome.of(settings, server))
          .contains("http://localhost:" + server.port() + "/")
          .contains("/dev/inbox.html")
          .contains("lost when it stops")
          .contains("LATCHKEY_SECRET is not set");
    }
  }

  @Test
  void issuerAndAudience_areInTheTokens() {
    try (TestServer server = TestServer.start("LATCHKEY_AUDIENCE", "shop")) {
      SignedIn in = server.signIn(ADA);

      assertThat(claims(in.access()))
          .containsEntry("iss", TestServer.ISSUER)
          .containsEntry("aud", "shop");
      server.visitor().me(in).isOk();
    }
  }

  @Test
  void tokensOfAnotherAudience_areRefused() {
    try (TestServer shop = TestServer.start("LATCHKEY_AUDIENCE", "shop");
        TestServer blog = TestServer.start("LATCHKEY_AUDIENCE", "blog")) {
      blog.visitor().me(shop.signIn(ADA)).isProblem(401, "invalid_token");
    }
  }

  @Test
  void withoutTrustedProxies_xForwardedForCountsForNothing() {
    try (TestServer server = TestServer.start("LATCHKEY_TRUSTED_PROXIES", "")) {
      Answer first = server.visitor().at("192.0.2.1").ask("ada@example.com").isOk();
      Answer second = server.visitor().at("192.0.2.2").ask("eve@example.com").isOk();

      assertThat(first.header("x-ratelimit-remaining")).containsExactly("19");
      assertThat(second.header("x-ratelimit-remaining")).containsExactly("18");
    }
  }

  @Test
  void clockOffset_movesTheServersTime() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PORT", "0");
    environment.put("LATCHKEY_CLOCK_OFFSET", "86400");
    Instant before = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    try (RunningServer server = ExampleServer.start(Settings.of(environment), Clock.systemUTC())) {
      Visitor client = new Visitor(server.uri());
      String challenge = client.ask(ADA).isOk().text("challenge");
      String code = server.inbox().mails().get(0).draft().code().orElseThrow();
      SignedIn in = SignedIn.of(client.verify(challenge, code));

      Instant issued =
          Instant.ofEpochSecond((Long) Objects.requireNonNull(claims(in.access()).get("iat")));
      assertThat(issued).isBetween(before, before.plusSeconds(60));
      assertThat(Welcome.of(Settings.of(environment), server)).contains("86400 s ahead");
    }
  }

  @Test
  void sameSecretOverTheSameStore_keepsTokensAcrossARestart() {
    InMemoryStores stores = InMemoryStores.create();
    Settings settings =
        Settings.of(
            Map.of(
                "PORT", "0",
                "LATCHKEY_SECRET", TestServer.SECRET,
                "LATCHKEY_ISSUER", TestServer.ISSUER));
    SignedIn in;
    try (RunningServer first =
        ExampleServer.start(settings, Storage.in(stores), builder -> builder)) {
      Visitor client = new Visitor(first.uri());
      String challenge = client.ask(ADA).isOk().text("challenge");
      String code = first.inbox().mails().get(0).draft().code().orElseThrow();
      in = SignedIn.of(client.verify(challenge, code));
    }
    try (RunningServer second =
        ExampleServer.start(settings, Storage.in(stores), builder -> builder)) {
      new Visitor(second.uri()).me(in).isOk();
      new Visitor(second.uri()).refresh(in).isOk();
    }
  }
}
