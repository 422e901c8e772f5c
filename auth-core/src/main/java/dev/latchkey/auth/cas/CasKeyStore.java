package dev.latchkey.auth.cas;

import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.store.Transition;
import java.util.Optional;

/** Key rings, which never expire. */
final class CasKeyStore implements KeyStore {
  private final CasRecords<Optional<KeyRing>> records;

  CasKeyStore(CasRecords.Where where) {
    this.records =
        new CasRecords<>(
            where, KeyRingCodec.INSTANCE, Optional.empty(), stored -> CasBackend.NEVER);
  }

  @Override
  public Optional<KeyRing> read(String issuer) {
    return records.read("key.read", issuer);
  }

  @Override
  public boolean replace(String issuer, KeyRing ring) {
    return records.change(
        "key.replace",
        issuer,
        stored -> {
          boolean next = ring.version() == stored.map(KeyRing::version).orElse(0L) + 1;
          return new Transition<>(next ? Optional.of(ring) : stored, next);
        });
  }
}
