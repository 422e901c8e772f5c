package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.key.SigningAlgorithm;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link KeyStore} promises. Extended by store authors: answer {@link #emptyStore} with
 * an empty store, and every test must pass.
 *
 * <p>The rings of this contract are well-formed and open under no secret: a store must not look
 * inside. Tests may run in parallel.
 */
@DisplayName("A store of key rings")
public abstract class KeyStoreContract {
  private static final String ISSUER = "https://shop.example";
  private static final int RACERS = 32;

  private KeyStore store;

  /** Called by test frameworks, through a subclass. */
  protected KeyStoreContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract KeyStore emptyStore();

  @BeforeEach
  final void openStore() {
    store = emptyStore();
  }

  /** A ring of which every field tells version and maker. */
  static KeyRing ring(long version, int maker) {
    Instant made = Samples.START.plusSeconds(version % 1_000);
    return new KeyRing(
        version,
        List.of(new Wrapping("secret-" + maker, sealed(version, maker, 1))),
        sealed(version, maker, 2),
        List.of(new SealedRoot(new RootId(maker + 1), made, sealed(version, maker, 3))),
        List.of(
            new SealedSigningKey(
                "kid-" + maker, SigningAlgorithm.RS256, made, made, sealed(version, maker, 4))),
        sealed(version, maker, 5));
  }

  private static SealedBytes sealed(long version, int maker, int field) {
    return SealedBytes.copyOf(new byte[] {(byte) version, (byte) maker, (byte) field});
  }

  /** Every list as long, every field as large and every time as far away as it may be. */
  private static KeyRing largestRing() {
    Instant first = Instant.EPOCH;
    Instant last = Instant.parse("9999-12-31T23:59:59.999Z");
    SigningAlgorithm[] algorithms = SigningAlgorithm.values();
    return new KeyRing(
        1,
        IntStream.range(0, KeyRing.MAX_ENTRIES)
            .mapToObj(i -> new Wrapping(name(i), bytes(i, 64)))
            .toList(),
        bytes(1, SealedBytes.MAX_BYTES),
        IntStream.range(0, KeyRing.MAX_ENTRIES)
            .mapToObj(
                i ->
                    new SealedRoot(
                        new RootId(Integer.MAX_VALUE - i), i == 0 ? first : last, bytes(i, 64)))
            .toList(),
        IntStream.range(0, KeyRing.MAX_ENTRIES)
            .mapToObj(
                i ->
                    new SealedSigningKey(
                        name(i),
                        algorithms[i % algorithms.length],
                        first.plusMillis(i),
                        last.minusMillis(i),
                        bytes(i, i == 0 ? SealedBytes.MAX_BYTES : 2_000)))
            .toList(),
        bytes(2, 32));
  }

  private static String name(int number) {
    return "%064d".formatted(number);
  }

  /** Bytes of all values. */
  private static SealedBytes bytes(int seed, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed + i);
    }
    return SealedBytes.copyOf(bytes);
  }

  @Nested
  @DisplayName("stores a ring in place of its direct predecessor")
  class Replacing {
    @Test
    @DisplayName("and has none at first")
    void read_ofAnEmptyStore_isEmpty() {
      assertThat(store.read(ISSUER)).isEmpty();
    }

    @Test
    @DisplayName("the first where there is none")
    void replace_ofNothingByTheFirst_isStored() {
      assertThat(store.replace(ISSUER, ring(1, 1))).isTrue();
      assertThat(store.read(ISSUER)).hasValue(ring(1, 1));
    }

    @Test
    @DisplayName("nothing but the first where there is none")
    void replace_ofNothingByALaterOne_changesNothing() {
      assertThat(store.replace(ISSUER, ring(2, 1))).isFalse();
      assertThat(store.replace(ISSUER, ring(Long.MAX_VALUE, 1))).isFalse();
      assertThat(store.read(ISSUER)).isEmpty();
    }

    @Test
    @DisplayName("the first once, though it be the same")
    void replace_ofTheFirstByAFirst_changesNothing() {
      store.replace(ISSUER, ring(1, 1));

      assertThat(store.replace(ISSUER, ring(1, 1))).isFalse();
      assertThat(store.replace(ISSUER, ring(1, 2))).isFalse();
      assertThat(store.read(ISSUER)).hasValue(ring(1, 1));
    }

    @Test
    @DisplayName("each version over the one before it alone")
    void replace_byAnyButTheNextVersion_changesNothing() {
      store.replace(ISSUER, ring(1, 1));
      assertThat(store.replace(ISSUER, ring(2, 1))).isTrue();

      for (long version : List.of(1L, 2L, 4L, Long.MAX_VALUE)) {
        assertThat(store.replace(ISSUER, ring(version, 2))).as("version %d", version).isFalse();
        assertThat(store.read(ISSUER)).hasValue(ring(2, 1));
      }
      assertThat(store.replace(ISSUER, ring(3, 2))).isTrue();
      assertThat(store.read(ISSUER)).hasValue(ring(3, 2));
    }

    @Test
    @DisplayName("with fewer entries than before, of which none is left over")
    void replace_byASmallerRing_leavesNothingOver() {
      store.replace(ISSUER, largestRing());

      assertThat(store.replace(ISSUER, ring(2, 1))).isTrue();
      assertThat(store.read(ISSUER)).hasValue(ring(2, 1));
    }
  }

  @Nested
  @DisplayName("keeps")
  class Keeping {
    @Test
    @DisplayName("the largest ring to the last bit")
    void read_ofTheLargestRing_isAsItWasStored() {
      assertThat(store.replace(ISSUER, largestRing())).isTrue();
      assertThat(store.read(ISSUER)).hasValue(largestRing());
    }

    @Test
    @DisplayName("each issuer's ring apart, to the letter")
    void replace_ofAnotherIssuer_isApart() {
      String long1 = "i".repeat(511) + "1";
      String long2 = "i".repeat(511) + "2";
      List<String> issuers =
          List.of(
              ISSUER,
              ISSUER + "/",
              "https://shop.EXAMPLE",
              "https://sh\u00f6p.example",
              "shop",
              "shop ",
              "sh%p",
              "sh_p",
              long1,
              long2);
      for (int i = 0; i < issuers.size(); i++) {
        assertThat(store.read(issuers.get(i))).as("issuer %d", i).isEmpty();
        assertThat(store.replace(issuers.get(i), ring(1, i))).as("issuer %d", i).isTrue();
      }

      for (int i = 0; i < issuers.size(); i++) {
        assertThat(store.read(issuers.get(i))).as("issuer %d", i).hasValue(ring(1, i));
      }
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(5, 1_000);

    @Test
    @DisplayName("of many that bring a first ring one is told so, and that ring is there")
    void replace_byManyFirstOnes_storesOne() {
      for (int round = 0; round < rounds; round++) {
        String issuer = ISSUER + round;

        Tally<Boolean> tally = Race.of(RACERS).run(i -> store.replace(issuer, ring(1, i)));

        assertThat(tally.count(true)).isOne();
        assertThat(store.read(issuer)).hasValue(ring(1, tally.outcomes().indexOf(true)));
      }
    }

    @Test
    @DisplayName("of many that bring the next ring one is told so, and that ring is there")
    void replace_byManyNextOnes_storesOne() {
      store.replace(ISSUER, ring(1, 0));
      for (int round = 0; round < rounds; round++) {
        long version = round + 2L;

        Tally<Boolean> tally = Race.of(RACERS).run(i -> store.replace(ISSUER, ring(version, i)));

        assertThat(tally.count(true)).isOne();
        assertThat(store.read(ISSUER)).hasValue(ring(version, tally.outcomes().indexOf(true)));
      }
    }

    @Test
    @DisplayName("whoever reads meanwhile sees whole rings, and never an earlier one again")
    void read_whileRingsAreReplaced_seesWholeRings() {
      int versions = Thorough.rounds(50, 1_000);
      store.replace(ISSUER, ring(1, 0));

      Tally<Long> tally =
          Race.of(4)
              .run(
                  i -> {
                    long seen = 1;
                    while (seen < versions) {
                      if (i == 0) {
                        assertThat(store.replace(ISSUER, ring(seen + 1, 0))).isTrue();
                      }
                      KeyRing read = store.read(ISSUER).orElseThrow();
                      assertThat(read).isEqualTo(ring(read.version(), 0));
                      assertThat(read.version()).isGreaterThanOrEqualTo(seen);
                      seen = read.version();
                    }
                    return seen;
                  });

      assertThat(tally.count((long) versions)).isEqualTo(4);
    }
  }
}
