package dev.latchkey.auth.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of headers and claims, and nothing more: one object of strings, whole numbers that fit a
 * {@code long}, finite decimals, booleans, and lists of strings. Refused are duplicate names (RFC
 * 8725, section 2.4), comments, null, objects in objects, anything before or after the object, and
 * whatever exceeds the bounds. Pure.
 */
final class JoseJson {

  /** As long as the longest token can decode to, and half as much again. */
  private static final int MAX_DOCUMENT = 16_384;

  private static final int MAX_STRING = 8_192;

  /** The longest text of a {@code double}, such as -2.2250738585072014E-308. */
  private static final int MAX_NUMBER = 24;

  private static final int MAX_NAME = 128;
  private static final int MAX_TOKENS = 4_096;
  private static final int MAX_DEPTH = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Names come from strangers: they are not kept.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(MAX_DOCUMENT)
                  .maxStringLength(MAX_STRING)
                  .maxNumberLength(MAX_NUMBER)
                  .maxNameLength(MAX_NAME)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .build();

  private JoseJson() {}

  /** Reads UTF-8; empty if it is not exactly one object as described. */
  static Optional<Map<String, Object>> read(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      // Not even white space around the object, which no part of a token of ours has.
      if (!text.startsWith("{") || !text.endsWith("}")) {
        return Optional.empty();
      }
      return Optional.of(read(new StringReader(text)));
    } catch (CharacterCodingException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory must not fail", e);
    }
  }

  /** Reads one object and the end of the text behind it. */
  static Map<String, Object> read(Reader reader) throws IOException {
    try (JsonParser json = JSON.createParser(reader)) {
      require(json.nextToken() == JsonToken.START_OBJECT, json);
      Map<String, Object> members = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        members.put(name, value(json, json.nextToken()));
      }
      require(json.currentToken() == JsonToken.END_OBJECT, json);
      require(json.nextToken() == null, json);
      return Collections.unmodifiableMap(members);
    }
  }

  private static Object value(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> decimal(json);
      case VALUE_TRUE, VALUE_FALSE -> json.getBooleanValue();
      case START_ARRAY -> strings(json);
      default -> throw unfit(json);
    };
  }

  private static Double decimal(JsonParser json) throws IOException {
    double decimal = json.getDoubleValue();
    require(Double.isFinite(decimal), json);
    return decimal;
  }

  private static List<String> strings(JsonParser json) throws IOException {
    List<String> strings = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      strings.add(json.getText());
    }
    require(json.currentToken() == JsonToken.END_ARRAY, json);
    return Collections.unmodifiableList(strings);
  }

  private static void require(boolean condition, JsonParser json) throws IOException {
    if (!condition) {
      throw unfit(json);
    }
  }

  private static JsonProcessingException unfit(JsonParser json) {
    // Says where, never what.
    return new JsonParseException(
        null, "not a JSON object of plain values", json.currentTokenLocation());
  }

  /** Writes without white space, in the order of the map. */
  static void write(Map<String, ?> members, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      for (Map.Entry<String, ?> member : members.entrySet()) {
        json.writeFieldName(member.getKey());
        write(member.getValue(), json);
      }
      json.writeEndObject();
    }
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double decimal && Double.isFinite(decimal)) {
      json.writeNumber(decimal);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Collection<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        if (!(element instanceof String text)) {
          throw new IllegalArgumentException("a list in a token must be of strings");
        }
        json.writeString(text);
      }
      json.writeEndArray();
    } else {
      throw new IllegalArgumentException(
          "a value in a token must be text, a number, a boolean or a list of texts, got "
              + value.getClass().getName());
    }
  }
}
