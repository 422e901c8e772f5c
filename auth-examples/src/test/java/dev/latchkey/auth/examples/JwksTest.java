package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever has the published keys can verify an access token, without anything of ours. */
class JwksTest {
  private final TestServer server = TestServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  private List<Map<String, Object>> keys() {
    Answer answer = server.visitor().get("/.well-known/jwks.json").isOk();
    return ((List<?>) answer.value("keys")).stream().map(Json::object).toList();
  }

  private static boolean verifies(Map<String, Object> jwk, String token)
      throws GeneralSecurityException {
    PublicKey key =
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
    int dot = token.lastIndexOf('.');
    Signature verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(key);
    verifier.update(token.substring(0, dot).getBytes(US_ASCII));
    return verifier.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)));
  }

  private static BigInteger number(Map<String, Object> jwk, String member) {
    return new BigInteger(1, Base64.getUrlDecoder().decode((String) jwk.get(member)));
  }

  private static Map<String, Object> part(String token, int number) {
    byte[] json = Base64.getUrlDecoder().decode(token.split("\\.", -1)[number]);
    return Json.object(Json.read(new String(json, US_ASCII)));
  }

  @Test
  void publishedKey_verifiesAnAccessToken() throws Exception {
    String token = server.signIn("ada@example.com").access();
    Object kid = part(token, 0).get("kid");
    Map<String, Object> jwk =
        keys().stream()
            .filter(key -> Objects.equals(key.get("kid"), kid))
            .findFirst()
            .orElseThrow();

    assertThat(verifies(jwk, token)).isTrue();
    assertThat(part(token, 0)).containsOnlyKeys("alg", "typ", "kid").containsEntry("alg", "RS256");
    assertThat(part(token, 1))
        .containsEntry("iss", TestServer.ISSUER)
        .containsEntry("aud", "latchkey-example")
        .containsKeys("sub", "jti", "device_id", "session_id", "roles", "exp", "iat", "auth_time");
  }

  @Test
  void keySet_hasPublicMembersOnly_andMayBeCached() {
    Answer answer = server.visitor().get("/.well-known/jwks.json").isOk();

    assertThat(keys())
        .isNotEmpty()
        .allSatisfy(key -> assertThat(key).containsOnlyKeys("kty", "use", "alg", "kid", "n", "e"));
    assertThat(answer.header("cache-control").get(0)).contains("max-age=300");
  }

  @Test
  void tokens_verifyAcrossARotation_onTheServerAndByThePublishedKeys() throws Exception {
    SignedIn before = server.signIn("ada@example.com");
    Object oldKid = part(before.access(), 0).get("kid");
    server.latchkey().keys().rotateSigningKey();
    server.clock().advance(Duration.ofMinutes(11));
    SignedIn after = SignedIn.of(server.visitor().refresh(before));

    assertThat(part(after.access(), 0).get("kid")).isNotEqualTo(oldKid);
    for (SignedIn in : List.of(before, after)) {
      server.visitor().me(in).isOk();
      Object kid = part(in.access(), 0).get("kid");
      Map<String, Object> jwk =
          keys().stream()
              .filter(key -> Objects.equals(key.get("kid"), kid))
              .findFirst()
              .orElseThrow();
      assertThat(verifies(jwk, in.access())).isTrue();
    }
  }
}
