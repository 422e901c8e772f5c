package dev.latchkey.auth.key;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whoever can write to the store gets nothing but a ring that is refused. */
class KeyRingTamperingTest {

  private final TestKeyStore store = new TestKeyStore();
  private final TestClock clock = new TestClock();

  @TestFactory
  List<DynamicTest> ringWithAnyFieldChanged_isRefused() {
    TestNode maker = TestNode.start(store, TestNode.secret("second"), clock);
    TestNode.start(store, TestNode.secret("first", "second"), clock);
    maker.keys().rotateSigningKey();
    maker.keys().rotateRoot();
    KeyRing ring = store.ring(ISSUER);

    List<DynamicTest> tests = new ArrayList<>();
    changes(ring)
        .forEach(
            (name, changed) ->
                tests.add(
                    DynamicTest.dynamicTest(
                        "ring with " + name + " is refused",
                        () -> {
                          assertThat(changed).isNotEqualTo(ring);
                          assertRefusedAtStart(changed);
                          assertRefusedOnRereading(ring, changed);
                        })));
    assertThat(tests).hasSizeGreaterThan(20);
    return tests;
  }

  @Test
  void keyThatIsGone_putBackFromAnOldCopy_isRefused() {
    TestNode node = TestNode.start(store, clock);
    SealedSigningKey gone = store.ring(ISSUER).signingKeys().get(0);
    node.keys().rotateSigningKey();
    clock.move(Duration.ofHours(2));
    node.keys().jwks();
    KeyRing ring = store.ring(ISSUER);
    assertThat(ring.signingKeys()).doesNotContain(gone);

    List<SealedSigningKey> keys = new ArrayList<>(ring.signingKeys());
    keys.add(gone);
    assertRefusedAtStart(withKeys(ring, keys));
  }

  @Test
  void rootThatWasDropped_putBackFromAnOldCopy_isRefused() {
    TestNode node = TestNode.start(store, clock);
    SealedRoot dropped = store.ring(ISSUER).roots().get(0);
    node.keys().rotateRoot();
    node.keys().dropRoot(new RootId(1));
    KeyRing ring = store.ring(ISSUER);

    List<SealedRoot> roots = new ArrayList<>(ring.roots());
    roots.add(dropped);
    assertRefusedAtStart(withRoots(ring, roots));
  }

  @Test
  void ringOfAnotherDataKey_underOurWrapping_isRefused() {
    TestNode.start(store, clock);
    TestKeyStore other = new TestKeyStore();
    TestNode.start(other, TestNode.secret("attacker"), clock);
    KeyRing theirs = other.ring(ISSUER);

    assertRefusedAtStart(
        new KeyRing(
            theirs.version(),
            store.ring(ISSUER).wrappings(),
            theirs.sealedIdentityKey(),
            theirs.roots(),
            theirs.signingKeys(),
            theirs.seal()));
  }

  @Test
  void entries_areBoundToTheirOwnSeals_evenIfTheWholeWereNot() {
    // The seal of the whole made anew by us, as if it were not there: each entry still refuses.
    RingVault vault = RingVault.create(ISSUER, SecureBytes.system());
    SealedRoot root =
        vault.sealRoot(new RootId(1), TestClock.START, SecretBytes.copyOf(new byte[32]));
    SealedSigningKey key =
        vault.sealSigningKey(
            SigningKeyPair.of(SigningAlgorithm.ES256, TestNode.pair()),
            TestClock.START,
            TestClock.START);
    SealedBytes identity = vault.sealIdentityKey(SecretBytes.copyOf(new byte[32]));
    List<Wrapping> wrappings = List.of(vault.wrap(TestNode.SECRET.revealAll().get(0)));

    assertThat(vault.open(vault.assemble(1, wrappings, identity, List.of(root), List.of(key))))
        .isPresent();
    for (SealedRoot changed :
        List.of(
            new SealedRoot(new RootId(2), root.createdAt(), root.sealed()),
            new SealedRoot(root.id(), root.createdAt().plusMillis(1), root.sealed()),
            new SealedRoot(root.id(), root.createdAt(), identity))) {
      assertThat(vault.open(vault.assemble(1, wrappings, identity, List.of(changed), List.of(key))))
          .isEmpty();
    }
    for (SealedSigningKey changed : changedKeys(key)) {
      assertThat(
              vault.open(vault.assemble(1, wrappings, identity, List.of(root), List.of(changed))))
          .isEmpty();
    }
    assertThat(vault.open(vault.assemble(1, wrappings, root.sealed(), List.of(root), List.of(key))))
        .isEmpty();
  }

