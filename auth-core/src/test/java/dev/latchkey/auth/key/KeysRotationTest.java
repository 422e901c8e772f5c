package dev.latchkey.auth.key;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static dev.latchkey.auth.key.TestNode.TOKEN_LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeysRotationTest {

  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration PERIOD = RotationPolicy.DEFAULT_PERIOD;
  private static final Duration AHEAD = RotationPolicy.DEFAULT_PUBLISHED_BEFORE_USE;
  private static final Instant START = TestClock.START;

  /** Life of the last token, leeway, tolerance and one interval of reading. */
  private static final Duration RETENTION =
      TOKEN_LIFE.plus(Keys.MAX_LEEWAY).plus(Keys.CLOCK_TOLERANCE).plus(Keys.REREAD_EVERY);

  private final TestKeyStore store = new TestKeyStore();
  private final TestClock clock = new TestClock();

  @Test
  void nextKey_isPublishedTenMinutesBeforeItsFirstUse() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();

    clock.set(START.plus(PERIOD).minus(AHEAD).minus(MS));
    assertThat(node.keys().jwks()).containsOnlyOnce("\"kid\"");

    clock.set(START.plus(PERIOD).minus(AHEAD));
    String second = kid(node, SigningKeyState.NEXT);
    assertThat(node.keys().jwks()).contains(first).contains(second);
    assertThat(node.activeKid()).isEqualTo(first);
    SealedSigningKey stored = signingKey(second);
    assertThat(Duration.between(stored.publishedAt(), stored.activeFrom()))
        .isGreaterThanOrEqualTo(Duration.ofMinutes(10));

    clock.set(stored.activeFrom().minus(MS));
    assertThat(node.activeKid()).isEqualTo(first);
    clock.set(stored.activeFrom());
    assertThat(node.activeKid()).isEqualTo(second);
  }

  @Test
  void nextKey_isPublishedAtTheVeryInstantThatItIsDue() {
    TestNode node = TestNode.start(store, clock);
    clock.set(START.plus(PERIOD).minus(AHEAD));

    assertThat(node.keys().status().signingKeys())
        .extracting(KeyRingStatus.SigningKeyStatus::state)
        .containsExactly(SigningKeyState.ACTIVE, SigningKeyState.NEXT);
    assertThat(store.ring(ISSUER).signingKeys().get(1).activeFrom()).isEqualTo(START.plus(PERIOD));
  }

  @Test
  void nextKey_afterALongSleep_isStillPublishedBeforeItsUse() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    Instant awake = START.plus(PERIOD).plus(PERIOD);
    clock.set(awake);

    assertThat(node.activeKid()).isEqualTo(first);
    assertThat(signingKey(kid(node, SigningKeyState.NEXT)).activeFrom())
        .isEqualTo(awake.plus(AHEAD));
  }

  @Test
  void retiredKey_verifiesUntilItsLastTokenIsDead_andIsGoneThen() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    Instant turn = rotate(node);

    clock.set(turn.plus(RETENTION).minus(MS));
    assertThat(node.keys().verificationKey(first)).isPresent();
    assertThat(node.keys().jwks()).contains(first);
    assertThat(stateOf(node, first)).isEqualTo(SigningKeyState.RETIRING);

    clock.set(turn.plus(RETENTION));
    assertThat(node.keys().verificationKey(first)).isEmpty();
    assertThat(node.keys().jwks()).doesNotContain(first);
    assertThat(store.ring(ISSUER).signingKeys())
        .extracting(SealedSigningKey::kid)
        .doesNotContain(first);
    assertThat(node.news())
        .contains(new KeyChange(KeyChange.Kind.KEY_GONE, first, turn.plus(RETENTION)));
  }

  @Test
  void goneKey_verifiesNothing_evenWhileTheStoreIsDown() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    Instant turn = rotate(node);
    store.down(true);

    clock.set(turn.plus(RETENTION).minus(MS));
    assertThat(node.keys().verificationKey(first)).isPresent();
    clock.set(turn.plus(RETENTION));
    assertThat(node.keys().verificationKey(first)).isEmpty();
    assertThat(stateOf(node, first)).isEqualTo(SigningKeyState.GONE);
  }

  @Test
  void activation_isToldOnceByEachNode() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    rotate(a);
    b.activeKid();
    clock.move(Keys.REREAD_EVERY);
    a.activeKid();
    b.activeKid();
    String second = a.activeKid();

    assertThat(a.news().stream().filter(n -> n.kind() == KeyChange.Kind.KEY_ACTIVATED))
        .extracting(KeyChange::id)
        .containsExactly(store.ring(ISSUER).signingKeys().get(0).kid(), second);
    assertThat(b.news().stream().filter(n -> n.kind() == KeyChange.Kind.KEY_ACTIVATED))
        .extracting(KeyChange::id)
        .containsExactly(second);
    assertThat(b.kinds()).doesNotContain(KeyChange.Kind.KEY_PUBLISHED);
  }

  @Test
  void yearsOfRotation_leaveAFewKeysAndNeverRefuseAFreshOne() {
    TestNode signer = TestNode.start(store, clock);
    TestNode verifier = TestNode.start(store, clock);
    for (int day = 0; day < 800; day++) {
      clock.move(Duration.ofDays(1));
      verifier.keys().jwks();
      assertThat(verifier.keys().verificationKey(signer.activeKid())).isPresent();
      assertThat(store.ring(ISSUER).signingKeys()).hasSizeLessThanOrEqualTo(3);
    }
    assertThat(store.ring(ISSUER).signingKeys().get(0).publishedAt())
        .isAfter(START.plus(Duration.ofDays(700)));
  }

  @Test
  void twoNodes_rotatingAtOnce_publishOneKey() throws Exception {
    int nodes = 8;
    List<TestNode> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(TestNode.start(store, clock));
    }
    clock.set(START.plus(PERIOD).minus(AHEAD));
    CyclicBarrier together = new CyclicBarrier(nodes);
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      List<Callable<String>> calls = new ArrayList<>();
      for (TestNode node : all) {
        calls.add(
            () -> {
              together.await();
              return node.keys().jwks();
            });
      }
      for (Future<String> call : threads.invokeAll(calls)) {
        assertThat(call.get()).contains(store.ring(ISSUER).signingKeys().get(1).kid());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(store.ring(ISSUER).signingKeys()).hasSize(2);
    assertThat(all.stream().flatMap(node -> node.kinds().stream()))
        .containsOnlyOnce(KeyChange.Kind.KEY_PUBLISHED);
  }

  @Test
  void loserOfARace_throwsItsKeyAway() {
    List<KeyPair> made = new ArrayList<>();
    TestNode quick = TestNode.start(store, clock);
    TestNode slow =
        TestNode.start(
            store,
            clock,
            (algorithm, bits) -> {
              made.add(TestNode.pair());
              return made.get(made.size() - 1);
            });
    clock.set(START.plus(PERIOD).minus(AHEAD));
    store.beforeNextReplace(() -> quick.keys().jwks());

    String jwks = slow.keys().jwks();

    assertThat(made).hasSize(1);
    assertThat(jwks).doesNotContain(Jwk.thumbprint(made.get(0).getPublic()));
    assertThat(jwks).isEqualTo(quick.keys().jwks());
  }

  @Test
  void rotateSigningKey_publishesAtOnceAndSignsLater() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();

    node.keys().rotateSigningKey();

    String second = kid(node, SigningKeyState.NEXT);
    assertThat(node.keys().jwks()).contains(first).contains(second);
    assertThat(node.activeKid()).isEqualTo(first);
    clock.move(AHEAD);
    assertThat(node.activeKid()).isEqualTo(second);
    assertThat(node.keys().verificationKey(first)).isPresent();
  }

  @Test
  void rotateSigningKey_twice_publishesOneKey() {
    TestNode node = TestNode.start(store, clock);

    node.keys().rotateSigningKey();
    node.keys().rotateSigningKey();

    assertThat(store.ring(ISSUER).signingKeys()).hasSize(2);
    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
  }

  @Test
  void rotateSigningKey_withoutStore_saysSo() {
    TestNode node = TestNode.start(store, clock);
    store.down(true);

    assertThatThrownBy(() -> node.keys().rotateSigningKey())
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void verificationKey_ofAnotherNodesNewKey_isFoundByReadingAgain() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    clock.move(Keys.UNKNOWN_REREAD_EVERY);
    a.keys().rotateSigningKey();

    assertThat(b.keys().verificationKey(kid(a, SigningKeyState.NEXT))).isPresent();
  }

  @Test
  void verificationKey_ofForgedNames_readsTheStoreOnceInThirtySeconds() {
    TestNode node = TestNode.start(store, clock);
    int before = store.reads();

    clock.move(Keys.UNKNOWN_REREAD_EVERY.minus(MS));
    forge(node, 100);
    assertThat(store.reads() - before).isZero();
    clock.move(MS);
    forge(node, 100);
    assertThat(store.reads() - before).isEqualTo(1);
    clock.move(Keys.UNKNOWN_REREAD_EVERY.minus(MS));
    forge(node, 100);
    assertThat(store.reads() - before).isEqualTo(1);
    clock.move(MS);
    forge(node, 100);
    assertThat(store.reads() - before).isEqualTo(2);
  }

  @Test
  void ring_isReadAgainEveryMinute() {
    TestNode node = TestNode.start(store, clock);
    int before = store.reads();

    clock.move(Keys.REREAD_EVERY.minus(MS));
    node.activeKid();
    assertThat(store.reads() - before).isZero();
    clock.move(MS);
    node.activeKid();
    node.keys().identityKey();
    assertThat(store.reads() - before).isEqualTo(1);
  }

  @Test
  void storeDown_onRereading_goesOnAndTriesAgainAfterAWhile() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    SecretBytes identity = node.keys().identityKey();
    store.down(true);
    int before = store.reads();

    clock.move(Keys.REREAD_EVERY);
    assertThat(node.activeKid()).isEqualTo(first);
    assertThat(node.keys().verificationKey(first)).isPresent();
    assertThat(node.keys().identityKey()).isEqualTo(identity);
    assertThat(node.keys().verificationKey("unknown")).isEmpty();
    assertThat(store.reads() - before).isEqualTo(1);
    assertThat(node.kinds()).containsOnlyOnce(KeyChange.Kind.REREAD_FAILED);

    clock.move(Keys.RETRY_AFTER.minus(MS));
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(1);
    clock.move(MS);
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(2);

    store.down(false);
    clock.move(Keys.RETRY_AFTER);
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(3);
    clock.move(Keys.RETRY_AFTER);
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(3);
  }

  @Test
  void storeDown_whileTheNextKeyTakesOver_goesOn() {
    TestNode node = TestNode.start(store, clock);
    node.keys().rotateSigningKey();
    String second = kid(node, SigningKeyState.NEXT);
    store.down(true);

    clock.move(AHEAD.minus(MS));
    assertThat(node.activeKid()).isNotEqualTo(second);
    clock.move(MS);
    assertThat(node.activeKid()).isEqualTo(second);
  }

  @Test
  void slowStore_makesOneThreadWaitAndNoOther() throws Exception {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    store.beforeEachRead(
        () -> {
          reading.countDown();
          await(release);
        });
    clock.move(Keys.REREAD_EVERY);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<String> waiting = thread.submit(node::activeKid);
      await(reading);

      assertThat(node.activeKid()).isEqualTo(first);
      assertThat(node.keys().verificationKey(first)).isPresent();
      assertThat(node.keys().verificationKey("unknown")).isEmpty();
      assertThat(waiting.isDone()).isFalse();

      release.countDown();
      assertThat(waiting.get()).isEqualTo(first);
    } finally {
      release.countDown();
      thread.shutdownNow();
    }
  }

  @Test
  void rereading_whenAnOperatorRotatesMeanwhile_doesNotBringTheOldRingBack() {
    TestNode node = TestNode.start(store, clock);
    clock.move(Keys.REREAD_EVERY);
    store.afterNextRead(() -> node.keys().rotateSigningKey());

    node.activeKid();

    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
    assertThat(node.keys().jwks()).contains(store.ring(ISSUER).signingKeys().get(1).kid());
  }

  @Test
  void clockThatStepsBack_refusesNoRing() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    rotate(node);
    String second = node.activeKid();

    clock.set(START.minus(Duration.ofDays(400)));
    assertThat(node.activeKid()).isEqualTo(first);
    assertThat(node.keys().verificationKey(second)).isPresent();
    assertThat(TestNode.start(store, clock).activeKid()).isEqualTo(first);
    assertThat(node.keys().find(new RootId(1), Purpose.CODE_PEPPER)).isPresent();
  }

  @Test
  void clockThatStepsBack_isNoticedByReadingAgainAndNotAtEachCall() {
    TestNode node = TestNode.start(store, clock);
    int before = store.reads();

    clock.move(Keys.CLOCK_TOLERANCE.negated());
    node.activeKid();
    assertThat(store.reads() - before).isZero();
    clock.move(Duration.ofHours(-1));
    node.activeKid();
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(1);
    clock.move(Keys.REREAD_EVERY);
    node.activeKid();
    assertThat(store.reads() - before).isEqualTo(2);
  }

  @Test
  void lostRing_isPutBackByARunningNode_soThatNoSecondRingIsMade() {
    TestNode node = TestNode.start(store, clock);
    node.keys().rotateSigningKey();
    SecretBytes identity = node.keys().identityKey();
    store.lose(ISSUER);

    clock.move(Keys.REREAD_EVERY);
    node.activeKid();

    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
    assertThat(node.kinds()).contains(KeyChange.Kind.RING_RESTORED);
    TestNode young = TestNode.start(store, clock);
    assertThat(young.keys().identityKey()).isEqualTo(identity);
    assertThat(young.keys().jwks()).isEqualTo(node.keys().jwks());
  }

  @Test
  void lostRing_isPutBackByAnOperatorsCallToo() {
    TestNode node = TestNode.start(store, clock);
    store.lose(ISSUER);

    node.keys().rotateSigningKey();

    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
    assertThat(store.ring(ISSUER).signingKeys()).hasSize(2);
  }

  @Test
  void ringOfSomebodyElse_onRereading_isRefusedAndTheOpenedOneGoesOn() {
    TestNode node = TestNode.start(store, clock);
    String first = node.activeKid();
    TestKeyStore other = new TestKeyStore();
    TestNode.start(other, TestNode.secret("attacker"), clock);
    store.put(ISSUER, other.ring(ISSUER));

    clock.move(Keys.REREAD_EVERY);

    assertThat(node.activeKid()).isEqualTo(first);
    assertThat(node.kinds()).contains(KeyChange.Kind.RING_REFUSED);
    assertThatIllegalStateException().isThrownBy(() -> node.keys().rotateSigningKey());
  }

  @Test
  void ringMadeAnewUnderTheSameSecret_isTakenOver_soThatNodesAgree() {
    TestNode node = TestNode.start(store, clock);
    store.lose(ISSUER);
    TestNode young = TestNode.start(store, clock);

    clock.move(Keys.REREAD_EVERY);

    assertThat(node.activeKid()).isEqualTo(young.activeKid());
    assertThat(node.keys().identityKey()).isEqualTo(young.keys().identityKey());
  }

  @Test
  void rotateRoot_isUsedOnceEveryNodeKnowsIt_andTheOldOneGoesOnVerifying() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    PurposeKey old = a.keys().current(Purpose.REFRESH_TOKEN);

    a.keys().rotateRoot();

    clock.move(Keys.ROOT_SETTLES_IN.minus(MS));
    assertThat(a.keys().current(Purpose.REFRESH_TOKEN)).isEqualTo(old);
    clock.move(MS);
    PurposeKey young = a.keys().current(Purpose.REFRESH_TOKEN);
    assertThat(young.root()).isEqualTo(new RootId(2));
    assertThat(young.key()).isNotEqualTo(old.key());
    assertThat(b.keys().find(young.root(), Purpose.REFRESH_TOKEN)).contains(young);
    assertThat(b.keys().find(old.root(), Purpose.REFRESH_TOKEN)).contains(old);
    assertThat(a.kinds()).contains(KeyChange.Kind.ROOT_ADDED);
    assertThat(a.keys().status().roots())
        .extracting(KeyRingStatus.RootStatus::current)
        .containsExactly(false, true);
  }

  @Test
  void rotateRoot_isKnownEverywhereBeforeItsFirstUse_withoutAnybodyAskingForIt() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    a.keys().rotateRoot();
    while (a.keys().current(Purpose.REFRESH_TOKEN).root().value() == 1) {
      b.activeKid();
      clock.move(Duration.ofSeconds(1));
    }
    store.down(true);

    PurposeKey young = a.keys().current(Purpose.REFRESH_TOKEN);
    assertThat(b.keys().find(young.root(), Purpose.REFRESH_TOKEN)).contains(young);
  }

  @Test
  void rotateRoot_leavesTheIdentityKey() {
    TestNode node = TestNode.start(store, clock);
    SecretBytes identity = node.keys().identityKey();

    node.keys().rotateRoot();
    clock.move(Keys.ROOT_SETTLES_IN);

    assertThat(node.keys().identityKey()).isEqualTo(identity);
  }

  @Test
  void dropRoot_endsAllThatWasMadeUnderIt_onOtherNodesWithinAMinute() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    a.keys().rotateRoot();

    a.keys().dropRoot(new RootId(1));

    assertThat(a.keys().find(new RootId(1), Purpose.REFRESH_TOKEN)).isEmpty();
    assertThat(a.keys().current(Purpose.REFRESH_TOKEN).root()).isEqualTo(new RootId(2));
    clock.move(Keys.REREAD_EVERY);
    assertThat(b.keys().find(new RootId(1), Purpose.REFRESH_TOKEN)).isEmpty();
    assertThat(b.keys().current(Purpose.REFRESH_TOKEN).root()).isEqualTo(new RootId(2));
    assertThat(a.kinds()).contains(KeyChange.Kind.ROOT_DROPPED);
  }

  @Test
  void dropRoot_ofTheNewest_isRefused() {
    TestNode node = TestNode.start(store, clock);

    assertThatIllegalStateException().isThrownBy(() -> node.keys().dropRoot(new RootId(1)));
    node.keys().rotateRoot();
    assertThatIllegalStateException().isThrownBy(() -> node.keys().dropRoot(new RootId(2)));
  }

  @Test
  void dropRoot_ofAnUnknownOne_isRefused() {
    TestNode node = TestNode.start(store, clock);

    assertThatIllegalArgumentException().isThrownBy(() -> node.keys().dropRoot(new RootId(7)));
  }

  @Test
  void rootIds_areNeverGivenTwice() {
    TestNode node = TestNode.start(store, clock);
    node.keys().rotateRoot();
    node.keys().dropRoot(new RootId(1));
    node.keys().rotateRoot();
    node.keys().dropRoot(new RootId(2));

    assertThat(node.keys().status().roots())
        .extracting(KeyRingStatus.RootStatus::id)
        .containsExactly(new RootId(3));
  }

  @Test
  void rotateRoot_withoutRoom_isRefused() {
    TestNode node = TestNode.start(store, clock);
    for (int i = 1; i < KeyRing.MAX_ENTRIES; i++) {
      node.keys().rotateRoot();
    }

    assertThatIllegalStateException().isThrownBy(() -> node.keys().rotateRoot());
  }

  @Test
  void operatorsOnManyNodes_loseNoChangeOfEachOther() throws Exception {
    int nodes = 8;
    CyclicBarrier together = new CyclicBarrier(nodes);
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    TestNode.start(store, clock);
    try {
      Callable<TestNode> rotate =
          () -> {
            TestNode node = TestNode.start(store, clock);
            together.await();
            node.keys().rotateRoot();
            return node;
          };
      for (Future<TestNode> done : threads.invokeAll(Collections.nCopies(nodes, rotate))) {
        assertThat(done.get().kinds()).containsExactly(KeyChange.Kind.ROOT_ADDED);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(store.ring(ISSUER).roots()).hasSize(1 + nodes);
    assertThat(store.ring(ISSUER).version()).isEqualTo(1 + nodes);
  }

  private Instant rotate(TestNode node) {
    node.keys().rotateSigningKey();
    clock.move(AHEAD);
    node.activeKid();
    return clock.instant();
  }

  private SealedSigningKey signingKey(String kid) {
    return store.ring(ISSUER).signingKeys().stream()
        .filter(key -> key.kid().equals(kid))
        .findFirst()
        .orElseThrow();
  }

  private static String kid(TestNode node, SigningKeyState state) {
    return node.keys().status().signingKeys().stream()
        .filter(key -> key.state() == state)
        .map(KeyRingStatus.SigningKeyStatus::kid)
        .findFirst()
        .orElseThrow();
  }

  private static SigningKeyState stateOf(TestNode node, String kid) {
    return node.keys().status().signingKeys().stream()
        .filter(key -> key.kid().equals(kid))
        .map(KeyRingStatus.SigningKeyStatus::state)
        .findFirst()
        .orElse(SigningKeyState.GONE);
  }

  private static void forge(TestNode node, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(node.keys().verificationKey("forged-" + i)).isEmpty();
      assertThat(node.keys().find(new RootId(1000 + i), Purpose.DEVICE_TOKEN)).isEmpty();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
