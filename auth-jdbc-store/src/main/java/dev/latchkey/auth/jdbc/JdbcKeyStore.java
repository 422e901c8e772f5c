package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.jdbc.Columns.Reading;
import dev.latchkey.auth.key.KeyRing;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.key.SealedBytes;
import dev.latchkey.auth.key.SigningAlgorithm;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Key rings: a row in {@code key_rings}, and the parts that hang on it. A ring is read and replaced
 * under the lock of its row, so that nobody sees parts of two. That is seldom: nodes keep the ring
 * in memory.
 */
final class JdbcKeyStore implements KeyStore {
  /** The table that the others hang on: a ring can be read as a whole or not. */
  private static final String RINGS = "key_rings";

  private final Database database;
  private final Times times;

  JdbcKeyStore(Database database, Times times) {
    this.database = database;
    this.times = times;
  }

  private record Head(long version, SealedBytes identityKey, SealedBytes seal) {}

  @Override
  public Optional<KeyRing> read(String issuer) {
    return database.change(
        "key.read",
        tx -> {
          tx.undo();
          Optional<Head> head = lock(tx, issuer);
          return head.isEmpty() ? Optional.empty() : Optional.of(ring(tx, issuer, head.get()));
        });
  }

  @Override
  public boolean replace(String issuer, KeyRing ring) {
    return database.change(
        "key.replace",
        tx -> {
          if (ring.version() == 1) {
            tx.update("key_create")
                .bind("issuer", issuer)
                .bind("identityKey", ring.sealedIdentityKey().toBytes())
                .bind("seal", ring.seal().toBytes())
                .execute();
          }
          boolean next =
              lock(tx, issuer).filter(h -> h.version() == ring.version() - 1).isPresent();
          if (next) {
            write(tx, issuer, ring);
          } else {
            tx.undo();
          }
          return next;
        });
  }

  private Optional<Head> lock(Transaction tx, String issuer) throws Trouble, SQLException {
    return tx.query("key_lock")
        .bind("issuer", issuer)
        .map(
            (row, context) ->
                new Columns(row, times)
                    .read(
                        RINGS,
                        head ->
                            new Head(
                                head.number("version"),
                                sealed(head, "identity_key"),
                                sealed(head, "seal"))))
        .findOne();
  }

  private KeyRing ring(Transaction tx, String issuer, Head head) throws Trouble, SQLException {
    List<Wrapping> wrappings =
        parts(
            tx,
            "key_load_secrets",
            issuer,
            row -> new Wrapping(row.text("secret_id"), sealed(row, "wrapped_key")));
    List<SealedRoot> roots =
        parts(
            tx,
            "key_load_roots",
            issuer,
            row ->
                new SealedRoot(
                    new RootId((int) row.number("root_id")),
                    row.time("created_at"),
                    sealed(row, "sealed_key")));
    List<SealedSigningKey> signingKeys =
        parts(
            tx,
            "key_load_signing_keys",
            issuer,
            row ->
                new SealedSigningKey(
                    row.text("kid"),
                    SigningAlgorithm.valueOf(row.text("algorithm")),
                    row.time("published_at"),
                    row.time("active_from"),
                    sealed(row, "sealed_key")));
    try {
      return new KeyRing(
          head.version(), wrappings, head.identityKey(), roots, signingKeys, head.seal());
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(RINGS);
    }
  }

  private <T> List<T> parts(Transaction tx, String statement, String issuer, Reading<T> part)
      throws Trouble, SQLException {
    RowMapper<T> mapper = (row, context) -> new Columns(row, times).read(RINGS, part);
    return tx.query(statement).bind("issuer", issuer).map(mapper).list();
  }

  private static SealedBytes sealed(Columns row, String column) throws SQLException {
    return SealedBytes.copyOf(row.bytes(column));
  }

  private static void write(Transaction tx, String issuer, KeyRing ring)
      throws Trouble, SQLException {
    tx.update("key_put")
        .bind("issuer", issuer)
        .bind("version", ring.version())
        .bind("identityKey", ring.sealedIdentityKey().toBytes())
        .bind("seal", ring.seal().toBytes())
        .execute();
    for (String part : List.of("secrets", "roots", "signing_keys")) {
      tx.update("key_delete_" + part).bind("issuer", issuer).execute();
    }
    for (Wrapping wrapping : ring.wrappings()) {
      tx.update("key_insert_secret")
          .bind("issuer", issuer)
          .bind("secret", wrapping.secretId())
          .bind("wrapped", wrapping.wrapped().toBytes())
          .execute();
    }
    for (SealedRoot root : ring.roots()) {
      tx.update("key_insert_root")
          .bind("issuer", issuer)
          .bind("root", root.id().value())
          .bind("createdAt", root.createdAt())
          .bind("sealed", root.sealed().toBytes())
          .execute();
    }
    for (SealedSigningKey key : ring.signingKeys()) {
      tx.update("key_insert_signing_key")
          .bind("issuer", issuer)
          .bind("kid", key.kid())
          .bind("algorithm", key.algorithm().name())
          .bind("publishedAt", key.publishedAt())
          .bind("activeFrom", key.activeFrom())
          .bind("sealed", key.sealed().toBytes())
          .execute();
    }
  }
}