  private void assertRefusedAtStart(KeyRing changed) {
    TestKeyStore stolen = new TestKeyStore();
    stolen.put(ISSUER, changed);

    assertThatIllegalStateException()
        .isThrownBy(() -> TestNode.start(stolen, TestNode.secret("first", "second"), clock));
    assertThat(stolen.ring(ISSUER)).isEqualTo(changed);
  }

  private static void assertRefusedOnRereading(KeyRing ring, KeyRing changed) {
    TestKeyStore stolen = new TestKeyStore();
    stolen.put(ISSUER, ring);
    TestClock time = new TestClock();
    TestNode node = TestNode.start(stolen, TestNode.secret("first", "second"), time);
    String jwks = node.keys().jwks();
    stolen.put(ISSUER, changed);
    time.move(Keys.REREAD_EVERY);

    assertThat(node.keys().jwks()).isEqualTo(jwks);
    assertThat(node.kinds()).contains(KeyChange.Kind.RING_REFUSED);
    assertThat(stolen.ring(ISSUER)).isEqualTo(changed);
  }

  private static Map<String, KeyRing> changes(KeyRing ring) {
    Map<String, KeyRing> changes = new TreeMap<>();
    changes.put("a higher version", withVersion(ring, ring.version() + 1));
    changes.put("a lower version", withVersion(ring, ring.version() - 1));
    changes.put(
        "a wrapping less",
        new KeyRing(
            ring.version(),
            ring.wrappings().subList(0, 1),
            ring.sealedIdentityKey(),
            ring.roots(),
            ring.signingKeys(),
            ring.seal()));
    for (int i = 0; i < ring.wrappings().size(); i++) {
      Wrapping old = ring.wrappings().get(i);
      changes.put(
          "wrapping %d renamed".formatted(i),
          withWrapping(ring, i, new Wrapping(old.secretId() + "x", old.wrapped())));
      changes.put(
          "wrapping %d flipped".formatted(i),
          withWrapping(ring, i, new Wrapping(old.secretId(), flipped(old.wrapped()))));
    }
    changes.put(
        "identity key flipped",
        new KeyRing(
            ring.version(),
            ring.wrappings(),
            flipped(ring.sealedIdentityKey()),
            ring.roots(),
            ring.signingKeys(),
            ring.seal()));
    SealedRoot root = ring.roots().get(1);
    changes.put("a root less", withRoots(ring, ring.roots().subList(0, 1)));
    changes.put("another root less", withRoots(ring, ring.roots().subList(1, 2)));
    changes.put(
        "root renumbered",
        withRoot(ring, 1, new SealedRoot(new RootId(7), root.createdAt(), root.sealed())));
    changes.put(
        "root redated",
        withRoot(
            ring, 1, new SealedRoot(root.id(), root.createdAt().plusMillis(1), root.sealed())));
    changes.put(
        "root flipped",
        withRoot(ring, 1, new SealedRoot(root.id(), root.createdAt(), flipped(root.sealed()))));
    changes.put(
        "roots swapped",
        withRoots(
            ring,
            List.of(
                new SealedRoot(ring.roots().get(0).id(), root.createdAt(), root.sealed()),
                new SealedRoot(
                    root.id(), ring.roots().get(0).createdAt(), ring.roots().get(0).sealed()))));
    changes.put("its next key taken away", withKeys(ring, ring.signingKeys().subList(0, 1)));
    changes.put("its active key taken away", withKeys(ring, ring.signingKeys().subList(1, 2)));
    for (int i = 0; i < ring.signingKeys().size(); i++) {
      int number = 0;
      for (SealedSigningKey changed : changedKeys(ring.signingKeys().get(i))) {
        List<SealedSigningKey> keys = new ArrayList<>(ring.signingKeys());
        keys.set(i, changed);
        changes.put("change %d of key %d".formatted(number++, i), withKeys(ring, keys));
      }
    }
    changes.put("its seal flipped", withSeal(ring, flipped(ring.seal())));
    changes.put("its seal cut", withSeal(ring, SealedBytes.copyOf(new byte[] {1})));
    return changes;
  }

