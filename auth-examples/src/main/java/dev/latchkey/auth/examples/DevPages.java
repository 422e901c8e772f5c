package dev.latchkey.auth.examples;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What the example server shows beside the contract: a plain page that says what it is, one that
 * says what to do with the link of a lock mail, and the development mailbox, as JSON and as a page.
 * Called by {@link HttpBridge}.
 *
 * <p>The mailbox is there for requests whose {@code Host} is loopback; for all others there is
 * nothing at its paths.
 */
final class DevPages {
  /**
   * Where the link of a lock mail leads. It only explains: what stands behind the {@code #} of a
   * link does not reach a server.
   */
  static final String UNLOCK = "/unlock";

  private static final String HTML = "text/html; charset=utf-8";

  /** No script, no frame, no form, nothing from elsewhere. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final DevInbox inbox;
  private final byte[] index = resource("index.html");
  private final byte[] unlock = resource("unlock.html");
  private final byte[] style = resource("style.css");

  DevPages(DevInbox inbox) {
    this.inbox = inbox;
  }

  /** Answers a request for one of the pages; false, and nothing done, if it is for none. */
  boolean answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    switch (request.getRequestURI()) {
      case "/" -> answer(request, response, HTML, index);
      case UNLOCK -> answer(request, response, HTML, unlock);
      case "/style.css" -> answer(request, response, "text/css; charset=utf-8", style);
      case "/dev/inbox" -> {
        if (!isFromHere(request)) {
          return false;
        }
        answer(request, response, "application/json", InboxView.json(inbox.mails()));
      }
      case "/dev/inbox.html" -> {
        if (!isFromHere(request)) {
          return false;
        }
        answer(request, response, HTML, InboxView.html(inbox.mails()));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean isFromHere(HttpServletRequest request) {
    List<String> hosts = Collections.list(request.getHeaders("Host"));
    return hosts.size() == 1 && Loopback.isHost(hosts.get(0));
  }

  private static void answer(
      HttpServletRequest request, HttpServletResponse response, String type, byte[] content)
      throws IOException {
    if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
      response.setHeader("Referrer-Policy", "no-referrer");
      response.setContentType(type);
      response.getOutputStream().write(content);
    } else {
      response.setHeader("Allow", "GET, HEAD");
      ServerProblem.answer(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream stream = DevPages.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
