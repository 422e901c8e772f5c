package dev.latchkey.auth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRecordsTest {

  private static final SealedBytes SEALED = SealedBytes.copyOf(new byte[] {1, 2, 3});
  private static final Instant TIME = TestClock.START;
  private static final Wrapping WRAPPING = new Wrapping("id", SEALED);
  private static final SealedRoot ROOT = new SealedRoot(new RootId(1), TIME, SEALED);
  private static final SealedSigningKey KEY = key("kid", TIME);

  @Test
  void sealedBytes_areCopiedInAndOut() {
    byte[] bytes = {1, 2, 3};
    SealedBytes sealed = SealedBytes.copyOf(bytes);
    bytes[0] = 9;
    sealed.toBytes()[1] = 9;

    assertThat(sealed).isEqualTo(SEALED).hasSameHashCodeAs(SEALED);
    assertThat(sealed).isNotEqualTo(SealedBytes.copyOf(new byte[] {1, 2}));
    assertThat(sealed.toString()).isEqualTo("SealedBytes[3 bytes]");
  }

  @Test
  void sealedBytes_outOfBounds_areRefused() {
    assertThat(SealedBytes.copyOf(new byte[SealedBytes.MAX_BYTES]).toBytes())
        .hasSize(SealedBytes.MAX_BYTES);
    assertThatIllegalArgumentException().isThrownBy(() -> SealedBytes.copyOf(new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealedBytes.copyOf(new byte[SealedBytes.MAX_BYTES + 1]));
  }

  @Test
  void ring_putsItsListsInOrder() {
    SealedRoot second = new SealedRoot(new RootId(2), TIME, SEALED);
    SealedSigningKey later = key("a", TIME.plusMillis(1));
    SealedSigningKey sameTime = key("z", TIME);
    Wrapping other = new Wrapping("a", SEALED);

    KeyRing ring =
        ring(List.of(WRAPPING, other), List.of(second, ROOT), List.of(later, sameTime, KEY));

    assertThat(ring.wrappings()).containsExactly(other, WRAPPING);
    assertThat(ring.roots()).containsExactly(ROOT, second);
    assertThat(ring.signingKeys()).containsExactly(KEY, sameTime, later);
  }

  @Test
  void ring_outOfBounds_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new KeyRing(0, List.of(WRAPPING), SEALED, List.of(ROOT), List.of(KEY), SEALED));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(), List.of(ROOT), List.of(KEY)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(WRAPPING), List.of(), List.of(KEY)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(WRAPPING), List.of(ROOT), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(WRAPPING, WRAPPING), List.of(ROOT), List.of(KEY)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(WRAPPING), List.of(ROOT, ROOT), List.of(KEY)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ring(
                    List.of(WRAPPING),
                    List.of(ROOT),
                    List.of(KEY, key("kid", TIME.plusMillis(1)))));
    List<SealedRoot> roots = new ArrayList<>();
    for (int i = 1; i <= KeyRing.MAX_ENTRIES; i++) {
      roots.add(new SealedRoot(new RootId(i), TIME, SEALED));
    }
    assertThat(ring(List.of(WRAPPING), roots, List.of(KEY)).roots()).hasSize(KeyRing.MAX_ENTRIES);
    roots.add(new SealedRoot(new RootId(roots.size() + 1), TIME, SEALED));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ring(List.of(WRAPPING), roots, List.of(KEY)));
  }

  @Test
  void entries_outOfBounds_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Wrapping("", SEALED));
    assertThatIllegalArgumentException().isThrownBy(() -> new Wrapping("x".repeat(65), SEALED));
    assertThatIllegalArgumentException().isThrownBy(() -> key("", TIME));
    assertThatIllegalArgumentException().isThrownBy(() -> key("k", TIME.plusNanos(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> key("k", Instant.EPOCH.minusMillis(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> key("k", Instant.MAX));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SealedRoot(new RootId(1), Instant.MIN, SEALED));
    assertThat(key("x".repeat(64), Instant.EPOCH).kid()).hasSize(64);
  }

  @Test
  void policy_byDefault_isTheDocumentedOne() {
    RotationPolicy policy = RotationPolicy.defaults();

    assertThat(policy)
        .isEqualTo(
            new RotationPolicy(
                Duration.ofDays(30),
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                SigningAlgorithm.RS256,
                3072));
  }

  @Test
  void policy_isBuiltAsTold() {
    RotationPolicy policy =
        RotationPolicy.builder()
            .period(Duration.ofDays(7))
            .publishedBeforeUse(Duration.ofHours(1))
            .jwksMaxAge(Duration.ofMinutes(20))
            .algorithm(SigningAlgorithm.PS256)
            .rsaBits(4096)
            .build();

    assertThat(policy)
        .isEqualTo(
            new RotationPolicy(
                Duration.ofDays(7),
                Duration.ofHours(1),
                Duration.ofMinutes(20),
                SigningAlgorithm.PS256,
                4096));
  }

  @Test
  void policy_thatWouldRefuseValidTokens_isRefused() {
    RotationPolicy.Builder shortNotice =
        RotationPolicy.builder().publishedBeforeUse(Duration.ofMillis(599_999));
    RotationPolicy.Builder longCache =
        RotationPolicy.builder()
            .jwksMaxAge(Duration.ofMinutes(10))
            .publishedBeforeUse(Duration.ofMillis(659_999));
    RotationPolicy.Builder shortPeriod =
        RotationPolicy.builder().period(Duration.ofMillis(1_199_999));

    assertThatIllegalArgumentException().isThrownBy(shortNotice::build);
    assertThatIllegalArgumentException().isThrownBy(longCache::build);
    assertThatIllegalArgumentException().isThrownBy(shortPeriod::build);
    longCache.publishedBeforeUse(Duration.ofMinutes(11)).build();
    shortPeriod.period(Duration.ofMinutes(20)).build();
  }

  @Test
  void policy_withWeakOrOddSizes_isRefused() {
    for (int bits : new int[] {0, 1024, 2047, 2049, 8200}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RotationPolicy.builder().rsaBits(bits).build())
          .withMessageContaining("rsaBits");
    }
    RotationPolicy.builder().rsaBits(2048).build();
    RotationPolicy.builder().rsaBits(8192).build();
    for (Duration age :
        List.of(Duration.ofSeconds(-1), Duration.ofMillis(1500), Duration.ofSeconds(86_401))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> RotationPolicy.builder().jwksMaxAge(age).build());
    }
  }

  @Test
  void change_wantsAllOfItsParts() {
    assertThatThrownBy(() -> new KeyRingStatus.WrappingStatus(nothing(), true))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("secretId");
  }

  @SuppressWarnings("NullAway") // what a caller without null checks may do
  private static String nothing() {
    return null;
  }

  private static KeyRing ring(
      List<Wrapping> wrappings, List<SealedRoot> roots, List<SealedSigningKey> keys) {
    return new KeyRing(1, wrappings, SEALED, roots, keys, SEALED);
  }

  private static SealedSigningKey key(String kid, Instant activeFrom) {
    return new SealedSigningKey(kid, SigningAlgorithm.RS256, TIME, activeFrom, SEALED);
  }
}
