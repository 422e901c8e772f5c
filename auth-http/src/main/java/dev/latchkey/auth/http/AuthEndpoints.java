package dev.latchkey.auth.http;

import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.client.TrustedProxies;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Every end point of the contract behind one method. Called by applications, which hand it the
 * requests for {@code /auth/*}, {@code /.well-known/jwks.json} and {@code /health}.
 *
 * <p>Guarantees: answers everything and throws nothing, whatever a client sent: an unknown path is
 * 404, a store out of reach 503 with {@code Retry-After}, a fault of ours 500. No answer holds a
 * stack trace, or a secret that came with the request; the log has the places of a fault in the
 * code and an incident id, and no message of an exception. GET paths answer HEAD too; OPTIONS is
 * 405 as any other method, since which other origins may call is for the host to say.
 *
 * <p>Does not guarantee: limits on the size of headers, on slow clients or on the number of
 * connections, which are the server's. Safe for concurrent use; runs on the caller's thread.
 *
 * <p>Sources: RFC 9110, RFC 9457 (errors), RFC 6750 (bearer tokens), RFC 6265 (cookies), RFC 7517
 * (keys), draft-ietf-httpapi-ratelimit-headers.
 */
public final class AuthEndpoints {
  /** The largest body that is read; every request of the contract fits with room to spare. */
  public static final int MAX_BODY_BYTES = 16_384;

  /**
   * What {@code Retry-After} says while a store is out of reach: about as long as a fail-over takes
   * to be noticed, and long enough that the clients who waited do no harm.
   */
  public static final Duration UNAVAILABLE_RETRY_AFTER = Duration.ofSeconds(5);

  private static final String JWKS_MEDIA_TYPE = "application/jwk-set+json";
  private static final String SESSION_PREFIX = "/auth/sessions/";

  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final Route oneSession;
  private final TrustedProxies proxies;
  private final Latchkey latchkey;

  private AuthEndpoints(Builder builder) {
    this.latchkey = builder.latchkey;
    this.proxies = builder.proxies;
    TokenAnswers answers = new TokenAnswers(latchkey.deviceLifetime());
    CodeEndpoints codes = new CodeEndpoints(latchkey, answers);
    UnlockEndpoint unlocking = new UnlockEndpoint(latchkey, answers);
    SessionEndpoints sessions = new SessionEndpoints(latchkey, answers);
    routes.put("/auth/email/send-otp", new Route("POST", false, codes::send));
    routes.put("/auth/email/verify-otp", new Route("POST", false, codes::verify));
    routes.put("/auth/unlock", new Route("POST", false, unlocking::unlock));
    routes.put("/auth/token/refresh", new Route("POST", false, sessions::refresh));
    routes.put("/auth/logout", new Route("POST", true, sessions::logout));
    routes.put("/auth/me", new Route("GET", true, sessions::me));
    routes.put("/auth/sessions", new Route("GET", true, sessions::list));
    routes.put("/.well-known/jwks.json", new Route("GET", false, call -> jwks()));
    routes.put("/health", new Route("GET", false, call -> health()));
    this.oneSession = new Route("DELETE", true, sessions::end);
  }

  /**
   * Begins to put the end points together.
   *
   * @param latchkey what answers
   * @return a builder with all defaults
   */
  public static Builder builder(Latchkey latchkey) {
    return new Builder(latchkey);
  }

  /**
   * Answers a request.
   *
   * @param request the request
   * @return the answer
   */
  public HttpAnswer handle(HttpRequest request) {
    Objects.requireNonNull(request, "request");
    HttpAnswer answer = route(request, request.path());
    return request.method().equals("HEAD") ? answer.withoutBody() : answer;
  }

  private HttpAnswer route(HttpRequest request, String path) {
    if (isOneSession(path)) {
      return answer(request, oneSession, path.substring(SESSION_PREFIX.length()));
    }
    Route route = routes.get(path);
    return route == null
        ? Problem.of(ProblemKind.NOT_FOUND).answer(false)
        : answer(request, route, "");
  }

  private static boolean isOneSession(String path) {
    return path.startsWith(SESSION_PREFIX)
        && path.length() > SESSION_PREFIX.length()
        && path.indexOf('/', SESSION_PREFIX.length()) < 0;
  }

  private HttpAnswer answer(HttpRequest request, Route route, String pathRest) {
    try {
      if (!route.methods().contains(request.method())) {
        throw Problem.of(ProblemKind.METHOD_NOT_ALLOWED)
            .header("Allow", String.join(", ", route.methods()))
            .refusal();
      }
      if (request.body().length > MAX_BODY_BYTES) {
        throw Problem.of(ProblemKind.CONTENT_TOO_LARGE).refusal();
      }
      return route.handler().handle(Call.read(request, pathRest, proxies));
    } catch (Refusal refusal) {
      return refusal.problem().answer(route.bearer());
    } catch (StoreUnavailableException e) {
      return incident(ProblemKind.UNAVAILABLE, Incidents.outage(e))
          .retryAfter(UNAVAILABLE_RETRY_AFTER)
          .answer(route.bearer());
    } catch (RuntimeException e) {
      return incident(ProblemKind.INTERNAL_ERROR, Incidents.fault(e)).answer(route.bearer());
    }
  }

  private static Problem incident(ProblemKind kind, UUID id) {
    return Problem.of(kind).member("instance", "urn:uuid:" + id);
  }

  /** The registered media type of a key set (RFC 7517, section 8.5.2). */
  private HttpAnswer jwks() {
    return HttpAnswer.status(200)
        .caching("public, max-age=" + Words.secondsOfLife(latchkey.keys().jwksMaxAge()))
        .body(JWKS_MEDIA_TYPE, latchkey.jwks().getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** Says that this process answers; asks no store, so that an outage restarts nothing. */
  private static HttpAnswer health() {
    return HttpAnswer.status(200)
        .body(JsonText.MEDIA_TYPE, JsonText.of(Map.of("status", "up")))
        .build();
  }

  @FunctionalInterface
  private interface Handler {
    HttpAnswer handle(Call call);
  }

  /** What a path takes; {@code bearer} if tokens come in the Authorization header. */
  private record Route(Set<String> methods, boolean bearer, Handler handler) {
    Route(String method, boolean bearer, Handler handler) {
      this(withHead(method), bearer, handler);
    }

    private static Set<String> withHead(String method) {
      Set<String> methods = new LinkedHashSet<>();
      methods.add(method);
      if (method.equals("GET")) {
        methods.add("HEAD");
      }
      return methods;
    }
  }

  /** Puts the end points together. Not safe for concurrent use. */
  public static final class Builder {
    private final Latchkey latchkey;
    private TrustedProxies proxies = TrustedProxies.none();

    private Builder(Latchkey latchkey) {
      this.latchkey = Objects.requireNonNull(latchkey, "latchkey");
    }

    /**
     * Who may say where a request comes from. {@link TrustedProxies#none()} by default: the peer of
     * the connection is the client. A host behind a proxy must name it here, or all its callers
     * share the limits of one.
     *
     * @param trusted the proxies
     * @return this
     */
    public Builder trustedProxies(TrustedProxies trusted) {
      this.proxies = Objects.requireNonNull(trusted, "trustedProxies");
      return this;
    }

    /**
     * The end points.
     *
     * @return end points that no longer change
     */
    public AuthEndpoints build() {
      return new AuthEndpoints(this);
    }
  }
}
