package dev.latchkey.auth.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a host's framework knows of one request. Made by applications.
 *
 * <p>Any text and any bytes can be given; nothing here throws for what a client sent. {@code
 * toString} shows how much came along and none of it. The body is not copied: leave it alone
 * afterwards. Otherwise immutable.
 */
public final class HttpRequest {
  private final String method;
  private final String path;
  private final Map<String, List<String>> headers;
  private final byte[] body;
  private final @Nullable String peer;
  private final boolean secure;

  private HttpRequest(Builder builder) {
    this.method = builder.method;
    this.path = builder.path;
    this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    builder.headers.forEach((name, values) -> headers.put(name, List.copyOf(values)));
    this.body = builder.body;
    this.peer = builder.peer;
    this.secure = builder.secure;
  }

  /**
   * Begins a request.
   *
   * @param method such as {@code POST}; case matters (RFC 9110, section 9.1)
   * @param target the path as it stands in the request line, not decoded; a query behind it is
   *     dropped, since nothing in it counts
   * @return a builder for a request without headers and body, over plain HTTP, from nobody knows
   *     where
   */
  public static Builder builder(String method, String target) {
    return new Builder(method, target);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /** All values of a header in their order; empty if there is none. */
  List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  byte[] body() {
    return body;
  }

  @Nullable String peer() {
    return peer;
  }

  boolean isSecure() {
    return secure;
  }

  @Override
  public String toString() {
    return "HttpRequest[%d headers, %d bytes of body]".formatted(headers.size(), body.length);
  }

  /** Puts a request together. Not safe for concurrent use. */
  public static final class Builder {
    private final String method;
    private final String path;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private byte[] body = new byte[0];
    private @Nullable String peer;
    private boolean secure;

    private Builder(String method, String target) {
      this.method = Objects.requireNonNull(method, "method");
      int query = target.indexOf('?');
      this.path = query < 0 ? target : target.substring(0, query);
    }

    /**
     * Adds one line of a header.
     *
     * @param name its name, in any case
     * @param value its value
     * @return this
     */
    public Builder header(String name, String value) {
      headers
          .computeIfAbsent(Objects.requireNonNull(name, "name"), none -> new ArrayList<>())
          .add(Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Adds all headers.
     *
     * @param all the values of each name, as many frameworks have them
     * @return this
     */
    public Builder headers(Map<String, List<String>> all) {
      all.forEach((name, values) -> values.forEach(value -> header(name, value)));
      return this;
    }

    /**
     * The body. Read no more than {@link AuthEndpoints#MAX_BODY_BYTES} and one bytes of it: that
     * one is enough to refuse it.
     *
     * @param bytes as they came, after any transfer coding
     * @return this
     */
    public Builder body(byte[] bytes) {
      this.body = Objects.requireNonNull(bytes, "body");
      return this;
    }

    /**
     * The other end of the connection, as the server tells it: never a header.
     *
     * @param address a literal, with or without brackets or port, or null if unknown
     * @return this
     */
    public Builder peer(@Nullable String address) {
      this.peer = address;
      return this;
    }

    /**
     * Whether the client speaks HTTPS. A host behind something that ends TLS says true, or has it
     * set {@code X-Forwarded-Proto}.
     *
     * @param https true for HTTPS
     * @return this
     */
    public Builder secure(boolean https) {
      this.secure = https;
      return this;
    }

    /**
     * The request.
     *
     * @return a request that no longer changes
     */
    public HttpRequest build() {
      return new HttpRequest(this);
    }
  }
}
