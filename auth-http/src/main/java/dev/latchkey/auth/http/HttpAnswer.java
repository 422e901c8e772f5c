package dev.latchkey.auth.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the host's framework is to answer. Called by applications, made by {@link AuthEndpoints}.
 *
 * <p>Every header is to be added, not set: {@code Set-Cookie} may come twice. {@code
 * Content-Length} is left to the framework. {@code toString} shows the names of headers alone.
 * Immutable.
 */
public final class HttpAnswer {
  private static final byte[] NO_BODY = new byte[0];

  private final int status;
  private final List<Header> headers;
  private final byte[] body;

  private HttpAnswer(int status, List<Header> headers, byte[] body) {
    this.status = status;
    this.headers = List.copyOf(headers);
    this.body = body;
  }

  /**
   * The status.
   *
   * @return 200 to 599
   */
  public int status() {
    return status;
  }

  /**
   * The headers.
   *
   * @return in the order in which they are to be written
   */
  public List<Header> headers() {
    return headers;
  }

  /**
   * One header.
   *
   * @param name its name, in any case
   * @return its first value, or empty
   */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst();
  }

  /**
   * The body.
   *
   * @return a copy; empty for 204 and in answer to HEAD
   */
  public byte[] body() {
    return body.clone();
  }

  @Override
  public String toString() {
    return "HttpAnswer[%d, %s, %d bytes of body]"
        .formatted(status, headers.stream().map(Header::name).toList(), body.length);
  }

  /** The same answer to a HEAD (RFC 9110, section 9.3.2). */
  HttpAnswer withoutBody() {
    return new HttpAnswer(status, headers, NO_BODY);
  }

  static Builder status(int status) {
    return new Builder(status);
  }

  /**
   * One line of a header. {@code toString} leaves the value out.
   *
   * @param name its name
   * @param value its value: printable ASCII
   */
  public record Header(String name, String value) {
    @Override
    public String toString() {
      return "Header[" + name + "]";
    }
  }

  /** Puts an answer together; what every answer has is there from the beginning. */
  static final class Builder {
    private final int status;
    private final List<Header> headers = new ArrayList<>();
    private String caching = "no-store";
    private byte[] body = NO_BODY;

    private Builder(int status) {
      this.status = status;
    }

    Builder header(String name, String value) {
      headers.add(new Header(name, value));
      return this;
    }

    Builder headers(List<Header> all) {
      headers.addAll(all);
      return this;
    }

    /** In place of {@code no-store}, which is right wherever a token or a person is told of. */
    Builder caching(String cacheControl) {
      this.caching = cacheControl;
      return this;
    }

    Builder body(String mediaType, byte[] bytes) {
      this.body = bytes;
      return header("Content-Type", mediaType);
    }

    HttpAnswer build() {
      header("Cache-Control", caching);
      header("X-Content-Type-Options", "nosniff");
      return new HttpAnswer(status, headers, body);
    }
  }
}
