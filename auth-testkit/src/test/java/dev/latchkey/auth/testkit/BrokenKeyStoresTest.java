package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.ContractRun.failuresOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Each store here has one defect, and the contract finds it. */
final class BrokenKeyStoresTest {
  @Test
  void aStoreThatReadsAndWritesApart_failsTheRaces() {
    assertThat(failuresOf(ReadsAndWritesApart.class, KeyStoreContract.Races.class))
        .contains(
            "of many that bring a first ring one is told so, and that ring is there",
            "of many that bring the next ring one is told so, and that ring is there");
  }

  @Test
  void aStoreThatTakesAnyLaterVersion_fails() {
    assertThat(failuresOf(TakesAnyLater.class, KeyStoreContract.Replacing.class))
        .contains(
            "nothing but the first where there is none",
            "each version over the one before it alone");
  }

  @Test
  void aStoreThatOverwrites_fails() {
    assertThat(failuresOf(Overwrites.class, KeyStoreContract.Replacing.class))
        .contains("the first once, though it be the same");
  }

  @Test
  void aStoreThatFoldsTheCaseOfIssuers_fails() {
    assertThat(failuresOf(FoldsCase.class, KeyStoreContract.Keeping.class))
        .containsExactly("each issuer's ring apart, to the letter");
  }

  @Test
  void aStoreThatCutsLongFields_fails() {
    assertThat(failuresOf(DropsEntries.class, KeyStoreContract.Keeping.class))
        .containsExactly("the largest ring to the last bit");
  }

  /** One map, and what a subclass lets into it. */
  private abstract static class MapStore implements KeyStore {
    final Map<String, KeyRing> rings = new ConcurrentHashMap<>();

    long version(String issuer) {
      KeyRing stored = rings.get(issuer);
      return stored == null ? 0 : stored.version();
    }

    @Override
    public Optional<KeyRing> read(String issuer) {
      return Optional.ofNullable(rings.get(issuer));
    }

    @Override
    public boolean replace(String issuer, KeyRing ring) {
      boolean fits = fits(issuer, ring);
      if (fits) {
        rings.put(issuer, ring);
      }
      return fits;
    }

    boolean fits(String issuer, KeyRing ring) {
      return ring.version() == version(issuer) + 1;
    }
  }

  static final class ReadsAndWritesApart extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return new MapStore() {
        private final Gap gap = new Gap();

        @Override
        boolean fits(String issuer, KeyRing ring) {
          boolean fits = super.fits(issuer, ring);
          gap.cross();
          return fits;
        }
      };
    }
  }

  static final class TakesAnyLater extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return new MapStore() {
        @Override
        boolean fits(String issuer, KeyRing ring) {
          return ring.version() > version(issuer);
        }
      };
    }
  }

  static final class Overwrites extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return new MapStore() {
        @Override
        boolean fits(String issuer, KeyRing ring) {
          return ring.version() == 1 || super.fits(issuer, ring);
        }
      };
    }
  }

  static final class FoldsCase extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return new MapStore() {
        @Override
        public Optional<KeyRing> read(String issuer) {
          return super.read(issuer.toLowerCase(Locale.ROOT));
        }

        @Override
        public boolean replace(String issuer, KeyRing ring) {
          return super.replace(issuer.toLowerCase(Locale.ROOT), ring);
        }
      };
    }
  }

  static final class DropsEntries extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return new MapStore() {
        @Override
        public boolean replace(String issuer, KeyRing ring) {
          int kept = Math.min(32, ring.roots().size());
          return super.replace(
              issuer,
              new KeyRing(
                  ring.version(),
                  ring.wrappings(),
                  ring.sealedIdentityKey(),
                  ring.roots().subList(0, kept),
                  ring.signingKeys(),
                  ring.seal()));
        }
      };
    }
  }
}
