package dev.latchkey.auth.jdbc;

import static dev.latchkey.auth.jdbc.Told.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.Race;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings as large as they can be, under odd issuers, and hurt ones. */
final class JdbcKeyStoreTest {
  private static KeyStore keys(Keyspace keyspace) {
    return TestStores.on(keyspace, keyspace.dataSource())
        .acceptAnyClock(MutableClock.create())
        .build()
        .keys();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void theLargestRing_comesBack(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      KeyStore keys = keys(keyspace);
      KeyRing small = Sample.ring(1, 1, new byte[] {0});
      KeyRing large = Sample.ring(2, KeyRing.MAX_ENTRIES, bytes(SealedBytes.MAX_BYTES));
      KeyRing again = Sample.ring(3, 2, bytes(7));

      for (KeyRing ring : List.of(small, large, again)) {
        assertThat(keys.replace("https://issuer.example", ring)).isTrue();
        assertThat(keys.read("https://issuer.example")).contains(ring);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oddIssuers_areEachTheirOwn(TestDatabase database) {
    List<String> issuers =
        List.of(
            "i".repeat(512),
            "i".repeat(511),
            "é".repeat(512),
            "例".repeat(512),
            "\ud83d\ude80".repeat(256),
            "https://issuer.example",
            "https://issuer.example/",
            "HTTPS://ISSUER.EXAMPLE",
            "https://issuer.example ",
            "\u00e9",
            "e\u0301",
            "e",
            "'; drop table users; --");
    try (Keyspace keyspace = database.freshKeyspace()) {
      KeyStore keys = keys(keyspace);
      for (int i = 0; i < issuers.size(); i++) {
        KeyRing ring = Sample.ring(1, 1, bytes(i + 1));
        assertThat(keys.read(issuers.get(i))).isEmpty();
        assertThat(keys.replace(issuers.get(i), ring)).as(issuers.get(i)).isTrue();
      }
      for (int i = 0; i < issuers.size(); i++) {
        assertThat(keys.read(issuers.get(i))).contains(Sample.ring(1, 1, bytes(i + 1)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anIssuerThatIsTooLong_isRefusedForGood(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      assertThat(failure(() -> keys(keyspace).replace("i".repeat(513), Sample.ring(1))).retryable())
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRing_isReplacedByOneOfMany_inTurn(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      KeyStore keys = keys(keyspace);
      for (long version = 1; version <= 6; version++) {
        long next = version;
        var tally =
            Race.of(6)
                .run(
                    racer ->
                        keys.replace(
                            "https://issuer.example",
                            Sample.ring(next, 3, new byte[] {(byte) (racer + 1)})));

        assertThat(tally.count(true)).as("version %d", version).isEqualTo(1);
        KeyRing kept = keys.read("https://issuer.example").orElseThrow();
        assertThat(kept).isEqualTo(Sample.ring(next, 3, kept.seal().toBytes()));
      }
      assertThat(keys.replace("https://issuer.example", Sample.ring(1))).isFalse();
      assertThat(keys.replace("https://issuer.example", Sample.ring(6))).isFalse();
      assertThat(keys.replace("https://issuer.example", Sample.ring(8))).isFalse();
      assertThat(keys.replace("https://other.example", Sample.ring(2))).isFalse();
      assertThat(keys.read("https://other.example")).isEmpty();
    }
  }

  /** A reader of one moment never sees parts of two. */
  @ParameterizedTest
  @EnumSource
  void aRingThatIsReadMeanwhile_isWhole(TestDatabase database) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      KeyStore keys = keys(keyspace);
      keys.replace("https://issuer.example", Sample.ring(1, 1, new byte[] {1}));
      var tally =
          Race.of(4)
              .run(
                  racer -> {
                    for (int version = 2; version <= 20; version++) {
                      if (racer == 0) {
                        keys.replace(
                            "https://issuer.example",
                            Sample.ring(version, version, new byte[] {(byte) version}));
                      } else {
                        KeyRing ring = keys.read("https://issuer.example").orElseThrow();
                        int of = (int) ring.version();
                        if (!ring.equals(Sample.ring(of, of, new byte[] {(byte) of}))) {
                          return "torn";
                        }
                      }
                    }
                    return "whole";
                  });

      assertThat(tally.count("whole")).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRingOfWhichPartsAreMissingOrHurt_isRefusedForGood(TestDatabase database) {
    for (String hurt :
        List.of(
            "delete from %skey_ring_secrets",
            "delete from %sroot_keys",
            "delete from %ssigning_keys",
            "update %ssigning_keys set algorithm = 'NONE'",
            "update %sroot_keys set root_id = 0 - root_id",
            "update %skey_rings set version = 0",
            "update %skey_rings set seal = ''",
            "update %ssigning_keys set kid = ''")) {
      try (Keyspace keyspace = database.freshKeyspace()) {
        KeyStore keys = keys(keyspace);
        keys.replace("https://issuer.example", Sample.ring(1));
        database.execute(
            hurt.formatted(keyspace.schema() + "." + keyspace.prefix())
                .replace(
                    "= ''",
                    database == TestDatabase.H2 && hurt.contains("seal") ? "= x''" : "= ''"));

        var refusal = failure(() -> keys.read("https://issuer.example"));
        assertThat(refusal.retryable()).as(hurt).isFalse();
        assertThat(Told.by(refusal)).contains("a row of key_rings can not be read");
      }
    }
  }
}
