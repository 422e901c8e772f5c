package dev.latchkey.auth.redis;

import dev.latchkey.auth.cas.CasBackend;
import dev.latchkey.auth.crypto.Aead;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.Hkdf;
import dev.latchkey.auth.crypto.Hmac;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Records that tell nothing to who reads the store: names are HMAC-SHA-256, values AES-256-GCM with
 * the name as associated data, so that none can be put in another's place.
 */
final class SealedBackend implements CasBackend {
  private static final String NAMES = "latchkey/v1/account-names";
  private static final String VALUES = "latchkey/v1/account-values";

  private final CasBackend backend;
  private final SecretBytes names;
  private final SecretBytes values;

  SealedBackend(CasBackend backend, SecretBytes key) {
    this.backend = backend;
    this.names = Hkdf.sha256(key, NAMES, Hmac.MIN_KEY_BYTES);
    this.values = Hkdf.sha256(key, VALUES, Aead.KEY_BYTES);
  }

  @Override
  public Optional<Versioned> read(String key) {
    return backend
        .read(name(key))
        .map(found -> new Versioned(found.version(), open(key, found.bytes())));
  }

  @Override
  public boolean replace(String key, long expectedVersion, byte[] bytes, Instant expiresAt) {
    byte[] secret = Aead.seal(values, bytes, utf8(key));
    return backend.replace(name(key), expectedVersion, secret, expiresAt);
  }

  private byte[] open(String key, byte[] secret) {
    return Aead.open(values, secret, utf8(key))
        .orElseThrow(() -> new StoreUnavailableException("record.open", false, null));
  }

  private String name(String key) {
    return Base64Url.encode(Hmac.sha256(names, utf8(key)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
