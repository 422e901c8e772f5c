package dev.latchkey.auth.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes answers: maps, collections, texts, whole numbers, booleans and null. Pure. */
final class JsonText {
  static final String MEDIA_TYPE = "application/json";

  private static final JsonFactory JSON = new JsonFactory();

  private JsonText() {}

  /** UTF-8, in the order of the map. */
  static byte[] of(Map<String, ?> members) {
    // By way of a text: half a character in a host's data must not break the answer.
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(members, json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Map<?, ?> members) {
      json.writeStartObject();
      for (Map.Entry<?, ?> member : members.entrySet()) {
        json.writeFieldName(String.valueOf(member.getKey()));
        write(member.getValue(), json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> elements) {
      json.writeStartArray();
      for (Object element : elements) {
        write(element, json);
      }
      json.writeEndArray();
    } else {
      throw new IllegalArgumentException("value must be plain, got " + value.getClass().getName());
    }
  }
}
