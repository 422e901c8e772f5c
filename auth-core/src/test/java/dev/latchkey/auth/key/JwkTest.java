package dev.latchkey.auth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.crypto.Base64Url;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JwkTest {

  /** The modulus of RFC 7638, section 3.1. */
  private static final String N =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJEC"
          + "PebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Q"
          + "vzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh"
          + "6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

  @Test
  void thumbprint_isThatOfTheRfc() throws Exception {
    assertThat(Jwk.thumbprint(rfcKey())).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  @Test
  void set_ofTheKeyOfTheRfc_hasPublicMembersOnly() throws Exception {
    VerificationKey key =
        new VerificationKey(Jwk.thumbprint(rfcKey()), SigningAlgorithm.RS256, rfcKey());

    assertThat(Jwk.set(List.of(key)))
        .isEqualTo(
            "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\""
                + key.kid()
                + "\",\"e\":\"AQAB\",\"n\":\""
                + N
                + "\"}]}");
  }

  @Test
  void set_ofAnEllipticKey_hasCoordinatesOfFullLength() {
    SigningKeyPair pair = pairWithShortCoordinate();
    ECPublicKey point = (ECPublicKey) pair.verification().publicKey();

    Map<String, String> members = members(Jwk.set(List.of(pair.verification())));

    assertThat(members)
        .containsOnlyKeys("kty", "use", "alg", "kid", "crv", "x", "y")
        .containsEntry("kty", "EC")
        .containsEntry("crv", "P-256")
        .containsEntry("alg", "ES256");
    for (String name : List.of("x", "y")) {
      byte[] coordinate = Base64Url.decode(members.getOrDefault(name, "")).orElseThrow();
      assertThat(coordinate).hasSize(32);
      assertThat(new BigInteger(1, coordinate))
          .isEqualTo(name.equals("x") ? point.getW().getAffineX() : point.getW().getAffineY());
    }
  }

  @Test
  void thumbprint_ofAnotherKindOfKey_isRefused() throws Exception {
    PublicKey key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();

    assertThatIllegalArgumentException().isThrownBy(() -> Jwk.thumbprint(key));
  }

  @Test
  void pair_comesBackFromItsEncodedForm() {
    for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
      SigningKeyPair pair = SigningKeyPair.of(algorithm, SigningKeyPair.generate(algorithm, 2048));
      byte[] encoded = pair.encode();
      String kid = pair.signing().kid();

      SigningKeyPair back = SigningKeyPair.decode(kid, algorithm, encoded).orElseThrow();
      assertThat(back.signing().revealPrivateKey()).isEqualTo(pair.signing().revealPrivateKey());
      assertThat(back.verification()).isEqualTo(pair.verification());
      assertThat(back.signing().kid()).hasSize(43);
    }
  }

  @Test
  void pair_fromBytesThatAreNone_isRefused() {
    SigningKeyPair pair = SigningKeyPair.of(SigningAlgorithm.ES256, TestNode.pair());
    String kid = pair.signing().kid();
    byte[] encoded = pair.encode();
    byte[] longer = ByteBuffer.allocate(encoded.length + 1).put(encoded).array();
    byte[] negative = encoded.clone();
    negative[0] = -1;

    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[3],
            new byte[8],
            negative,
            longer,
            Arrays.copyOf(encoded, encoded.length - 1))) {
      assertThat(SigningKeyPair.decode(kid, SigningAlgorithm.ES256, bad)).isEmpty();
    }
    assertThat(SigningKeyPair.decode(kid, SigningAlgorithm.RS256, encoded)).isEmpty();
    assertThat(SigningKeyPair.decode("another", SigningAlgorithm.ES256, encoded)).isEmpty();
  }

  private static PublicKey rfcKey() throws Exception {
    BigInteger modulus = new BigInteger(1, Base64Url.decode(N).orElseThrow());
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65_537)));
  }

  /** About one key in 128 has a coordinate that begins with a zero byte. */
  private static SigningKeyPair pairWithShortCoordinate() {
    while (true) {
      KeyPair pair = TestNode.pair();
      ECPublicKey key = (ECPublicKey) pair.getPublic();
      if (key.getW().getAffineX().bitLength() <= 248
          || key.getW().getAffineY().bitLength() <= 248) {
        return SigningKeyPair.of(SigningAlgorithm.ES256, pair);
      }
    }
  }

  private static Map<String, String> members(String set) {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher member = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"").matcher(set);
    while (member.find()) {
      members.put(member.group(1), member.group(2));
    }
    return members;
  }
}
