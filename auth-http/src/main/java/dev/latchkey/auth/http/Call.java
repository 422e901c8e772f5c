package dev.latchkey.auth.http;

import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.TrustedProxies;
import dev.latchkey.auth.crypto.SecretText;
import java.util.List;
import java.util.Optional;

/**
 * One request with what it says about who sent it: the caller, and the tokens from wherever this
 * kind of client has to put them. A request that puts them elsewhere, or twice, does not get this
 * far.
 */
final class Call {
  private static final String DEVICE_HEADER = "X-Device-Token";
  private static final String REFRESH_MEMBER = "refresh_token";
  private static final String BEARER = "Bearer";

  private final HttpRequest request;
  private final String pathRest;
  private final Optional<String> bearer;
  private final Optional<Cookies> cookies;
  private final Optional<SecretText> refreshCookie;
  private final ClientInfo client;

  private Call(HttpRequest request, String pathRest, TrustedProxies proxies) {
    this.request = request;
    this.pathRest = pathRest;
    this.bearer = single("Authorization").flatMap(Call::bearerToken);
    this.cookies =
        isBrowser(request) ? Optional.of(Cookies.of(request)) : Optional.<Cookies>empty();
    this.refreshCookie = cookies.flatMap(jar -> jar.refreshToken(request)).map(SecretText::of);
    Optional<String> header = single(DEVICE_HEADER).filter(token -> !token.isEmpty());
    if (cookies.isPresent() && header.isPresent()) {
      throw invalid();
    }
    Optional<String> device = cookies.isPresent() ? cookies.get().deviceToken(request) : header;
    this.client =
        new ClientInfo(
            proxies.clientAddress(request.peer(), request.headers("X-Forwarded-For")),
            request.headers("User-Agent").stream().findFirst(),
            device.map(SecretText::of));
  }

  /** Reads the request, or refuses it. */
  static Call read(HttpRequest request, String pathRest, TrustedProxies proxies) {
    return new Call(request, pathRest, proxies);
  }

  private static boolean isBrowser(HttpRequest request) {
    return request.headers("X-Client").stream()
        .anyMatch(value -> Words.bare(value).equalsIgnoreCase("browser"));
  }

  /** What must not be there twice: of two, each reader could take another. */
  private Optional<String> single(String name) {
    List<String> values = request.headers(name);
    if (values.size() > 1) {
      throw invalid();
    }
    return values.stream().map(Words::bare).findFirst();
  }

  /** RFC 9110, section 11.4: the scheme in any case, spaces, the token. */
  private static Optional<String> bearerToken(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0 || !authorization.substring(0, space).equalsIgnoreCase(BEARER)) {
      return Optional.empty();
    }
    return Optional.of(Words.bare(authorization.substring(space)));
  }

  private static Refusal invalid() {
    return Problem.of(ProblemKind.INVALID_REQUEST).refusal();
  }

  /** The part of the path that the route leaves open. */
  String pathRest() {
    return pathRest;
  }

  /** Who calls, with the device token. */
  ClientInfo client() {
    return client;
  }

  /** The access token, not judged yet. */
  Optional<String> bearer() {
    return bearer;
  }

  /** The cookies to answer with; empty if this is no browser. */
  Optional<Cookies> cookies() {
    return cookies;
  }

  JsonBody body() {
    return JsonBody.required(request);
  }

  /** The body of a sign-out, or of anything for which a browser's cookies suffice. */
  JsonBody optionalBody() {
    return JsonBody.optional(request);
  }

  /** The refresh token of the kind of place that this client must use; empty if there is none. */
  Optional<String> refreshToken(JsonBody body) {
    if (cookies.isEmpty()) {
      return body.optionalText(REFRESH_MEMBER);
    }
    if (body.has(REFRESH_MEMBER)) {
      throw invalid();
    }
    return refreshCookie.map(SecretText::revealText);
  }
}
