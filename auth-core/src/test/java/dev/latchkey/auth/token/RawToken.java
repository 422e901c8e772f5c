package dev.latchkey.auth.token;

import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.key.SigningKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tokens put together by hand and signed with a real key: what an attacker can not do, and more.
 */
final class RawToken {

  private RawToken() {}

  /** Any header and any payload, signed by the JDK. */
  static String signed(SigningKey key, String header, String payload) {
    String input = encode(header) + "." + encode(payload);
    return input + "." + Base64Url.encode(signature(key, input));
  }

  static byte[] signature(SigningKey key, String input) {
    try {
      Signature signature = Signature.getInstance(name(key.algorithm()));
      if (key.algorithm() == SigningAlgorithm.PS256) {
        signature.setParameter(
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      }
      signature.initSign(key.revealPrivateKey());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> "SHA256withRSA";
      case PS256 -> "RSASSA-PSS";
      case ES256 -> "SHA256withECDSAinP1363Format";
    };
  }

  static String header(SigningKey key) {
    return "{\"typ\":\"at+jwt\",\"kid\":\"%s\",\"alg\":\"%s\"}"
        .formatted(key.kid(), key.algorithm());
  }

  /** A payload from the JSON texts of its members. */
  static String json(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  static Map<String, String> with(Map<String, String> members, String name, String json) {
    Map<String, String> changed = new LinkedHashMap<>(members);
    changed.put(name, json);
    return changed;
  }

  static Map<String, String> without(Map<String, String> members, String name) {
    Map<String, String> changed = new LinkedHashMap<>(members);
    changed.remove(name);
    return changed;
  }

  static String encode(String text) {
    return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String decode(String part) {
    return new String(Base64Url.decode(part).orElseThrow(), StandardCharsets.UTF_8);
  }
}