  private static List<SealedSigningKey> changedKeys(SealedSigningKey key) {
    return List.of(
        new SealedSigningKey(
            key.kid() + "x", key.algorithm(), key.publishedAt(), key.activeFrom(), key.sealed()),
        new SealedSigningKey(
            key.kid(), SigningAlgorithm.RS256, key.publishedAt(), key.activeFrom(), key.sealed()),
        new SealedSigningKey(
            key.kid(),
            key.algorithm(),
            key.publishedAt().plusMillis(1),
            key.activeFrom(),
            key.sealed()),
        new SealedSigningKey(
            key.kid(),
            key.algorithm(),
            key.publishedAt(),
            key.activeFrom().plusMillis(1),
            key.sealed()),
        new SealedSigningKey(
            key.kid(),
            key.algorithm(),
            key.publishedAt(),
            key.activeFrom(),
            flipped(key.sealed())));
  }

  private static SealedBytes flipped(SealedBytes field) {
    byte[] bytes = field.toBytes();
    bytes[bytes.length / 2] ^= 1;
    return SealedBytes.copyOf(bytes);
  }

  private static KeyRing withVersion(KeyRing ring, long version) {
    return new KeyRing(
        version,
        ring.wrappings(),
        ring.sealedIdentityKey(),
        ring.roots(),
        ring.signingKeys(),
        ring.seal());
  }

  private static KeyRing withWrapping(KeyRing ring, int index, Wrapping wrapping) {
    List<Wrapping> wrappings = new ArrayList<>(ring.wrappings());
    wrappings.set(index, wrapping);
    return new KeyRing(
        ring.version(),
        wrappings,
        ring.sealedIdentityKey(),
        ring.roots(),
        ring.signingKeys(),
        ring.seal());
  }

  private static KeyRing withRoot(KeyRing ring, int index, SealedRoot root) {
    List<SealedRoot> roots = new ArrayList<>(ring.roots());
    roots.set(index, root);
    return withRoots(ring, roots);
  }

  private static KeyRing withRoots(KeyRing ring, List<SealedRoot> roots) {
    return new KeyRing(
        ring.version(),
        ring.wrappings(),
        ring.sealedIdentityKey(),
        roots,
        ring.signingKeys(),
        ring.seal());
  }

  private static KeyRing withKeys(KeyRing ring, List<SealedSigningKey> keys) {
    return new KeyRing(
        ring.version(),
        ring.wrappings(),
        ring.sealedIdentityKey(),
        ring.roots(),
        keys,
        ring.seal());
  }

  private static KeyRing withSeal(KeyRing ring, SealedBytes seal) {
    return new KeyRing(
        ring.version(),
        ring.wrappings(),
        ring.sealedIdentityKey(),
        ring.roots(),
        ring.signingKeys(),
        seal);
  }

  @Test
  void ring_givenInAnotherOrder_isTheSameRing() {
    TestNode node = TestNode.start(store, clock);
    node.keys().rotateSigningKey();
    node.keys().rotateRoot();
    KeyRing ring = store.ring(ISSUER);
    UnaryOperator<KeyRing> reverse =
        stored -> {
          List<SealedSigningKey> keys = new ArrayList<>(stored.signingKeys());
          Collections.reverse(keys);
          List<SealedRoot> roots = new ArrayList<>(stored.roots());
          Collections.reverse(roots);
          return withRoots(withKeys(stored, keys), roots);
        };
    store.tamper(ISSUER, reverse);

    assertThat(store.ring(ISSUER)).isEqualTo(ring);
    assertThat(TestNode.start(store, clock).keys().jwks()).isEqualTo(node.keys().jwks());
  }
}
