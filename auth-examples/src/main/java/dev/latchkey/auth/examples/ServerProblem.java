package dev.latchkey.auth.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** What goes wrong before or beside the endpoints, in the same form as their errors (RFC 9457). */
enum ServerProblem {
  INVALID_REQUEST("Request not understood", "The server could not read this request.", "retry"),
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
