/**
 * The HTTP contract as pure data: a request goes in; status, headers and body come out. {@link
 * dev.latchkey.auth.http.AuthEndpoints} holds every end point; a host turns what its framework
 * calls a request into an {@link dev.latchkey.auth.http.HttpRequest}, and an {@link
 * dev.latchkey.auth.http.HttpAnswer} into what its framework calls a response. No socket, no thread
 * and no framework in here.
 *
 * <p>The wiring for the HTTP server of the JDK, as an example for any other:
 *
 * <pre>{@code
 * static void wire(AuthEndpoints auth, HttpExchange exchange) throws IOException {
 *   try (exchange) {
 *     HttpRequest request =
 *         HttpRequest.builder(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath())
 *             .headers(exchange.getRequestHeaders())
 *             .body(exchange.getRequestBody().readNBytes(AuthEndpoints.MAX_BODY_BYTES + 1))
 *             .peer(exchange.getRemoteAddress().getAddress().getHostAddress())
 *             .build();
 *     HttpAnswer answer = auth.handle(request);
 *     answer.headers().forEach(h -> exchange.getResponseHeaders().add(h.name(), h.value()));
 *     byte[] body = answer.body();
 *     exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
 *     exchange.getResponseBody().write(body);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.latchkey.auth.http;

import org.jspecify.annotations.NullMarked;
