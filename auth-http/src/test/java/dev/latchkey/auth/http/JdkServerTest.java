package dev.latchkey.auth.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.auth.testkit.TestLatchkey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The wiring that a host writes, here for the server of the JDK, and a sign-in over it. */
class JdkServerTest {
  private static void wire(AuthEndpoints auth, HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpRequest request =
          HttpRequest.builder(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath())
              .headers(exchange.getRequestHeaders())
              .body(exchange.getRequestBody().readNBytes(AuthEndpoints.MAX_BODY_BYTES + 1))
              .peer(exchange.getRemoteAddress().getAddress().getHostAddress())
              .build();
      HttpAnswer answer = auth.handle(request);
      answer.headers().forEach(h -> exchange.getResponseHeaders().add(h.name(), h.value()));
      byte[] body = answer.body();
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private final TestLatchkey test = TestLatchkey.create();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server = start(test);

  private static HttpServer start(TestLatchkey test) {
    AuthEndpoints auth = AuthEndpoints.builder(test.latchkey()).build();
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", exchange -> wire(auth, exchange));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void signIn_worksOverARealSocket() throws Exception {
    HttpResponse<String> sent = post("/auth/email/send-otp", Site.object("email", Site.ADA));
    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(sent.headers().firstValue("RateLimit")).contains("\"ip\";r=19;t=300");

    HttpResponse<String> tokens =
        post(
            "/auth/email/verify-otp",
            Site.object(
                "challenge", member(sent, "challenge"), "code", test.mailbox().lastCode(Site.ADA)));
    assertThat(tokens.statusCode()).isEqualTo(200);

    String[] headers = {
      "Authorization",
      "Bearer " + member(tokens, "access_token"),
      "X-Device-Token",
      member(tokens, "device_token")
    };
    assertThat(get("/auth/me", headers).body()).contains(Site.ADA);
    assertThat(post("/auth/logout", "", headers).statusCode()).isEqualTo(204);
    HttpResponse<String> after = get("/auth/me", headers);
    assertThat(after.statusCode()).isEqualTo(401);
    assertThat(after.body()).contains("token_revoked");
  }

  @Test
  void wiring_standsInThePackagesDocumentationAsItIsHere() throws IOException {
    String path = "java/dev/latchkey/auth/http/";
    String here = Files.readString(Path.of("src/test", path, "JdkServerTest.java"));
    String there = Files.readString(Path.of("src/main", path, "package-info.java"));

    assertThat(wiring(there.replace("\n * ", "\n"))).isEqualTo(wiring(here.replace("\n  ", "\n")));
  }

  /** The method, once its margin is gone. */
  private static String wiring(String source) {
    int begin = source.indexOf("static void wire(");
    return source.substring(begin, source.indexOf("\n}\n", begin));
  }

  @Test
  void tooLargeABody_isRefusedWithoutReadingItAll() throws Exception {
    HttpResponse<String> refused = post("/auth/email/send-otp", " ".repeat(20_000));

    assertThat(refused.statusCode()).isEqualTo(413);
  }

  @Test
  void browser_onLoopback_signsInByCookies() throws Exception {
    HttpResponse<String> sent = post("/auth/email/send-otp", Site.object("email", Site.ADA));
    HttpResponse<String> tokens =
        post(
            "/auth/email/verify-otp",
            Site.object(
                "challenge", member(sent, "challenge"), "code", test.mailbox().lastCode(Site.ADA)),
            "X-Client",
            "browser");

    assertThat(tokens.headers().allValues("Set-Cookie"))
        .satisfiesExactlyInAnyOrder(
            cookie -> assertThat(cookie).startsWith("refresh="),
            cookie -> assertThat(cookie).startsWith("device="));
  }

  private HttpResponse<String> post(String path, String json, String... headers) throws Exception {
    java.net.http.HttpRequest.Builder request =
        java.net.http.HttpRequest.newBuilder(uri(path))
            .POST(java.net.http.HttpRequest.BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return send(request, headers);
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(java.net.http.HttpRequest.newBuilder(uri(path)), headers);
  }

  private HttpResponse<String> send(java.net.http.HttpRequest.Builder request, String... headers)
      throws Exception {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static String member(HttpResponse<String> response, String name) {
    String marker = "\"" + name + "\":\"";
    int begin = response.body().indexOf(marker) + marker.length();
    return response.body().substring(begin, response.body().indexOf('"', begin));
  }
}
