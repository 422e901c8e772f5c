package dev.latchkey.auth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.key.SigningKey;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Access tokens that were never issued: nothing but the exact issued text is accepted. */
class AccessTokenAttackTest {
  private final TestServer server = TestServer.start();
  private final Visitor client = server.visitor();
  private final SignedIn in = server.signIn("ada@example.com");
  private final String header = in.access().split("\\.", -1)[0];
  private final String payload = in.access().split("\\.", -1)[1];
  private final String signature = in.access().split("\\.", -1)[2];

  @AfterEach
  void stop() {
    server.close();
  }

  private void refuses(String token) {
    client
        .get("/auth/me", "Authorization", "Bearer " + token, "X-Device-Token", in.device())
        .isProblem(401, "invalid_token");
  }

  private static String text(String part) {
    return new String(Base64.getUrlDecoder().decode(part), UTF_8);
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String signed(PrivateKey key, String header, String payload)
      throws GeneralSecurityException {
    String content = part(header) + "." + part(payload);
    Signature signer = Signature.getInstance("SHA256withRSA");
    signer.initSign(key);
    signer.update(content.getBytes(UTF_8));
    return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
  }

  private PrivateKey ownKey() {
    SigningKey key = server.latchkey().keys().signingKey();
    return key.revealPrivateKey();
  }

  private PublicKey publicKey() throws GeneralSecurityException {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) ownKey();
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
  }

  @Test
  void issuedToken_isAccepted_andSoIsItsTwinSignedByHand() throws Exception {
    client.me(in).isOk();

    String twin = signed(ownKey(), text(header), text(payload));
    assertThat(twin)
        .as("the tests below differ from a good token in one thing")
        .isEqualTo(in.access());
  }

  @Test
  void anyOtherCharacterAnywhere_isRefused() {
    for (int i = 0; i < in.access().length(); i++) {
      char other = in.access().charAt(i) == 'A' ? 'B' : 'A';
      refuses(in.access().substring(0, i) + other + in.access().substring(i + 1));
    }
  }

  @Test
  void changedClaim_underTheOldSignature_isRefused() {
    refuses(
        header
            + "."
            + part(text(payload).replace("\"roles\":[]", "\"roles\":[\"admin\"]"))
            + "."
            + signature);
  }

  @Test
  void algorithmNone_isRefused() {
    for (String none : List.of("none", "None", "NONE")) {
      String head = part(text(header).replace("RS256", none));
      refuses(head + "." + payload + ".");
      refuses(head + "." + payload + "." + signature);
    }
    refuses(header + "." + payload + ".");
    refuses(header + "." + payload);
  }

