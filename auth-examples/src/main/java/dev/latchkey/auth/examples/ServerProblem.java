package dev.latchkey.auth.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** What goes wrong before or beside the endpoints, in the same form as their errors (RFC 9457). */
enum ServerProblem {
  INVALID_REQUEST("Request not understood", "The server could not read this request.", "retry"),
  NOT_FOUND("Not found", "There is nothing here.", "contact_support"),
  METHOD_NOT_ALLOWED("Method not allowed", "This can not be done here.", "contact_support"),
  INTERNAL_ERROR("Something went wrong", "Something went wrong on our side.", "contact_support");

  static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE = "tag:latchkey.dev,2026:problem:";
  private static final JsonFactory JSON = new JsonFactory();

  private final String title;
  private final String detail;
  private final String action;

  ServerProblem(String title, String detail, String action) {
    this.title = title;
    this.detail = detail;
    this.action = action;
  }

  /** Which of them a status stands for. */
  static ServerProblem of(int status) {
    if (status >= 500) {
      return INTERNAL_ERROR;
    }
    return switch (status) {
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      default -> INVALID_REQUEST;
    };
  }

  /** Answers with the problem of a status. */
  static void answer(HttpServletResponse response, int status) throws IOException {
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(MEDIA_TYPE);
    response.getOutputStream().write(of(status).document(status));
  }

  /** The problem document; holds nothing of the request. */
  byte[] document(int status) {
    String code = name().toLowerCase(Locale.ROOT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("type", TYPE + code);
      json.writeStringField("title", title);
      json.writeNumberField("status", status);
      json.writeStringField("detail", detail);
      json.writeStringField("code", code);
      json.writeStringField("action", action);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    return bytes.toByteArray();
  }
}
