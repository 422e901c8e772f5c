package dev.latchkey.auth.key;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static dev.latchkey.auth.key.TestNode.secret;
import static dev.latchkey.auth.key.TestNode.secretId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeysStartTest {

  private final TestKeyStore store = new TestKeyStore();
  private final TestClock clock = new TestClock();

  @Test
  void open_withoutRing_makesOneThatSignsAtOnce() {
    TestNode node = TestNode.start(store, clock);

    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
    assertThat(node.keys().verificationKey(node.activeKid())).isPresent();
    assertThat(node.keys().jwks()).contains(node.activeKid());
    assertThat(node.kinds())
        .containsExactly(KeyChange.Kind.RING_CREATED, KeyChange.Kind.KEY_ACTIVATED);
  }

  @Test
  void open_byDefault_makesAnRsaKeyOf3072Bits() {
    Keys keys =
        Keys.open(
            store,
            ISSUER,
            TestNode.SECRET,
            RotationPolicy.defaults(),
            TestNode.TOKEN_LIFE,
            clock,
            SecureBytes.system(),
            change -> {});

    VerificationKey key = keys.verificationKey(keys.signingKey().kid()).orElseThrow();
    assertThat(key.algorithm()).isEqualTo(SigningAlgorithm.RS256);
    assertThat(((RSAPublicKey) key.publicKey()).getModulus().bitLength()).isEqualTo(3072);
    assertThat(keys.jwksMaxAge()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void open_afterRestart_givesTheSameKeys() {
    TestNode before = TestNode.start(store, clock);
    TestNode after = TestNode.start(store, clock);

    assertSameKeys(before, after);
    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
    assertThat(after.news()).isEmpty();
  }

  @Test
  void open_onManyNodesAtOnce_agreesOnOneRing() throws Exception {
    int nodes = 16;
    CyclicBarrier together = new CyclicBarrier(nodes);
    List<TestNode> started = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      Callable<TestNode> start =
          () -> {
            together.await();
            return TestNode.start(store, clock);
          };
      for (Future<TestNode> node : threads.invokeAll(Collections.nCopies(nodes, start))) {
        started.add(node.get());
      }
    } finally {
      threads.shutdownNow();
    }

    started.forEach(node -> assertSameKeys(started.get(0), node));
    assertThat(started.stream().flatMap(node -> node.kinds().stream()))
        .containsOnlyOnce(KeyChange.Kind.RING_CREATED);
    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
  }

  @Test
  void open_whenAnotherNodeIsQuicker_takesItsRing() {
    List<TestNode> quicker = new ArrayList<>();
    store.beforeNextReplace(() -> quicker.add(TestNode.start(store, clock)));

    TestNode slower = TestNode.start(store, clock);

    assertSameKeys(quicker.get(0), slower);
    assertThat(slower.news()).isEmpty();
  }

  @Test
  void open_withAnotherSecret_stopsTheStartAndLeavesTheRing() {
    TestNode.start(store, clock);
    KeyRing ring = store.ring(ISSUER);

    assertThatIllegalStateException()
        .isThrownBy(() -> TestNode.start(store, secret("wrong"), clock))
        .withMessageContaining(ISSUER)
        .withMessageContaining("master secret")
        .withMessageNotContaining("wrong");
    assertThat(store.ring(ISSUER)).isEqualTo(ring);
  }

  @Test
  void open_withRingOfAnotherIssuer_stopsTheStart() {
    Keys.open(
        store,
        "https://other.example",
        TestNode.SECRET,
        TestNode.policy(SigningAlgorithm.ES256),
        TestNode.TOKEN_LIFE,
        clock,
        SecureBytes.system(),
        change -> {});
    store.put(ISSUER, store.ring("https://other.example"));

    assertThatIllegalStateException().isThrownBy(() -> TestNode.start(store, clock));
  }

  @Test
  void open_withoutStore_saysSo() {
    store.down(true);

    assertThatThrownBy(() -> TestNode.start(store, clock))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void open_overAStoreThatNeverTakesARing_givesUp() {
    KeyStore stubborn =
        new KeyStore() {
          @Override
          public Optional<KeyRing> read(String issuer) {
            return Optional.empty();
          }

          @Override
          public boolean replace(String issuer, KeyRing ring) {
            return false;
          }
        };

    assertThatThrownBy(() -> TestNode.start(stubborn, clock))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void masterSecret_changedNodeByNode_changesNothingElse() {
    TestNode a = TestNode.start(store, secret("first"), clock);
    TestNode b = TestNode.start(store, secret("second", "first"), clock);

    assertThat(b.kinds()).containsExactly(KeyChange.Kind.WRAPPING_ADDED);
    assertSameKeys(a, b);
    clock.move(Keys.REREAD_EVERY);
    assertSameKeys(a, b);
    assertThat(a.kinds()).doesNotContain(KeyChange.Kind.RING_REFUSED);

    TestNode restartedA = TestNode.start(store, secret("second", "first"), clock);
    assertSameKeys(a, restartedA);
    assertThat(restartedA.news()).isEmpty();

    restartedA.keys().dropWrapping(secretId("first"));
    assertSameKeys(a, TestNode.start(store, secret("second"), clock));
    assertThatIllegalStateException()
        .isThrownBy(() -> TestNode.start(store, secret("first"), clock));
  }

  @Test
  void masterSecret_rolledBackInTheMiddle_stillOpens() {
    TestNode a = TestNode.start(store, secret("first"), clock);
    TestNode.start(store, secret("second", "first"), clock);

    assertSameKeys(a, TestNode.start(store, secret("first"), clock));
  }

  @Test
  void masterSecret_changedWhileAnotherNodeRotates_losesNeither() {
    TestNode a = TestNode.start(store, secret("first"), clock);
    store.beforeNextReplace(() -> a.keys().rotateSigningKey());

    TestNode b = TestNode.start(store, secret("second", "first"), clock);

    assertThat(store.ring(ISSUER).signingKeys()).hasSize(2);
    assertThat(wrappings()).containsExactlyInAnyOrder(secretId("first"), secretId("second"));
    assertSameKeys(a, b);
  }

  @Test
  void node_keepsWrappingsThatItCanNotOpen() {
    TestNode a = TestNode.start(store, secret("first"), clock);
    TestNode.start(store, secret("second", "first"), clock);

    a.keys().rotateSigningKey();

    assertThat(wrappings()).containsExactlyInAnyOrder(secretId("first"), secretId("second"));
  }

  @Test
  void dropWrapping_leavesARunningNodeThatStartedWithItAlone() {
    TestNode old = TestNode.start(store, secret("first"), clock);
    TestNode young = TestNode.start(store, secret("second", "first"), clock);
    young.keys().dropWrapping(secretId("first"));

    clock.move(Keys.REREAD_EVERY);
    old.keys().rotateSigningKey();

    assertSameKeys(old, young);
    assertThat(old.kinds()).doesNotContain(KeyChange.Kind.RING_REFUSED);
    assertThat(young.kinds()).contains(KeyChange.Kind.WRAPPING_DROPPED);
  }

  @Test
  void dropWrapping_ofTheSecretInUse_isRefused() {
    TestNode node = TestNode.start(store, secret("second", "first"), clock);

    assertThatIllegalStateException()
        .isThrownBy(() -> node.keys().dropWrapping(secretId("second")));
  }

  @Test
  void dropWrapping_ofAnUnknownSecret_isRefused() {
    TestNode node = TestNode.start(store, secret("second"), clock);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> node.keys().dropWrapping(secretId("first")));
    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
  }

  @Test
  void open_withAFullListOfWrappings_isRefusedAndSaysWhy() {
    for (int i = 0; i < KeyRing.MAX_ENTRIES; i++) {
      MasterSecret secret = i == 0 ? secret("0") : secret(String.valueOf(i), "0");
      TestNode.start(store, secret, clock);
    }

    assertThatIllegalStateException()
        .isThrownBy(() -> TestNode.start(store, secret("more", "0"), clock))
        .withMessageContaining("wrapping");
    assertThat(TestNode.start(store, secret("63"), clock).keys().status().wrappings())
        .hasSize(KeyRing.MAX_ENTRIES);
  }

  @Test
  void open_withBadArguments_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> open("", TestNode.TOKEN_LIFE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open("i".repeat(513), Duration.ofHours(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> open(ISSUER, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> open(ISSUER, Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(ISSUER, Duration.ofDays(32 * 30).plusSeconds(1)));
  }

  @Test
  void purposeKeys_areDifferentForEachPurposeAndSameOnEachNode() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);

    Set<String> different = new HashSet<>();
    for (Purpose purpose : Purpose.values()) {
      assertThat(a.keys().current(purpose)).isEqualTo(b.keys().current(purpose));
      assertThat(a.keys().find(new RootId(1), purpose)).contains(a.keys().current(purpose));
      assertThat(a.keys().current(purpose).key().length()).isEqualTo(32);
      different.add(HexFormat.of().formatHex(a.keys().current(purpose).key().revealBytes()));
    }
    assertThat(different).hasSize(Purpose.values().length);
  }

  @Test
  void nothingThatPrintsItself_showsAKey() {
    TestNode node = TestNode.start(store, clock);
    String identity = HexFormat.of().formatHex(node.keys().identityKey().revealBytes());

    String printed =
        node.keys()
            + " "
            + node.keys().status()
            + node.keys().signingKey()
            + node.keys().verificationKey(node.activeKid())
            + store.ring(ISSUER)
            + node.news();

    assertThat(printed).contains("redacted").doesNotContain(identity).doesNotContain("EC Private");
    assertThat(node.keys().toString()).isEqualTo("Keys[" + ISSUER + "]");
  }

  private List<String> wrappings() {
    return store.ring(ISSUER).wrappings().stream().map(Wrapping::secretId).toList();
  }

  private Keys open(String issuer, Duration longestTokenLife) {
    return Keys.open(
        store,
        issuer,
        TestNode.SECRET,
        TestNode.policy(SigningAlgorithm.ES256),
        longestTokenLife,
        clock,
        SecureBytes.system(),
        change -> {});
  }

  private static void assertSameKeys(TestNode a, TestNode b) {
    assertThat(a.activeKid()).isEqualTo(b.activeKid());
    assertThat(a.keys().identityKey()).isEqualTo(b.keys().identityKey());
    assertThat(a.keys().current(Purpose.CODE_PEPPER))
        .isEqualTo(b.keys().current(Purpose.CODE_PEPPER));
  }
}
