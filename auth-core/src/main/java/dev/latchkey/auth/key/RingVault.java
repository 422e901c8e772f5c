package dev.latchkey.auth.key;

import static dev.latchkey.auth.key.AssociatedData.number;
import static dev.latchkey.auth.key.AssociatedData.text;

import dev.latchkey.auth.crypto.Aead;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hkdf;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seals and opens the ring of one issuer under its data key. The labels are part of the stored
 * format and never change. Immutable.
 */
final class RingVault {

  /** 256 bits, for the data key and for all that is sealed under it. */
  static final int KEY_BYTES = 32;

  /** 72 bits: more than enough to tell a handful of secrets apart, too few to be of other use. */
  private static final int SECRET_ID_BYTES = 9;

  private static final String WRAP = "latchkey/v1/wrap";
  private static final String SECRET_ID = "latchkey/v1/secret-id";
  private static final String ENTRY = "latchkey/v1/ring-entry";
  private static final String WHOLE = "latchkey/v1/ring-whole";
  private static final String IDENTITY = "latchkey/v1/ring-identity";
  private static final String ROOT = "latchkey/v1/ring-root";
  private static final String SIGNING_KEY = "latchkey/v1/ring-signing-key";

  private final String issuer;
  private final SecretBytes dataKey;
  private final SecretBytes entryKey;
  private final SecretBytes wholeKey;

  private RingVault(String issuer, SecretBytes dataKey) {
    this.issuer = issuer;
    this.dataKey = dataKey;
    this.entryKey = Hkdf.sha256(dataKey, ENTRY, KEY_BYTES);
    this.wholeKey = Hkdf.sha256(dataKey, WHOLE, KEY_BYTES);
  }

  /** A vault with a fresh data key, for an issuer that has no ring yet. */
  static RingVault create(String issuer, SecureBytes random) {
    return new RingVault(issuer, SecretBytes.copyOf(random.next(KEY_BYTES)));
  }

  /** The vault of a stored ring; empty if no secret of the list opens a wrapping of it. */
  static Optional<RingVault> unwrap(KeyRing ring, String issuer, MasterSecret secrets) {
    for (SecretBytes secret : secrets.revealAll()) {
      String id = secretId(secret);
      for (Wrapping wrapping : ring.wrappings()) {
        if (wrapping.secretId().equals(id)) {
          Optional<byte[]> dataKey =
              Aead.open(wrapKey(secret), wrapping.wrapped().toBytes(), wrapData(issuer, id));
          if (dataKey.isPresent() && dataKey.get().length == KEY_BYTES) {
            return Optional.of(new RingVault(issuer, SecretBytes.copyOf(dataKey.get())));
          }
        }
      }
    }
    return Optional.empty();
  }

  static String secretId(SecretBytes secret) {
    return Base64Url.encode(Hkdf.sha256(secret, SECRET_ID, SECRET_ID_BYTES).revealBytes());
  }

  Wrapping wrap(SecretBytes secret) {
    String id = secretId(secret);
    return new Wrapping(
        id,
        SealedBytes.copyOf(
            Aead.seal(wrapKey(secret), dataKey.revealBytes(), wrapData(issuer, id))));
  }

  SealedBytes sealIdentityKey(SecretBytes key) {
    return seal(key.revealBytes(), identityData());
  }

  SealedRoot sealRoot(RootId id, Instant createdAt, SecretBytes key) {
    return new SealedRoot(id, createdAt, seal(key.revealBytes(), rootData(id, createdAt)));
  }

  SealedSigningKey sealSigningKey(SigningKeyPair pair, Instant publishedAt, Instant activeFrom) {
    String kid = pair.signing().kid();
    SigningAlgorithm algorithm = pair.signing().algorithm();
    return new SealedSigningKey(
        kid,
        algorithm,
        publishedAt,
        activeFrom,
        seal(pair.encode(), keyData(kid, algorithm, publishedAt, activeFrom)));
  }

  /** A whole ring, bound together. */
  KeyRing assemble(
      long version,
      List<Wrapping> wrappings,
      SealedBytes identityKey,
      List<SealedRoot> roots,
      List<SealedSigningKey> signingKeys) {
    // Twice, since the lists are put in order by the first and the seal is over them in order.
    SealedBytes none = SealedBytes.copyOf(new byte[Hmac.BYTES]);
    KeyRing unsealed = new KeyRing(version, wrappings, identityKey, roots, signingKeys, none);
    return new KeyRing(
        version,
        unsealed.wrappings(),
        identityKey,
        unsealed.roots(),
        unsealed.signingKeys(),
        SealedBytes.copyOf(whole(unsealed)));
  }