  @Test
  void hmacWithThePublicKeyAsSecret_isRefused() throws Exception {
    byte[] der = publicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret : List.of(der, pem.getBytes(UTF_8))) {
      String content = part(text(header).replace("RS256", "HS256")) + "." + payload;
      Mac mac = Mac.getInstance("HmacSHA256");
      Key key = new SecretKeySpec(secret, "HmacSHA256");
      mac.init(key);
      byte[] tag = mac.doFinal(content.getBytes(UTF_8));
      refuses(content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag));
    }
  }

  @Test
  void anotherKeyUnderTheRightKid_isRefused_andUnderAnUnknownOneToo() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PrivateKey other = generator.generateKeyPair().getPrivate();
    String kid = server.latchkey().keys().signingKey().kid();

    refuses(signed(other, text(header), text(payload)));
    refuses(signed(other, text(header).replace(kid, "x".repeat(kid.length())), text(payload)));
  }

  @Test
  void extraHeader_underAGoodSignature_isRefused() throws Exception {
    for (String extra :
        List.of(
            "\"jku\":\"https://evil.example\"", "\"crit\":[\"exp\"]", "\"x\":1", "\"b64\":true")) {
      refuses(signed(ownKey(), "{" + extra + "," + text(header).substring(1), text(payload)));
    }
  }

  @Test
  void duplicateClaimOrHeader_underAGoodSignature_isRefused() throws Exception {
    String head = text(header);
    String claims = text(payload);

    refuses(signed(ownKey(), head, "{\"roles\":[\"admin\"]," + claims.substring(1)));
    refuses(signed(ownKey(), "{\"alg\":\"RS256\"," + head.substring(1), claims));
  }

  @Test
  void junkInTheJson_underAGoodSignature_isRefused() throws Exception {
    for (String junk : List.of(" ", "{}", "null", "x", "\u0000", "/**/")) {
      refuses(signed(ownKey(), text(header), text(payload) + "x" + junk));
      refuses(signed(ownKey(), text(header) + "x" + junk, text(payload)));
    }
    refuses(signed(ownKey(), text(header), "[]"));
    refuses(signed(ownKey(), text(header), "{}"));
  }

  @Test
  void claimMissing_orOfAnotherType_underAGoodSignature_isRefused() throws Exception {
    String claims = text(payload);
    for (String name : List.of("iss", "sub", "aud", "exp", "jti", "session_id", "device_id")) {
      String renamed = claims.replace("\"" + name + "\":", "\"x" + name + "\":");
      assertThat(renamed).isNotEqualTo(claims);
      refuses(signed(ownKey(), text(header), renamed));
    }
    refuses(signed(ownKey(), text(header), claims.replace("\"roles\":[]", "\"roles\":\"admin\"")));
    refuses(
        signed(ownKey(), text(header), claims.replaceFirst("\"exp\":([0-9]+)", "\"exp\":\"$1\"")));
    refuses(signed(ownKey(), text(header), claims.replaceFirst("\"exp\":([0-9]+)", "\"exp\":9$1")));
  }

  @Test
  void sameBytesInAnotherSpelling_areRefused() {
    refuses(in.access() + "=");
    refuses(in.access() + "==");
    refuses(in.access() + ".");
    refuses(in.access() + ".x");
    refuses("." + in.access());
    refuses(header + "=." + payload + "." + signature);
    refuses(header + "." + payload + "." + signature.replace('-', '+').replace('_', '/') + "=");
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // 256 bytes leave four bits of the last character unused; a lenient reader drops them.
    int last = alphabet.indexOf(signature.charAt(signature.length() - 1));
    for (int bits = 1; bits < 16; bits++) {
      String same = signature.substring(0, signature.length() - 1) + alphabet.charAt(last ^ bits);
      assertThat(Base64.getUrlDecoder().decode(same))
          .isEqualTo(Base64.getUrlDecoder().decode(signature));
      refuses(header + "." + payload + "." + same);
    }
  }

  @Test
  void tokenOfAMebibyte_isRefusedUnread() {
    Answer answer = client.get("/auth/me", "Authorization", "Bearer " + "a".repeat(1 << 20));

    answer.isProblem(431, "invalid_request");
  }

  @Test
  void longestTokenThatTheServerReads_isRefused() {
    refuses("a".repeat(9 * 1024));
    refuses(header + "." + "a".repeat(9 * 1024) + "." + signature);
  }

  @Test
  void otherTokensOfOurs_areNoAccessTokens() {
    refuses(in.refresh());
    refuses(in.device());
  }

  @Test
  void tokenInAnUrl_countsForNothing() {
    client
        .get("/auth/me?access_token=" + in.access(), "X-Device-Token", in.device())
        .isProblem(401, "missing_token");
  }

  @Test
  void twoAuthorizationHeaders_areNoRequest_andAnotherSchemeIsNoToken() {
    client
        .get("/auth/me", "Authorization", "Bearer " + in.access(), "Authorization", "Bearer x")
        .isProblem(400, "invalid_request");
    client.get("/auth/me", "Authorization", "Basic eDp4").isProblem(401, "missing_token");
  }

  @Test
  void withoutTheTokenOfItsDevice_isRefused() {
    SignedIn eve = server.signIn("eve@example.com");
    String bearer = "Bearer " + in.access();

    client.get("/auth/me", "Authorization", bearer).isProblem(401, "wrong_device");
    for (String device : List.of(eve.device(), in.device() + "A", "x", in.refresh())) {
      client
          .get("/auth/me", "Authorization", bearer, "X-Device-Token", device)
          .isProblem(401, "wrong_device");
    }
    client.me(in).isOk();
  }
}
