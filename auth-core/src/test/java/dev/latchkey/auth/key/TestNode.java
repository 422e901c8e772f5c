package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecureBytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One node over a store, with what it told. Uses small or elliptic keys, to be quick. */
public final class TestNode {

  public static final String ISSUER = "https://shop.example";
  public static final Duration TOKEN_LIFE = Duration.ofMinutes(15);
  public static final MasterSecret SECRET = secret("first");

  private final Keys keys;
  private final List<KeyChange> news = new CopyOnWriteArrayList<>();

  private TestNode(
      KeyStore store,
      MasterSecret secret,
      RotationPolicy policy,
      TestClock clock,
      SigningKeyPair.Source pairs) {
    keys =
        Keys.open(
            store,
            ISSUER,
            secret,
            policy,
            TOKEN_LIFE,
            clock,
            SecureBytes.system(),
            news::add,
            pairs);
  }

  public static TestNode start(KeyStore store, TestClock clock) {
    return start(store, SECRET, SigningAlgorithm.ES256, clock);
  }

  public static TestNode start(
      KeyStore store, MasterSecret secret, SigningAlgorithm algorithm, TestClock clock) {
    return new TestNode(store, secret, policy(algorithm), clock, SigningKeyPair::generate);
  }

  static TestNode start(KeyStore store, MasterSecret secret, TestClock clock) {
    return start(store, secret, SigningAlgorithm.ES256, clock);
  }

  static TestNode start(KeyStore store, TestClock clock, SigningKeyPair.Source pairs) {
    return new TestNode(store, SECRET, policy(SigningAlgorithm.ES256), clock, pairs);
  }

  public static RotationPolicy policy(SigningAlgorithm algorithm) {
    return RotationPolicy.builder()
        .algorithm(algorithm)
        .rsaBits(RotationPolicy.MIN_RSA_BITS)
        .build();
  }

  /** A secret of 32 bytes or more that differs by its name; names are newest first. */
  static MasterSecret secret(String newest, String... former) {
    byte[][] rest = new byte[former.length][];
    for (int i = 0; i < former.length; i++) {
      rest[i] = bytes(former[i]);
    }
    return MasterSecret.of(bytes(newest), rest);
  }

  static String secretId(String name) {
    return RingVault.secretId(secret(name).revealAll().get(0));
  }

  private static byte[] bytes(String name) {
    return ("a master secret for tests only: " + name).getBytes(StandardCharsets.UTF_8);
  }

  static KeyPair pair() {
    return SigningKeyPair.generate(SigningAlgorithm.ES256, 0);
  }

  public Keys keys() {
    return keys;
  }

  List<KeyChange> news() {
    return news;
  }

  List<KeyChange.Kind> kinds() {
    return news.stream().map(KeyChange::kind).toList();
  }

  String activeKid() {
    return keys.signingKey().kid();
  }
}
