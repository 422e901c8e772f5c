package dev.latchkey.auth.token;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.SigningAlgorithm;
import dev.latchkey.auth.key.SigningKey;
import dev.latchkey.auth.key.TestClock;
import dev.latchkey.auth.key.TestKeyStore;
import dev.latchkey.auth.key.TestNode;
import dev.latchkey.auth.token.AccessTokenVerifier.Expired;
import dev.latchkey.auth.token.AccessTokenVerifier.Reason;
import dev.latchkey.auth.token.AccessTokenVerifier.Refused;
import dev.latchkey.auth.token.AccessTokenVerifier.Result;
import dev.latchkey.auth.token.AccessTokenVerifier.Verified;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTokenTest {

  private static final String AUDIENCE = "shop";
  private static final Instant NOW = TestClock.START;
  private static final Duration LEEWAY = Duration.ofSeconds(30);
  private static final Duration LIFE = TestNode.TOKEN_LIFE;
  private static final String DEVICE = Base64Url.encode(new byte[32]);
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** Shared by all tests that only verify: an RSA key takes its time. */
  private static final TestClock CLOCK = new TestClock();

  private static final TestKeyStore STORE = new TestKeyStore();
  private static final Keys KEYS =
      TestNode.start(STORE, TestNode.SECRET, SigningAlgorithm.RS256, CLOCK).keys();
  private static final SigningKey KEY = KEYS.signingKey();
  private static final String TOKEN = new AccessTokenSigner(KEYS).sign(claims());

  private final AccessTokenVerifier verifier = verifier(KEYS);

  @ParameterizedTest
  @EnumSource(SigningAlgorithm.class)
  void issuedToken_verifies_andSaysWhatWasSigned(SigningAlgorithm algorithm) {
    Keys keys =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, algorithm, new TestClock()).keys();
    String token = new AccessTokenSigner(keys).sign(claims());
    AccessTokenVerifier fresh = verifier(keys);

    assertThat(fresh.verify(token, NOW)).isEqualTo(new Verified(claims()));
    assertThat(fresh.verify(token, NOW)).isEqualTo(new Verified(claims()));
    assertThat(RawToken.decode(token.split("\\.", -1)[0]))
        .isEqualTo(
            "{\"typ\":\"at+jwt\",\"kid\":\"%s\",\"alg\":\"%s\"}"
                .formatted(keys.signingKey().kid(), algorithm));
  }

  @Test
  void issuedToken_hasTheClaimsOfTheRfcAndOurs() {
    assertThat(RawToken.decode(TOKEN.split("\\.", -1)[1]))
        .isEqualTo(RawToken.json(members()))
        .startsWith("{\"iss\":\"https://shop.example\",\"sub\":\"acc-1\",\"aud\":\"shop\",")
        .contains("\"amr\":[\"otp\"]");
  }

  @ParameterizedTest
  @EnumSource(SigningAlgorithm.class)
  void anyCharacterChanged_isRefused(SigningAlgorithm algorithm) {
    Keys keys =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, algorithm, new TestClock()).keys();
    String token = new AccessTokenSigner(keys).sign(claims());
    AccessTokenVerifier warm = verifier(keys);
    assertThat(warm.verify(token, NOW)).isInstanceOf(Verified.class);

    for (int i = 0; i < token.length(); i++) {
      char old = token.charAt(i);
      char next = old == '.' ? 'A' : ALPHABET.charAt((ALPHABET.indexOf(old) + 1) % 64);
      assertRefused(warm, replaced(token, i, next));
    }
    // Of the last characters of the parts each other one: some differ in bits that do not count.
    for (int i : lastOfEachPart(token)) {
      for (char other : (ALPHABET + "=.+/ \n\0ßé").toCharArray()) {
        if (other != token.charAt(i)) {
          assertRefused(warm, replaced(token, i, other));
        }
      }
    }
  }

  @Test
  void anyCharacterDroppedOrDoubled_isRefused() {
    for (int i = 0; i < TOKEN.length(); i++) {
      assertRefused(verifier, TOKEN.substring(0, i) + TOKEN.substring(i + 1));
      assertRefused(verifier, TOKEN.substring(0, i) + TOKEN.charAt(i) + TOKEN.substring(i));
    }
  }

  @TestFactory
  List<DynamicTest> anythingAround_isRefused() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String junk :
        List.of(
            "=", "==", ".", "..", " ", "\t", "\n", "\r\n", "\0", "A", "AAAA", "%20", "\u00a0",
            "\u200b", ".A", "{}", ",", ";")) {
      tests.add(
          DynamicTest.dynamicTest(
              "with " + junk.chars().boxed().toList(),
              () -> {
                assertRefused(verifier, TOKEN + junk);
                assertRefused(verifier, junk + TOKEN);
                assertRefused(verifier, TOKEN.replaceFirst("\\.", junk + "."));
                assertRefused(verifier, TOKEN.replaceFirst("\\.", "." + junk));
              }));
    }
    return tests;
  }

  @Test
  void otherNumbersOfParts_areRefused() {
    String[] parts = TOKEN.split("\\.", -1);
    for (String text :
        List.of(
            "",
            ".",
            "..",
            "...",
            parts[0],
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            "." + parts[1] + "." + parts[2],
            parts[0] + ".." + parts[2],
            TOKEN + "." + parts[2],
            parts[0] + "." + TOKEN,
            TOKEN + TOKEN)) {
      assertRefused(verifier, text);
    }
  }

  @Test
  void tokenOfMoreThanEightKibibytes_isRefusedBeforeAnyWork() {
    assertThat(verifier.verify("a".repeat(8193), NOW)).isEqualTo(new Refused(Reason.TOO_LONG));
    assertThat(verifier.verify("a".repeat(8192), NOW)).isEqualTo(new Refused(Reason.MALFORMED));
    assertThat(verifier.verify(TOKEN + "A".repeat(1 << 20), NOW))
        .isEqualTo(new Refused(Reason.TOO_LONG));
    assertThat(verifier.verify(".".repeat(8192), NOW)).isEqualTo(new Refused(Reason.MALFORMED));
  }

  @Test
  void tokenThatWouldBeTooLong_isNotSigned() {
    Map<String, Object> custom = new LinkedHashMap<>();
    for (int i = 0; i < 7; i++) {
      custom.put("c" + i, "x".repeat(AccessClaims.MAX_CUSTOM_TEXT));
    }
    AccessTokenSigner signer = new AccessTokenSigner(KEYS);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> signer.sign(claims(Set.of(), custom)))
        .withMessageContaining("at most 5000 bytes");
  }

  @Test
  void tokenOfManyShortClaims_isAccepted() {
    Map<String, Object> custom = new LinkedHashMap<>();
    for (int i = 0; i < AccessClaims.MAX_CUSTOM; i++) {
      custom.put("c" + i, Collections.nCopies(i < 16 ? AccessClaims.MAX_CUSTOM_LIST : 1, ""));
    }
    String token = new AccessTokenSigner(KEYS).sign(claims(Set.of(), custom));

    assertThat(verifier.verify(token, NOW)).isEqualTo(new Verified(claims(Set.of(), custom)));
  }

  @Test
  void tokenOfTheLargestAccount_fits() {
    Set<Role> roles = new HashSet<>();
    for (int i = 0; i < AccessClaims.MAX_ROLES; i++) {
      roles.add(new Role("r".repeat(Role.MAX_LENGTH - 2) + "%02d".formatted(i)));
    }
    String token = new AccessTokenSigner(KEYS).sign(claims(roles, Map.of()));

    assertThat(verifier.verify(token, NOW)).isEqualTo(new Verified(claims(roles, Map.of())));
  }

  @Test
  void forgedSignature_isRefused() {
    String[] parts = TOKEN.split("\\.", -1);
    SigningKey other =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, SigningAlgorithm.RS256, new TestClock())
            .keys()
            .signingKey();
    byte[] byAnother = RawToken.signature(other, parts[0] + "." + parts[1]);

    for (byte[] signature :
        List.of(byAnother, new byte[256], new byte[0], new byte[1], new byte[512])) {
      assertRefused(verifier, parts[0] + "." + parts[1] + "." + Base64Url.encode(signature));
    }
  }

  @Test
  void rsaSignaturePlusTheModulus_isRefused() {
    String[] parts = TOKEN.split("\\.", -1);
    BigInteger modulus =
        ((RSAPublicKey) KEYS.verificationKey(KEY.kid()).orElseThrow().publicKey()).getModulus();
    byte[] sum =
        new BigInteger(1, Base64Url.decode(parts[2]).orElseThrow()).add(modulus).toByteArray();

    assertRefused(verifier, parts[0] + "." + parts[1] + "." + Base64Url.encode(sum));
    assertRefused(
        verifier,
        parts[0]
            + "."
            + parts[1]
            + "."
            + Base64Url.encode(Arrays.copyOfRange(sum, sum.length - 256, sum.length)));
  }

  @Test
  void changedClaim_underTheOldSignature_isRefused() {
    String[] parts = TOKEN.split("\\.", -1);
    String changed = RawToken.json(RawToken.with(members(), "sub", "\"acc-2\""));

    assertThat(verifier.verify(parts[0] + "." + RawToken.encode(changed) + "." + parts[2], NOW))
        .isEqualTo(new Refused(Reason.SIGNATURE));
  }

  @Test
  void sameClaimsWrittenOtherwise_underTheOldSignature_areRefused() {
    String[] parts = TOKEN.split("\\.", -1);
    String spaced = RawToken.json(members()).replace("\":", "\": ");

    assertRefused(verifier, parts[0] + "." + RawToken.encode(spaced) + "." + parts[2]);
  }

  @Test
  void algorithmNone_isRefused() {
    String payload = RawToken.encode(RawToken.json(members()));
    for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
      String header =
          RawToken.encode(
              "{\"typ\":\"at+jwt\",\"kid\":\"%s\",\"alg\":\"%s\"}".formatted(KEY.kid(), none));
      assertRefused(verifier, header + "." + payload + ".");
      assertRefused(verifier, header + "." + payload + "." + TOKEN.split("\\.", -1)[2]);
    }
  }

  @Test
  void hmacWithThePublicKeyAsSecret_isRefused() throws GeneralSecurityException {
    byte[] der = KEYS.verificationKey(KEY.kid()).orElseThrow().publicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret :
        List.of(
            der,
            pem.getBytes(StandardCharsets.US_ASCII),
            KEYS.jwks().getBytes(StandardCharsets.UTF_8))) {
      for (String claimed : List.of("HS256", "RS256")) {
        String input =
            RawToken.encode(
                    "{\"typ\":\"at+jwt\",\"kid\":\"%s\",\"alg\":\"%s\"}"
                        .formatted(KEY.kid(), claimed))
                + "."
                + RawToken.encode(RawToken.json(members()));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] tag = mac.doFinal(input.getBytes(StandardCharsets.US_ASCII));
        assertRefused(verifier, input + "." + Base64Url.encode(tag));
      }
    }
  }

  @Test
  void otherAlgorithmOfTheSameFamily_isRefused() {
    assertThat(verifier.verify(signedWithHeader(header("PS256", "at+jwt", KEY.kid())), NOW))
        .isEqualTo(new Refused(Reason.ALGORITHM));
    for (String other : List.of("RS384", "RS512", "ES256", "EdDSA", "rs256", "RS256 ", "HS256")) {
      assertRefused(verifier, signedWithHeader(header(other, "at+jwt", KEY.kid())));
    }
  }

  @Test
  void kidOfAnotherKey_isRefused() {
    TestKeyStore store = new TestKeyStore();
    TestClock clock = new TestClock();
    Keys keys = TestNode.start(store, TestNode.SECRET, SigningAlgorithm.RS256, clock).keys();
    String first = keys.signingKey().kid();
    keys.rotateSigningKey();
    clock.move(Duration.ofMinutes(10));
    SigningKey second = keys.signingKey();
    AccessTokenVerifier both = verifier(keys);
    String payload = RawToken.json(members());

    assertThat(both.verify(RawToken.signed(second, RawToken.header(second), payload), NOW))
        .isInstanceOf(Verified.class);
    assertThat(both.verify(RawToken.signed(second, header("RS256", "at+jwt", first), payload), NOW))
        .isEqualTo(new Refused(Reason.SIGNATURE));
    assertThat(
            both.verify(
                RawToken.signed(second, header("RS256", "at+jwt", KEY.kid()), payload), NOW))
        .isEqualTo(new Refused(Reason.UNKNOWN_KEY));
  }

  @TestFactory
  List<DynamicTest> headerThatIsNotExactlyOurs_isRefused() {
    String kid = KEY.kid();
    String good = RawToken.header(KEY);
    String open = good.substring(0, good.length() - 1);
    List<String> headers =
        new ArrayList<>(
            List.of(
                open + ",\"crit\":[\"exp\"]}",
                open + ",\"crit\":[]}",
                open + ",\"zip\":\"DEF\"}",
                open + ",\"jku\":\"https://evil.example/jwks.json\"}",
                open + ",\"jwk\":{\"kty\":\"oct\"}}",
                open + ",\"x5u\":\"https://evil.example\"}",
                open + ",\"x5c\":[\"AAAA\"]}",
                open + ",\"cty\":\"JWT\"}",
                open + ",\"b64\":false,\"crit\":[\"b64\"]}",
                open + ",\"Alg\":\"RS256\"}",
                open + ",\"x\":1}",
                open + ",\"alg\":\"RS256\"}",
                open + ",\"alg\":\"none\"}",
                open + ",\"kid\":\"" + kid + "\"}",
                open + ",\"typ\":\"at+jwt\"}",
                open + ",}",
                good + " ",
                " " + good,
                "\ufeff" + good,
                good + "{}",
                good + "//",
                good + "\0",
                "/**/" + good,
                good.replace("\"", "'"),
                good.replace("\"typ\"", "typ"),
                "[" + good + "]",
                "\"" + kid + "\"",
                "null",
                "",
                "{}",
                "{",
                "{\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}",
                "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}",
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}",
                "{\"alg\":1,\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}",
                "{\"alg\":null,\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}",
                "{\"alg\":[\"RS256\"],\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}",
                "{\"alg\":\"RS256\",\"typ\":true,\"kid\":\"" + kid + "\"}",
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":7}",
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":[\"" + kid + "\"]}",
                "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":{\"a\":\"" + kid + "\"}}"));
    for (String type : List.of("JWT", "jwt", "AT+JWT", "application/at+jwt", "", "at+jwt ")) {
      headers.add(header("RS256", type, kid));
    }
    for (String name : List.of("", "..", "../" + kid, kid + "\\u0000", "x".repeat(2000))) {
      headers.add(header("RS256", "at+jwt", name));
    }
    List<DynamicTest> tests = new ArrayList<>();
    for (String header : headers) {
      tests.add(
          DynamicTest.dynamicTest(
              "header " + (header.length() > 80 ? header.substring(0, 80) : header),
              () -> assertRefused(verifier, signedWithHeader(header))));
    }
    return tests;
  }

  @Test
  void headerWrittenOtherwiseButSigned_isTheOnlyFreedomThatASignerHas() {
    // Who has the key may order the members as they like; nobody else can.
    assertThat(verifier.verify(signedWithHeader(RawToken.header(KEY)), NOW))
        .isInstanceOf(Verified.class);
    assertThat(verifier.verify(signedWithHeader(header("RS256", "at+jwt", KEY.kid())), NOW))
        .isInstanceOf(Verified.class);
  }

  @TestFactory
  List<DynamicTest> claimThatIsMissingOrOfAnotherType_isRefused() {
    List<DynamicTest> tests = new ArrayList<>();
    Map<String, List<String>> wrong = new LinkedHashMap<>();
    List<String> noText = List.of("1", "true", "null", "[\"x\"]", "{}", "\"\"", "\"a\\u0000b\"");
    for (String text :
        List.of("iss", "sub", "aud", "jti", "client_id", "device_id", "session_id")) {
      wrong.put(text, noText);
    }
    List<String> noTime =
        List.of(
            "\"1772366400\"",
            "1772366400.0",
            "1.7723664e9",
            "-1",
            "true",
            "null",
            "[1772366400]",
            "{}",
            "253402300800",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999999");
    for (String time : List.of("iat", "nbf", "exp", "auth_time")) {
      wrong.put(time, noTime);
    }
    wrong.put(
        "amr", List.of("\"otp\"", "[]", "[\"pwd\"]", "[\"otp\",\"otp\"]", "[\"otp\",1]", "null"));
    wrong.put(
        "roles",
        List.of(
            "\"admin\"",
            "{\"admin\":true}",
            "[1]",
            "[null]",
            "[[\"admin\"]]",
            "[\"\"]",
            "[\"a b\"]",
            "[\"admin\",\"admin\"]",
            "null"));
    wrong.forEach(
        (name, values) -> {
          tests.add(
              DynamicTest.dynamicTest(
                  name + " missing",
                  () -> assertClaimsRefused(RawToken.json(RawToken.without(members(), name)))));
          for (String value : values) {
            tests.add(
                DynamicTest.dynamicTest(
                    name + " = " + value,
                    () ->
                        assertClaimsRefused(RawToken.json(RawToken.with(members(), name, value)))));
          }
        });
    assertThat(wrong.keySet()).containsExactlyInAnyOrderElementsOf(members().keySet());
    return tests;
  }

  @TestFactory
  List<DynamicTest> payloadThatIsNotExactlyOneObject_isRefused() {
    String good = RawToken.json(members());
    String open = good.substring(0, good.length() - 1);
    List<DynamicTest> tests = new ArrayList<>();
    for (String payload :
        List.of(
            open + ",\"sub\":\"acc-2\"}",
            open + ",\"exp\":4102444800}",
            open + ",\"s\\u0075b\":\"acc-2\"}",
            open + ",\"x\":1,\"x\":2}",
            open + ",\"x\":{}}",
            open + ",\"x\":{\"y\":1}}",
            open + ",\"x\":null}",
            open + ",\"x\":[1]}",
            open + ",\"x\":[[]]}",
            open + ",\"x\":NaN}",
            open + ",\"x\":1e999}",
            open + ",\"x\":01}",
            open + ",\"x\":+1}",
            open + ",\"x\":'y'}",
            open + ",\"cnf\":\"y\"}",
            open + ",\"act\":\"y\"}",
            open + ",\"scope \":\"y\"}",
            open + ",\"\":\"y\"}",
            open + ",\"" + "n".repeat(65) + "\":1}",
            open + ",\"x\":\"" + "y".repeat(1025) + "\"}",
            open + ",\"x\":\"\\ud800\"}",
            open + ",}",
            good + "\n",
            " " + good,
            good + good,
            good + "]",
            good + "/**/",
            "[" + good + "]",
            "{}",
            "[]",
            "1",
            "null",
            "")) {
      tests.add(
          DynamicTest.dynamicTest(
              "payload "
                  + (payload.length() > 60 ? payload.substring(payload.length() - 60) : payload),
              () -> assertClaimsRefused(payload)));
    }
    return tests;
  }

  @Test
  void payloadThatIsNotUtf8_isRefused() {
    byte[] payload =
        RawToken.json(RawToken.with(members(), "x", "\"é\"")).getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = RawToken.json(members()).getBytes(StandardCharsets.UTF_16BE);
    for (byte[] bytes : List.of(payload, utf16)) {
      String input = RawToken.encode(RawToken.header(KEY)) + "." + Base64Url.encode(bytes);
      String token = input + "." + Base64Url.encode(RawToken.signature(KEY, input));
      assertThat(verifier.verify(token, NOW)).isEqualTo(new Refused(Reason.CLAIMS));
    }
  }

  @Test
  void customClaims_comeBackAsTheyWere() {
    Map<String, Object> custom = new LinkedHashMap<>();
    custom.put("scope", "read write é \u2028 \ud83d\udd11 \"quoted\" \\");
    custom.put("https://shop.example/tier", 7L);
    custom.put("big", Long.MIN_VALUE);
    custom.put("ratio", -2.2250738585072014E-308);
    custom.put("whole", 1.0);
    custom.put("beta", true);
    custom.put("groups", List.of("a", "b", "a"));
    custom.put("none", List.of());
    AccessClaims claims = claims(Set.of(new Role("maker"), new Role("viewer")), custom);

    Result result = verifier.verify(new AccessTokenSigner(KEYS).sign(claims), NOW);

    assertThat(result).isEqualTo(new Verified(claims));
    assertThat(((Verified) result).claims().custom()).isEqualTo(custom);
  }

  @Test
  void expiry_isExactWithTheLeeway() {
    Instant end = NOW.plus(LIFE).plus(LEEWAY);

    assertThat(verifier.verify(TOKEN, end.minusNanos(1))).isEqualTo(new Verified(claims()));
    assertThat(verifier.verify(TOKEN, end)).isEqualTo(new Expired(claims()));
    assertThat(verifier(KEYS).verify(TOKEN, end)).isEqualTo(new Expired(claims()));
    assertThat(verifier(KEYS).verify(TOKEN, end.minusNanos(1))).isInstanceOf(Verified.class);
  }

  @Test
  void expiry_withoutLeeway_isAtTheVerySecond() {
    AccessTokenVerifier strict =
        new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, Duration.ZERO, LIFE);

    assertThat(strict.verify(TOKEN, NOW.plus(LIFE).minusNanos(1))).isInstanceOf(Verified.class);
    assertThat(strict.verify(TOKEN, NOW.plus(LIFE))).isInstanceOf(Expired.class);
  }

  @Test
  void expiredToken_thatIsNotOursOtherwise_isRefusedAndNotExpired() {
    Instant late = NOW.plus(LIFE).plus(Duration.ofHours(1));
    AccessTokenVerifier other = new AccessTokenVerifier(KEYS, ISSUER, "other", LEEWAY, LIFE);

    assertThat(other.verify(TOKEN, late)).isEqualTo(new Refused(Reason.AUDIENCE));
    assertThat(verifier.verify(replaced(TOKEN, TOKEN.length() - 5, 'A'), late))
        .isIn(new Refused(Reason.SIGNATURE), new Expired(claims()));
    assertRefusedAt(verifier, replaced(TOKEN, 200, TOKEN.charAt(200) == 'A' ? 'B' : 'A'), late);
  }

  @Test
  void tokenFromTheFuture_isRefusedPastTheLeeway() {
    assertThat(verifier.verify(TOKEN, NOW.minus(LEEWAY))).isInstanceOf(Verified.class);
    assertThat(verifier.verify(TOKEN, NOW.minus(LEEWAY).minusNanos(1)))
        .isEqualTo(new Refused(Reason.NOT_YET_VALID));
    String notBefore =
        signed(
            RawToken.json(
                RawToken.with(members(), "nbf", String.valueOf(NOW.getEpochSecond() + 31))));
    assertThat(verifier.verify(notBefore, NOW)).isEqualTo(new Refused(Reason.NOT_YET_VALID));
    assertThat(verifier.verify(notBefore, NOW.plusSeconds(1))).isInstanceOf(Verified.class);
  }

  @Test
  void lifetime_longerThanAllowed_isRefused() {
    long life = LIFE.toSeconds();
    assertThat(verifier.verify(signed(withLifetime(life)), NOW)).isInstanceOf(Verified.class);
    assertThat(verifier.verify(signed(withLifetime(life + 1)), NOW))
        .isEqualTo(new Refused(Reason.LIFETIME));
    assertThat(verifier.verify(signed(withLifetime(1)), NOW)).isInstanceOf(Verified.class);
    assertClaimsRefused(withLifetime(0));
    assertClaimsRefused(withLifetime(-1));
  }

  @Test
  void anotherIssuerOrAudience_isRefused() {
    for (String near : List.of(ISSUER + "/", ISSUER.toUpperCase(Locale.ROOT), "x")) {
      assertThat(
              verifier.verify(
                  signed(RawToken.json(RawToken.with(members(), "iss", "\"" + near + "\""))), NOW))
          .isEqualTo(new Refused(Reason.ISSUER));
    }
    for (String near : List.of("Shop", "shop ", "shop,other")) {
      assertThat(
              verifier.verify(
                  signed(RawToken.json(RawToken.with(members(), "aud", "\"" + near + "\""))), NOW))
          .isEqualTo(new Refused(Reason.AUDIENCE));
    }
  }

  @Test
  void es256_withTheHigherS_isRefused() {
    Keys keys =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, SigningAlgorithm.ES256, new TestClock())
            .keys();
    AccessTokenVerifier elliptic = verifier(keys);
    String payload = RawToken.json(members());
    int low = 0;
    int high = 0;
    for (int i = 0; i < 64; i++) {
      String token =
          RawToken.signed(keys.signingKey(), RawToken.header(keys.signingKey()), payload);
      String lowered = Signatures.withLowS(token);
      if (lowered.equals(token)) {
        low++;
        assertThat(elliptic.verify(token, NOW)).isInstanceOf(Verified.class);
      } else {
        high++;
        assertThat(elliptic.verify(token, NOW)).isEqualTo(new Refused(Reason.SIGNATURE));
        assertThat(elliptic.verify(lowered, NOW)).isInstanceOf(Verified.class);
        assertThat(Signatures.withLowS(lowered)).isEqualTo(lowered);
      }
    }
    assertThat(low).isPositive();
    assertThat(high).isPositive();
  }

  @Test
  void es256_isAlwaysIssuedWithTheLowerS() {
    Keys keys =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, SigningAlgorithm.ES256, new TestClock())
            .keys();
    AccessTokenSigner signer = new AccessTokenSigner(keys);
    for (int i = 0; i < 64; i++) {
      String token = signer.sign(claims());
      assertThat(Signatures.withLowS(token)).isEqualTo(token);
      assertThat(verifier(keys).verify(token, NOW)).isInstanceOf(Verified.class);
    }
  }

  @Test
  void es256_signaturesThatAreNone_areRefused() {
    Keys keys =
        TestNode.start(new TestKeyStore(), TestNode.SECRET, SigningAlgorithm.ES256, new TestClock())
            .keys();
    String token = new AccessTokenSigner(keys).sign(claims());
    String input = token.substring(0, token.lastIndexOf('.') + 1);
    byte[] good = Base64Url.decode(token.substring(input.length())).orElseThrow();
    byte[] order =
        new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
            .toByteArray();
    byte[] zeroR = good.clone();
    Arrays.fill(zeroR, 0, 32, (byte) 0);
    byte[] zeroS = good.clone();
    Arrays.fill(zeroS, 32, 64, (byte) 0);
    byte[] orderR = good.clone();
    System.arraycopy(order, 1, orderR, 0, 32);
    byte[] orderS = good.clone();
    System.arraycopy(order, 1, orderS, 32, 32);

    for (byte[] signature :
        List.of(
            new byte[64],
            zeroR,
            zeroS,
            orderR,
            orderS,
            Arrays.copyOf(good, 63),
            Arrays.copyOf(good, 65),
            der(good))) {
      assertThat(verifier(keys).verify(input + Base64Url.encode(signature), NOW))
          .isEqualTo(new Refused(Reason.SIGNATURE));
    }
  }

  @Test
  void rotation_refusesNoLivingToken() {
    TestKeyStore store = new TestKeyStore();
    TestClock clock = new TestClock();
    Keys signing = TestNode.start(store, clock).keys();
    Keys verifying = TestNode.start(store, clock).keys();
    AccessTokenVerifier warm = verifier(verifying);
    clock.set(NOW.plus(Duration.ofDays(30)).minus(Duration.ofMinutes(30)));
    String last = "";
    Set<String> kids = new HashSet<>();
    for (int minute = 0; minute < 120; minute++) {
      Instant now = clock.instant();
      if (minute % 14 == 0) {
        last = new AccessTokenSigner(signing).sign(claimsAt(now));
        kids.add(signing.signingKey().kid());
        assertThat(warm.verify(last, now)).isInstanceOf(Verified.class);
      }
      assertThat(warm.verify(last, now)).isInstanceOf(Verified.class);
      assertThat(verifier(verifying).verify(last, now)).isInstanceOf(Verified.class);
      clock.move(Duration.ofMinutes(1));
    }
    assertThat(kids).hasSize(2);
  }

  @Test
  void tokenOfAKeyThatIsGone_isRefused_rememberedOrNot() {
    TestKeyStore store = new TestKeyStore();
    TestClock clock = new TestClock();
    Keys keys = TestNode.start(store, clock).keys();
    String token = new AccessTokenSigner(keys).sign(claims());
    AccessTokenVerifier warm = verifier(keys);
    assertThat(warm.verify(token, NOW)).isInstanceOf(Verified.class);
    keys.rotateSigningKey();
    clock.move(Duration.ofMinutes(10));
    keys.signingKey();
    clock.move(Duration.ofMinutes(30));

    // Judged by an early time, so that nothing but the key can be the reason.
    assertThat(warm.verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
    assertThat(verifier(keys).verify(token, NOW)).isEqualTo(new Refused(Reason.UNKNOWN_KEY));
  }

  @Test
  void restart_overTheSameStore_keepsTokensAlive() {
    String token = TOKEN;
    Keys restarted = TestNode.start(STORE, TestNode.SECRET, SigningAlgorithm.RS256, CLOCK).keys();

    assertThat(verifier(restarted).verify(token, NOW)).isEqualTo(new Verified(claims()));
  }

  @Test
  void rememberedToken_isJudgedAnewAtEachCall() {
    VerifiedTokens remembered = new VerifiedTokens(100);
    AccessTokenVerifier here =
        new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, LEEWAY, LIFE, remembered);
    AccessTokenVerifier elsewhere =
        new AccessTokenVerifier(KEYS, ISSUER, "other", LEEWAY, LIFE, remembered);
    assertThat(here.verify(TOKEN, NOW)).isInstanceOf(Verified.class);
    assertThat(remembered.size()).isEqualTo(1);

    assertThat(here.verify(TOKEN, NOW.minus(Duration.ofHours(1))))
        .isEqualTo(new Refused(Reason.NOT_YET_VALID));
    assertThat(remembered.size()).isZero();
    assertThat(here.verify(TOKEN, NOW)).isInstanceOf(Verified.class);
    assertThat(elsewhere.verify(TOKEN, NOW)).isEqualTo(new Refused(Reason.AUDIENCE));
    assertThat(here.verify(TOKEN, NOW)).isInstanceOf(Verified.class);
    assertThat(here.verify(TOKEN, NOW.plus(Duration.ofHours(1)))).isInstanceOf(Expired.class);
    assertThat(remembered.size()).isZero();
  }

  @Test
  void refusedToken_isNotRemembered() {
    VerifiedTokens remembered = new VerifiedTokens(100);
    AccessTokenVerifier here =
        new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, LEEWAY, LIFE, remembered);
    for (int i = 0; i < 50; i++) {
      here.verify(replaced(TOKEN, TOKEN.length() - 20, ALPHABET.charAt(i)), NOW.plusSeconds(9999));
    }

    assertThat(remembered.size()).isZero();
  }

  @Test
  void randomText_neverThrows() {
    SplittableRandom random = new SplittableRandom(20_260_301);
    String[] parts = TOKEN.split("\\.", -1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
      }
      String token =
          switch (random.nextInt(4)) {
            case 0 -> text.toString();
            case 1 -> RawToken.encode("{" + text + "}") + "." + parts[1] + "." + parts[2];
            case 2 -> parts[0] + "." + RawToken.encode("{" + text + "}") + "." + parts[2];
            default -> parts[0] + "." + parts[1] + "." + text;
          };
      assertThat(verifier.verify(token, NOW)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void verifier_withBadBounds_isRefused() {
    assertThat(new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, Duration.ofMinutes(2), LIFE))
        .isNotNull();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, Duration.ofSeconds(-1), LIFE));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, Duration.ofSeconds(121), LIFE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccessTokenVerifier(KEYS, ISSUER, AUDIENCE, LEEWAY, Duration.ZERO));
  }

  private static AccessTokenVerifier verifier(Keys keys) {
    return new AccessTokenVerifier(keys, ISSUER, AUDIENCE, LEEWAY, LIFE);
  }

  private static AccessClaims claims() {
    return claimsAt(NOW);
  }

  private static AccessClaims claims(Set<Role> roles, Map<String, Object> custom) {
    return new AccessClaims(
        ISSUER,
        new AccountId("acc-1"),
        AUDIENCE,
        NOW,
        NOW,
        NOW.plus(LIFE),
        "jti-1",
        NOW,
        "web",
        new DeviceId(DEVICE),
        "session-1",
        roles,
        custom);
  }

  private static AccessClaims claimsAt(Instant now) {
    return new AccessClaims(
        ISSUER,
        new AccountId("acc-1"),
        AUDIENCE,
        now,
        now,
        now.plus(LIFE),
        "jti-1",
        now,
        "web",
        new DeviceId(DEVICE),
        "session-1",
        Set.of(new Role("viewer")),
        Map.of());
  }

  /** The members of {@link #claims}, each as JSON. */
  private static Map<String, String> members() {
    Map<String, String> members = new LinkedHashMap<>();
    String now = String.valueOf(NOW.getEpochSecond());
    members.put("iss", "\"" + ISSUER + "\"");
    members.put("sub", "\"acc-1\"");
    members.put("aud", "\"shop\"");
    members.put("iat", now);
    members.put("nbf", now);
    members.put("exp", String.valueOf(NOW.plus(LIFE).getEpochSecond()));
    members.put("jti", "\"jti-1\"");
    members.put("auth_time", now);
    members.put("amr", "[\"otp\"]");
    members.put("client_id", "\"web\"");
    members.put("device_id", "\"" + DEVICE + "\"");
    members.put("session_id", "\"session-1\"");
    members.put("roles", "[\"viewer\"]");
    return members;
  }

  private static String withLifetime(long seconds) {
    return RawToken.json(
        RawToken.with(members(), "exp", String.valueOf(NOW.getEpochSecond() + seconds)));
  }

  private static String header(String alg, String typ, String kid) {
    return "{\"alg\":\"%s\",\"typ\":\"%s\",\"kid\":\"%s\"}".formatted(alg, typ, kid);
  }

  private static String signed(String payload) {
    return RawToken.signed(KEY, RawToken.header(KEY), payload);
  }

  private static String signedWithHeader(String header) {
    return RawToken.signed(KEY, header, RawToken.json(members()));
  }

  private void assertClaimsRefused(String payload) {
    assertThat(verifier.verify(signed(payload), NOW)).isEqualTo(new Refused(Reason.CLAIMS));
  }

  private static void assertRefused(AccessTokenVerifier verifier, String token) {
    assertRefusedAt(verifier, token, NOW);
  }

  private static void assertRefusedAt(AccessTokenVerifier verifier, String token, Instant now) {
    assertThat(verifier.verify(token, now)).isInstanceOf(Refused.class);
  }

  private static String replaced(String text, int index, char with) {
    return text.substring(0, index) + with + text.substring(index + 1);
  }

  private static List<Integer> lastOfEachPart(String token) {
    int first = token.indexOf('.');
    return List.of(first - 1, token.lastIndexOf('.') - 1, token.length() - 1);
  }

  private static byte[] der(byte[] concatenated) {
    byte[] r = new BigInteger(1, Arrays.copyOf(concatenated, 32)).toByteArray();
    byte[] s = new BigInteger(1, Arrays.copyOfRange(concatenated, 32, 64)).toByteArray();
    byte[] der = new byte[6 + r.length + s.length];
    der[0] = 0x30;
    der[1] = (byte) (der.length - 2);
    der[2] = 2;
    der[3] = (byte) r.length;
    System.arraycopy(r, 0, der, 4, r.length);
    der[4 + r.length] = 2;
    der[5 + r.length] = (byte) s.length;
    System.arraycopy(s, 0, der, 6 + r.length, s.length);
    return der;
  }
}
