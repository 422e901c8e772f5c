package dev.latchkey.auth.examples;

import dev.latchkey.auth.http.AuthEndpoints;
import dev.latchkey.auth.http.HttpAnswer;
import dev.latchkey.auth.http.HttpRequest;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;

/** Hands each request to the pages or the endpoints: all that a host has to wire. */
record HttpBridge(DevPages pages, AuthEndpoints endpoints) implements Handler {
  /** How much of a too large body is thrown away, so that its sender hears the answer. */
  private static final int MAX_DISCARDED_BYTES = 1024 * 1024;

  @Override
  public void handle(Context context) throws IOException {
    HttpServletRequest asked = context.req();
    HttpServletResponse response = context.res();
    response.setContentType(null);
    if (pages.answer(asked, response)) {
      return;
    }
    byte[] body;
    try {
      body = body(asked);
    } catch (IOException e) {
      ServerProblem.answer(response, HttpServletResponse.SC_BAD_REQUEST); // cut off, or malformed
      return;
    }
    HttpRequest.Builder request =
        HttpRequest.builder(asked.getMethod(), asked.getRequestURI())
            .body(body)
            .peer(asked.getRemoteAddr())
            .secure(asked.isSecure());
    for (String name : Collections.list(asked.getHeaderNames())) {
      asked.getHeaders(name).asIterator().forEachRemaining(value -> request.header(name, value));
    }
    HttpAnswer answer = endpoints.handle(request.build());
    response.setStatus(answer.status());
    answer.headers().forEach(header -> response.addHeader(header.name(), header.value()));
    response.getOutputStream().write(answer.body());
    if (asked.getMethod().equals("HEAD")) {
      response.flushBuffer(); // or an empty body would be told of as one of no bytes
    }
  }

  /** At most one byte more than the endpoints accept, which tells them that it is too much. */
  private static byte[] body(HttpServletRequest asked) throws IOException {
    boolean isTooLarge = asked.getContentLengthLong() > AuthEndpoints.MAX_BODY_BYTES;
    if (isTooLarge && asked.getHeader("Expect") != null) {
      // It waits for leave to send, and gets none.
      return new byte[AuthEndpoints.MAX_BODY_BYTES + 1];
    }
    InputStream stream = asked.getInputStream();
    byte[] body = stream.readNBytes(AuthEndpoints.MAX_BODY_BYTES + 1);
    if (body.length > AuthEndpoints.MAX_BODY_BYTES) {
      stream.skip(MAX_DISCARDED_BYTES);
    }
    return body;
  }
}
