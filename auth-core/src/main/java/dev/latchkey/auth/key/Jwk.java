package dev.latchkey.auth.key;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Sha256;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** A public key as a JSON Web Key (RFC 7517, RFC 7518 section 6). Pure. */
final class Jwk {

  /** Coordinates on P-256 have their full length, zeros in front included (RFC 7518, 6.2.1.2). */
  private static final int P256_COORDINATE_BYTES = 32;

  private static final JsonFactory JSON = new JsonFactory();

  private Jwk() {}

  /**
   * The key's name: SHA-256 over the required members in lexicographic order, without white space
   * (RFC 7638, section 3). No value in them needs an escape.
   */
  static String thumbprint(PublicKey key) {
    StringBuilder json = new StringBuilder("{");
    required(key)
        .forEach(
            (name, value) ->
                json.append(json.length() == 1 ? "" : ",")
                    .append('"')
                    .append(name)
                    .append("\":\"")
                    .append(value)
                    .append('"'));
    byte[] canonical = json.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    return Base64Url.encode(Sha256.of(canonical));
  }

  /** A JWK set (RFC 7517, section 5) of public members only. */
  static String set(Collection<VerificationKey> keys) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("keys");
      for (VerificationKey key : keys) {
        Map<String, String> members = required(key.publicKey());
        json.writeStartObject();
        json.writeStringField("kty", members.remove("kty"));
        json.writeStringField("use", "sig");
        json.writeStringField("alg", key.algorithm().name());
        json.writeStringField("kid", key.kid());
        for (Map.Entry<String, String> member : members.entrySet()) {
          json.writeStringField(member.getKey(), member.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory must not fail", e);
    }
    return text.toString();
  }

  private static Map<String, String> required(PublicKey key) {
    Map<String, String> members = new LinkedHashMap<>();
    if (key instanceof RSAPublicKey rsa) {
      members.put("e", Base64Url.encode(unsigned(rsa.getPublicExponent())));
      members.put("kty", "RSA");
      members.put("n", Base64Url.encode(unsigned(rsa.getModulus())));
    } else if (key instanceof ECPublicKey ec) {
      members.put("crv", "P-256");
      members.put("kty", "EC");
      members.put("x", coordinate(ec.getW().getAffineX()));
      members.put("y", coordinate(ec.getW().getAffineY()));
    } else {
      throw new IllegalArgumentException("key must be RSA or EC, got " + key.getAlgorithm());
    }
    return members;
  }

  private static byte[] unsigned(BigInteger value) {
    byte[] bytes = value.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String coordinate(BigInteger value) {
    byte[] bytes = unsigned(value);
    byte[] padded = new byte[P256_COORDINATE_BYTES];
    System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
    return Base64Url.encode(padded);
  }
}
