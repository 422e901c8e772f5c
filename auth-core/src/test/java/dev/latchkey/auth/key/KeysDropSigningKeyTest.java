package dev.latchkey.auth.key;

import static dev.latchkey.auth.key.TestNode.ISSUER;
import static dev.latchkey.auth.key.TestNode.TOKEN_LIFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRingStatus.SigningKeyStatus;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A signing key has leaked: it must be gone at once, and never come back. */
class KeysDropSigningKeyTest {

  private static final Duration MS = Duration.ofMillis(1);
  private static final Duration AHEAD = RotationPolicy.DEFAULT_PUBLISHED_BEFORE_USE;
  private static final Duration RETENTION =
      TOKEN_LIFE.plus(Keys.MAX_LEEWAY).plus(Keys.CLOCK_TOLERANCE).plus(Keys.REREAD_EVERY);

  private final TestKeyStore store = new TestKeyStore();
  private final TestClock clock = new TestClock();

  @Test
  void activeKey_isReplacedInTheSameStepByOneThatSignsAtOnce() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();

    node.keys().dropSigningKey(leaked);

    String young = node.activeKid();
    assertThat(young).isNotEqualTo(leaked);
    assertThat(node.keys().verificationKey(leaked)).isEmpty();
    assertThat(node.keys().verificationKey(young)).isPresent();
    assertThat(node.keys().jwks()).contains(young).doesNotContain(leaked);
    assertThat(storedKids()).containsExactly(young);
    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
  }

  @Test
  void activeKey_whenDropped_isToldOfWithItsSuccessor() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    int before = node.news().size();

    node.keys().dropSigningKey(leaked);

    Instant now = clock.instant();
    assertThat(node.news().subList(before, node.news().size()))
        .containsExactly(
            new KeyChange(KeyChange.Kind.KEY_DROPPED, leaked, now),
            new KeyChange(KeyChange.Kind.KEY_PUBLISHED, node.activeKid(), now),
            new KeyChange(KeyChange.Kind.KEY_ACTIVATED, node.activeKid(), now));
  }

  @Test
  void retiringKey_isDroppedAlone_andNoKeyIsMadeForIt() {
    AtomicInteger made = new AtomicInteger();
    TestNode node =
        TestNode.start(
            store,
            clock,
            (algorithm, bits) -> {
              made.incrementAndGet();
              return TestNode.pair();
            });
    String leaked = node.activeKid();
    rotate(node);
    String active = node.activeKid();
    int madeBefore = made.get();

    node.keys().dropSigningKey(leaked);

    assertThat(node.keys().verificationKey(leaked)).isEmpty();
    assertThat(node.activeKid()).isEqualTo(active);
    assertThat(storedKids()).containsExactly(active);
    assertThat(made).hasValue(madeBefore);
  }

  @Test
  void nextKey_isDroppedAlone_andAnotherIsPublishedInItsTime() {
    TestNode node = TestNode.start(store, clock);
    String active = node.activeKid();
    node.keys().rotateSigningKey();
    String leaked = storedKids().get(1);

    node.keys().dropSigningKey(leaked);

    assertThat(node.activeKid()).isEqualTo(active);
    assertThat(storedKids()).containsExactly(active);
    clock.move(RotationPolicy.DEFAULT_PERIOD.minus(AHEAD));
    assertThat(node.keys().jwks()).contains(active).doesNotContain(leaked);
    assertThat(storedKids()).hasSize(2).doesNotContain(leaked);
    clock.move(AHEAD);
    assertThat(node.activeKid()).isEqualTo(storedKids().get(1));
  }

  @Test
  void activeKey_whenDropped_leavesTheNextOneToItsOwnTime() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    node.keys().rotateSigningKey();
    String next = storedKids().get(1);

    node.keys().dropSigningKey(leaked);

    String young = node.activeKid();
    assertThat(storedKids()).containsExactly(young, next);
    clock.move(AHEAD.minus(MS));
    assertThat(node.activeKid()).isEqualTo(young);
    clock.move(MS);
    assertThat(node.activeKid()).isEqualTo(next);
    assertThat(node.keys().verificationKey(young)).isPresent();
  }

  @Test
  void unknownKey_isRefused() {
    TestNode node = TestNode.start(store, clock);

    assertThatIllegalArgumentException().isThrownBy(() -> node.keys().dropSigningKey("unknown"));
    assertThat(store.ring(ISSUER).version()).isEqualTo(1);
  }

  @Test
  void droppedKey_droppedAgain_isUnknownAndCostsNoSecondKey() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    node.keys().dropSigningKey(leaked);

    assertThatIllegalArgumentException().isThrownBy(() -> node.keys().dropSigningKey(leaked));
    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
  }

  @Test
  void withoutStore_isRefusedAndChangesNothing() {
    TestNode node = TestNode.start(store, clock);
    String active = node.activeKid();
    store.down(true);

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> node.keys().dropSigningKey(active));
    assertThat(node.activeKid()).isEqualTo(active);
  }

  @Test
  void ringOfSomebodyElse_isRefused() {
    TestNode node = TestNode.start(store, clock);
    String active = node.activeKid();
    TestKeyStore other = new TestKeyStore();
    TestNode.start(other, TestNode.secret("attacker"), clock);
    store.put(ISSUER, other.ring(ISSUER));

    assertThatIllegalStateException().isThrownBy(() -> node.keys().dropSigningKey(active));
  }

  @Test
  void otherNode_refusesTheKeyFromItsNextRereadOn() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    String leaked = a.activeKid();
    a.keys().dropSigningKey(leaked);

    clock.move(Keys.REREAD_EVERY.minus(MS));
    assertThat(b.keys().verificationKey(leaked)).isPresent();
    assertThat(b.activeKid()).isEqualTo(leaked);
    clock.move(MS);
    assertThat(b.keys().verificationKey(leaked)).isEmpty();
    assertThat(b.activeKid()).isEqualTo(a.activeKid());
    assertThat(b.kinds()).containsExactly(KeyChange.Kind.KEY_ACTIVATED);
  }

  @Test
  void cost_newKeyIsUnknownToAnotherNodeUntilItsRereadForUnknownNames() {
    TestNode a = TestNode.start(store, clock);
    TestNode b = TestNode.start(store, clock);
    a.keys().dropSigningKey(a.activeKid());
    String young = a.activeKid();

    clock.move(Keys.UNKNOWN_REREAD_EVERY.minus(MS));
    assertThat(b.keys().verificationKey(young)).isEmpty();
    clock.move(MS);
    assertThat(b.keys().verificationKey(young)).isPresent();
  }

  @Test
  void cost_verifierWithACachedJwksCanNotKnowTheNewKey_andOneThatAsksAgainCan() {
    TestNode node = TestNode.start(store, clock);
    node.keys().rotateSigningKey();
    String cached = node.keys().jwks();

    node.keys().dropSigningKey(node.activeKid());

    assertThat(cached).doesNotContain(node.activeKid());
    assertThat(node.keys().jwks()).contains(node.activeKid());
  }

  @Test
  void rotatingFirst_costsVerifiersNothing() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    node.keys().rotateSigningKey();
    String cached = node.keys().jwks();
    clock.move(AHEAD);

    node.keys().dropSigningKey(leaked);

    assertThat(cached).contains(node.activeKid());
    assertThat(node.keys().verificationKey(leaked)).isEmpty();
  }

  @Test
  void droppedKey_staysAwayAfterARestart() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    node.keys().dropSigningKey(leaked);

    TestNode young = TestNode.start(store, clock);

    assertThat(young.keys().verificationKey(leaked)).isEmpty();
    assertThat(young.activeKid()).isEqualTo(node.activeKid());
  }

  @Test
  void droppedKey_staysAwayWhenTheClockStepsBack() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    clock.move(Duration.ofHours(1));
    node.keys().dropSigningKey(leaked);
    String young = node.activeKid();

    clock.move(Duration.ofHours(-2));

    assertThat(node.activeKid()).isEqualTo(young);
    assertThat(node.keys().verificationKey(leaked)).isEmpty();
  }

  @Test
  void successor_startsItsOwnPeriod() {
    TestNode node = TestNode.start(store, clock);
    clock.move(Duration.ofDays(10));
    node.keys().dropSigningKey(node.activeKid());
    String young = node.activeKid();

    clock.move(RotationPolicy.DEFAULT_PERIOD.minus(AHEAD));
    assertThat(node.keys().jwks()).contains(young, storedKids().get(1));
    clock.move(AHEAD.minus(MS));
    assertThat(node.activeKid()).isEqualTo(young);
    clock.move(MS);
    assertThat(node.activeKid()).isNotEqualTo(young);
    assertThat(node.keys().verificationKey(young)).isPresent();
  }

  @Test
  void keyThatIsGone_isNotBroughtBackByTheLossOfItsSuccessor() {
    TestNode node = TestNode.start(store, clock);
    String old = node.activeKid();
    rotate(node);
    String leaked = node.activeKid();
    // Nobody has looked since, so that the ring still holds what is gone.
    clock.move(RETENTION);
    assertThat(storedKids()).containsExactly(old, leaked);

    node.keys().dropSigningKey(leaked);

    assertThat(node.keys().verificationKey(old)).isEmpty();
    assertThat(storedKids()).containsExactly(node.activeKid());
    assertThat(node.kinds()).contains(KeyChange.Kind.KEY_GONE);
  }

  @Test
  void keyThatIsGone_canBeDroppedAndIsToldOfOnce() {
    TestNode node = TestNode.start(store, clock);
    String old = node.activeKid();
    rotate(node);
    clock.move(RETENTION);

    node.keys().dropSigningKey(old);

    assertThat(storedKids()).containsExactly(node.activeKid());
    assertThat(node.kinds())
        .contains(KeyChange.Kind.KEY_DROPPED)
        .doesNotContain(KeyChange.Kind.KEY_GONE);
  }

  @Test
  void droppingWhileTheSameNodeRereads_doesNotBringTheKeyBack() {
    TestNode node = TestNode.start(store, clock);
    String leaked = node.activeKid();
    clock.move(Keys.REREAD_EVERY);
    store.afterNextRead(() -> node.keys().dropSigningKey(leaked));

    node.activeKid();

    assertThat(node.activeKid()).isNotEqualTo(leaked).isEqualTo(storedKids().get(0));
    assertThat(node.keys().verificationKey(leaked)).isEmpty();
  }

  @Test
  void droppingWhileAnotherNodePublishes_losesNeither() {
    TestNode quick = TestNode.start(store, clock);
    TestNode slow = TestNode.start(store, clock);
    String leaked = slow.activeKid();
    clock.move(RotationPolicy.DEFAULT_PERIOD.minus(AHEAD));
    store.beforeNextReplace(() -> quick.keys().jwks());

    slow.keys().dropSigningKey(leaked);

    assertThat(store.ring(ISSUER).version()).isEqualTo(3);
    assertThat(storedKids()).hasSize(2).doesNotContain(leaked).startsWith(slow.activeKid());
    assertThat(quick.kinds()).contains(KeyChange.Kind.KEY_PUBLISHED);
  }

  @Test
  void publishingWhileAnotherNodeDrops_doesNotBringTheKeyBack() {
    TestNode quick = TestNode.start(store, clock);
    TestNode slow = TestNode.start(store, clock);
    String leaked = slow.activeKid();
    clock.move(RotationPolicy.DEFAULT_PERIOD.minus(AHEAD));
    store.beforeNextReplace(() -> quick.keys().dropSigningKey(leaked));

    slow.keys().jwks();

    assertThat(storedKids()).containsExactly(quick.activeKid());
    assertThat(slow.activeKid()).isEqualTo(quick.activeKid());
    assertThat(slow.keys().verificationKey(leaked)).isEmpty();
  }

  @Test
  void operatorsWhoDropTheActiveKeyAtOnce_makeOneSuccessor() throws Exception {
    int nodes = 8;
    List<TestNode> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(TestNode.start(store, clock));
    }
    String leaked = all.get(0).activeKid();
    CyclicBarrier together = new CyclicBarrier(nodes);
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (TestNode node : all) {
      calls.add(
          () -> {
            together.await();
            try {
              node.keys().dropSigningKey(leaked);
              return true;
            } catch (IllegalArgumentException e) {
              return false;
            }
          });
    }

    assertThat(results(calls)).containsOnlyOnce(true).hasSize(nodes);

    assertThat(store.ring(ISSUER).version()).isEqualTo(2);
    assertThat(storedKids()).hasSize(1).doesNotContain(leaked);
    assertThat(all.stream().flatMap(node -> node.kinds().stream()))
        .containsOnlyOnce(KeyChange.Kind.KEY_DROPPED)
        .containsOnlyOnce(KeyChange.Kind.KEY_PUBLISHED);
    clock.move(Keys.REREAD_EVERY);
    assertThat(all).allSatisfy(node -> assertThat(node.activeKid()).isEqualTo(storedKids().get(0)));
  }

  @Test
  void operatorsWhoDropAndRotateAtOnce_loseNoChangeOfEachOther() throws Exception {
    for (int round = 0; round < 20; round++) {
      TestNode dropping = TestNode.start(store, clock);
      TestNode rotating = TestNode.start(store, clock);
      String leaked = dropping.activeKid();
      CyclicBarrier together = new CyclicBarrier(2);
      List<Callable<Boolean>> calls =
          List.of(
              () -> {
                together.await();
                dropping.keys().dropSigningKey(leaked);
                return true;
              },
              () -> {
                together.await();
                rotating.keys().rotateSigningKey();
                return true;
              });

      assertThat(results(calls)).containsOnly(true);

      assertThat(storedKids()).hasSize(2).doesNotContain(leaked);
      clock.move(AHEAD);
      assertThat(dropping.activeKid()).isEqualTo(rotating.activeKid());
      assertThat(storedKids().get(1)).isEqualTo(dropping.activeKid());
      clock.move(RETENTION);
      assertThat(rotating.keys().jwks()).doesNotContain(leaked);
      assertThat(storedKids()).hasSize(1);
    }
  }

  @Test
  void onceDropHasReturned_noThreadOfThatNodeGetsTheKey_whateverItRereadsMeanwhile()
      throws Exception {
    int readers = 6;
    for (int round = 0; round < 100; round++) {
      TestNode node = TestNode.start(store, clock);
      String leaked = node.activeKid();
      AtomicBoolean dropped = new AtomicBoolean();
      CyclicBarrier together = new CyclicBarrier(readers + 1);
      List<Callable<Boolean>> calls = new ArrayList<>();
      for (int reader = 0; reader < readers; reader++) {
        calls.add(
            () -> {
              together.await();
              boolean refused = true;
              boolean last = false;
              for (int i = 0; !last; i++) {
                last = dropped.get();
                if (!last) {
                  // To and fro: each leap makes a re-read due, and no key's time comes.
                  clock.set(TestClock.START.plus(Keys.REREAD_EVERY.multipliedBy(i % 2)));
                }
                boolean gone =
                    !node.activeKid().equals(leaked)
                        && node.keys().verificationKey(leaked).isEmpty()
                        && !node.keys().jwks().contains(leaked);
                refused = gone || !last;
              }
              return refused;
            });
      }
      calls.add(
          () -> {
            together.await();
            node.keys().dropSigningKey(leaked);
            dropped.set(true);
            return true;
          });

      assertThat(results(calls)).containsOnly(true);
    }
  }

  private void rotate(TestNode node) {
    node.keys().rotateSigningKey();
    clock.move(AHEAD);
    assertThat(node.keys().status().signingKeys())
        .extracting(SigningKeyStatus::state)
        .containsExactly(SigningKeyState.RETIRING, SigningKeyState.ACTIVE);
  }

  private List<String> storedKids() {
    return store.ring(ISSUER).signingKeys().stream().map(SealedSigningKey::kid).toList();
  }

  private static List<Boolean> results(List<Callable<Boolean>> calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      List<Boolean> results = new ArrayList<>();
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
