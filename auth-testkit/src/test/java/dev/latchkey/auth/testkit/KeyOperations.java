package dev.latchkey.auth.testkit;

import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.memory.InMemoryStores;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** One issuer, for which two nodes make rings of the same versions. */
@Param(name = "version", gen = IntGen.class, conf = "1:3")
@Param(name = "maker", gen = IntGen.class, conf = "1:2")
public class KeyOperations {
  private static final String ISSUER = "https://shop.example";

  private final KeyStore store;

  /** Called by Lincheck, which wants it public. */
  public KeyOperations() {
    this(InMemoryStores.create().keys());
  }

  KeyOperations(KeyStore store) {
    this.store = store;
  }

  @Operation
  public boolean replace(@Param(name = "version") int version, @Param(name = "maker") int maker) {
    return store.replace(ISSUER, KeyStoreContract.ring(version, maker));
  }

  @Operation
  public Optional<KeyRing> read() {
    return store.read(ISSUER);
  }
}