  /** The opened ring; empty if it is not, to the last bit, one that was made under our data key. */
  Optional<OpenedRing> open(KeyRing ring) {
    if (!MessageDigest.isEqual(whole(ring), ring.seal().toBytes())) {
      return Optional.empty();
    }
    Optional<byte[]> identityKey = unseal(ring.sealedIdentityKey(), identityData());
    if (identityKey.isEmpty()) {
      return Optional.empty();
    }
    Map<RootId, Map<Purpose, PurposeKey>> purposeKeys = new LinkedHashMap<>();
    for (SealedRoot root : ring.roots()) {
      Optional<byte[]> key = unseal(root.sealed(), rootData(root.id(), root.createdAt()));
      if (key.isEmpty()) {
        return Optional.empty();
      }
      purposeKeys.put(root.id(), derive(root.id(), SecretBytes.copyOf(key.get())));
    }
    Map<String, SigningKeyPair> pairs = new LinkedHashMap<>();
    for (SealedSigningKey key : ring.signingKeys()) {
      Optional<SigningKeyPair> pair =
          unseal(
                  key.sealed(),
                  keyData(key.kid(), key.algorithm(), key.publishedAt(), key.activeFrom()))
              .flatMap(encoded -> SigningKeyPair.decode(key.kid(), key.algorithm(), encoded));
      if (pair.isEmpty()) {
        return Optional.empty();
      }
      pairs.put(key.kid(), pair.get());
    }
    return Optional.of(
        new OpenedRing(ring, this, SecretBytes.copyOf(identityKey.get()), purposeKeys, pairs));
  }

  private static Map<Purpose, PurposeKey> derive(RootId id, SecretBytes root) {
    Map<Purpose, PurposeKey> keys = new EnumMap<>(Purpose.class);
    for (Purpose purpose : Purpose.values()) {
      keys.put(purpose, new PurposeKey(id, Hkdf.sha256(root, purpose.label(), KEY_BYTES)));
    }
    return keys;
  }

  private SealedBytes seal(byte[] plaintext, byte[] associatedData) {
    try {
      return SealedBytes.copyOf(Aead.seal(entryKey, plaintext, associatedData));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private Optional<byte[]> unseal(SealedBytes sealed, byte[] associatedData) {
    return Aead.open(entryKey, sealed.toBytes(), associatedData);
  }

  private static SecretBytes wrapKey(SecretBytes secret) {
    return Hkdf.sha256(secret, WRAP, KEY_BYTES);
  }

  private static byte[] wrapData(String issuer, String secretId) {
    return AssociatedData.of(text(WRAP), text(issuer), text(secretId));
  }

  private byte[] identityData() {
    return AssociatedData.of(text(IDENTITY), text(issuer));
  }

  private byte[] rootData(RootId id, Instant createdAt) {
    return AssociatedData.of(
        text(ROOT), text(issuer), id.toBytes(), number(createdAt.toEpochMilli()));
  }

  private byte[] keyData(
      String kid, SigningAlgorithm algorithm, Instant publishedAt, Instant activeFrom) {
    return AssociatedData.of(
        text(SIGNING_KEY),
        text(issuer),
        text(kid),
        text(algorithm.name()),
        number(publishedAt.toEpochMilli()),
        number(activeFrom.toEpochMilli()));
  }

  /** Over every field but the seal itself; each list is preceded by its length. */
  private byte[] whole(KeyRing ring) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(text(WHOLE));
    parts.add(text(issuer));
    parts.add(number(ring.version()));
    parts.add(number(ring.wrappings().size()));
    for (Wrapping wrapping : ring.wrappings()) {
      parts.add(text(wrapping.secretId()));
      parts.add(wrapping.wrapped().toBytes());
    }
    parts.add(ring.sealedIdentityKey().toBytes());
    parts.add(number(ring.roots().size()));
    for (SealedRoot root : ring.roots()) {
      parts.add(root.id().toBytes());
      parts.add(number(root.createdAt().toEpochMilli()));
      parts.add(root.sealed().toBytes());
    }
    parts.add(number(ring.signingKeys().size()));
    for (SealedSigningKey key : ring.signingKeys()) {
      parts.add(text(key.kid()));
      parts.add(text(key.algorithm().name()));
      parts.add(number(key.publishedAt().toEpochMilli()));
      parts.add(number(key.activeFrom().toEpochMilli()));
      parts.add(key.sealed().toBytes());
    }
    return Hmac.sha256(wholeKey, parts.toArray(new byte[0][]));
  }
}
