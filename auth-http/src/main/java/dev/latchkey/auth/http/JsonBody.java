package dev.latchkey.auth.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a request: exactly one JSON object in UTF-8.
 *
 * <p>Refused are other bytes, duplicate members at any depth, anything behind the object, and more
 * than {@value #MAX_DEPTH} levels. Members that nobody asks for are read and forgotten. {@code
 * toString} is that of an object: what came along may be a code or a token. Immutable.
 */
final class JsonBody {
  /** No request of the contract has more than one level. */
  private static final int MAX_DEPTH = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Names come from strangers: they are not kept.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(AuthEndpoints.MAX_BODY_BYTES)
                  .build())
          .build();

  private static final JsonBody EMPTY = new JsonBody(Map.of());

  /** A value that is no text is there as empty. */
  private final Map<String, Optional<String>> members;

  private JsonBody(Map<String, Optional<String>> members) {
    this.members = members;
  }

  /** Reads the body of a request that must have one. */
  static JsonBody required(HttpRequest request) {
    if (!request.headers("Content-Type").isEmpty() || request.body().length > 0) {
      requireJson(request);
    }
    return parsed(request.body());
  }

  /** Reads the body of a request that may come without; then it has no members. */
  static JsonBody optional(HttpRequest request) {
    if (request.body().length == 0) {
      return EMPTY;
    }
    requireJson(request);
    return parsed(request.body());
  }

  /** Parameters are allowed and mean nothing (RFC 8259, section 11). */
  private static void requireJson(HttpRequest request) {
    List<String> types = request.headers("Content-Type");
    if (types.size() != 1) {
      throw Problem.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE).refusal();
    }
    String type = types.get(0);
    int parameters = type.indexOf(';');
    String bare = parameters < 0 ? type : type.substring(0, parameters);
    if (!Words.bare(bare).equalsIgnoreCase(JsonText.MEDIA_TYPE)) {
      throw Problem.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE).refusal();
    }
  }

  private static JsonBody parsed(byte[] utf8) {
    try {
      return new JsonBody(members(decoded(utf8)));
    } catch (IOException e) {
      // What the parser says of it quotes the body.
      throw invalid();
    }
  }

  private static String decoded(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
  }

  private static Map<String, Optional<String>> members(String text) throws IOException {
    try (JsonParser json = JSON.createParser(new StringReader(text))) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      Map<String, Optional<String>> members = new LinkedHashMap<>();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
        members.put(name, isText ? Optional.of(json.getText()) : Optional.empty());
        json.skipChildren();
      }
      require(json.currentToken() == JsonToken.END_OBJECT);
      require(json.nextToken() == null);
      return members;
    }
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw invalid();
    }
  }

  private static Refusal invalid() {
    return Problem.of(ProblemKind.INVALID_REQUEST).refusal();
  }

  /** A text that must be there. */
  String text(String name) {
    return optionalText(name).orElseThrow(JsonBody::invalid);
  }

  /** A text that may be missing, but be nothing else. */
  Optional<String> optionalText(String name) {
    Optional<String> member = members.get(name);
    if (member == null) {
      return Optional.empty();
    }
    require(member.isPresent());
    return member;
  }

  boolean has(String name) {
    return members.containsKey(name);
  }
}
