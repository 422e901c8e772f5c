package dev.latchkey.auth.http;

import dev.latchkey.auth.client.IpAddress;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.http.HttpAnswer.Header;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The two cookies of a browser (RFC 6265): {@code __Host-refresh} and {@code __Host-device}, which
 * no other host and no plain connection can set. On plain HTTP on loopback, where some browsers
 * refuse {@code Secure}, they are called {@code refresh} and {@code device}. Pure.
 */
final class Cookies {
  private static final String HOST_PREFIX = "__Host-";
  private static final String LOCALHOST = "localhost";

  private final String prefix;
  private final String attributes;

  private Cookies(boolean plain) {
    this.prefix = plain ? "" : HOST_PREFIX;
    this.attributes = "; Path=/" + (plain ? "" : "; Secure") + "; HttpOnly; SameSite=Strict";
  }

  /** The cookies as this request must carry them. */
  static Cookies of(HttpRequest request) {
    return new Cookies(!isHttps(request) && isLoopback(request));
  }

  /**
   * {@code X-Forwarded-Proto} is believed from anybody: who claims HTTPS gets the stricter cookies.
   */
  private static boolean isHttps(HttpRequest request) {
    return request.isSecure()
        || request.headers("X-Forwarded-Proto").stream()
            .anyMatch(value -> Words.bare(value).toLowerCase(Locale.ROOT).startsWith("https"));
  }

  private static boolean isLoopback(HttpRequest request) {
    List<String> hosts = request.headers("Host");
    if (hosts.size() != 1) {
      return false;
    }
    String host = Words.bare(hosts.get(0));
    int colon = host.lastIndexOf(':');
    String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    return name.equalsIgnoreCase(LOCALHOST)
        || IpAddress.parse(name).filter(IpAddress::isLoopback).isPresent();
  }

  Optional<String> refreshToken(HttpRequest request) {
    return value(request, prefix + "refresh");
  }

  Optional<String> deviceToken(HttpRequest request) {
    return value(request, prefix + "device");
  }

  Header refreshToken(SecretText token, Duration life) {
    return set("refresh", token.revealText(), life);
  }

  Header deviceToken(SecretText token, Duration life) {
    return set("device", token.revealText(), life);
  }

  /** Makes the browser forget both. */
  List<Header> expired() {
    return List.of(set("refresh", "", Duration.ZERO), set("device", "", Duration.ZERO));
  }

  private Header set(String name, String value, Duration life) {
    return new Header(
        "Set-Cookie",
        prefix + name + "=" + value + "; Max-Age=" + Words.secondsOfLife(life) + attributes);
  }

  /** HTTP/2 may split the header (RFC 9113, section 8.2.3), so all lines count. */
  private static Optional<String> value(HttpRequest request, String name) {
    Optional<String> found = Optional.empty();
    for (String line : request.headers("Cookie")) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 0 || !Words.bare(pair.substring(0, equals)).equals(name)) {
          continue;
        }
        if (found.isPresent()) {
          throw Problem.of(ProblemKind.INVALID_REQUEST).refusal();
        }
        found = Optional.of(Words.bare(pair.substring(equals + 1)));
      }
    }
    return found;
  }
}
