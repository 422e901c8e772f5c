package dev.latchkey.auth.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client of a server: one address, and headers that it sends with everything. Immutable. */
record Visitor(URI server, List<String> always) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  Visitor(URI server) {
    this(server, List.of());
  }

  Visitor with(String header, String value) {
    List<String> more = new ArrayList<>(always);
    more.addAll(List.of(header, value));
    return new Visitor(server, List.copyOf(more));
  }

  /** The same client at another IP, in the word of a proxy that the server trusts. */
  Visitor at(String ip) {
    return new Visitor(server).with("X-Forwarded-For", ip);
  }

  Answer get(String path, String... headers) {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  Answer delete(String path, String... headers) {
    return send("DELETE", path, BodyPublishers.noBody(), headers);
  }

  Answer post(String path, String json, String... headers) {
    List<String> typed = new ArrayList<>(List.of("Content-Type", "application/json"));
    typed.addAll(Arrays.asList(headers));
    return send("POST", path, BodyPublishers.ofString(json), typed.toArray(String[]::new));
  }

  Answer postNothing(String path, String... headers) {
    return send("POST", path, BodyPublishers.noBody(), headers);
  }

  Answer send(
      String method, String path, java.net.http.HttpRequest.BodyPublisher body, String... headers) {
    List<String> all = new ArrayList<>(always);
    all.addAll(Arrays.asList(headers));
    java.net.http.HttpRequest.Builder request =
        java.net.http.HttpRequest.newBuilder(server.resolve(path))
            .timeout(DEADLINE)
            .method(method, body);
    if (!all.isEmpty()) {
      request.headers(all.toArray(String[]::new));
    }
    try {
      return Answer.of(HTTP.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  Answer ask(String email) {
    return post("/auth/email/send-otp", "{\"email\":\"" + email + "\"}");
  }

  Answer askAgain(String email, String challenge) {
    return post(
        "/auth/email/send-otp",
        "{\"email\":\"" + email + "\",\"challenge\":\"" + challenge + "\"}");
  }

  Answer verify(String challenge, String code, String... headers) {
    return post(
        "/auth/email/verify-otp",
        "{\"challenge\":\"" + challenge + "\",\"code\":\"" + code + "\"}",
        headers);
  }

  /** The same client with the token of a device. */
  Visitor on(String device) {
    return with("X-Device-Token", device);
  }

  Answer unlock(String token, String... headers) {
    return post("/auth/unlock", "{\"token\":\"" + token + "\"}", headers);
  }

  Answer refresh(SignedIn in) {
    return post("/auth/token/refresh", in.refreshBody(), "X-Device-Token", in.device());
  }

  Answer me(SignedIn in) {
    return get("/auth/me", in.headers());
  }
}
