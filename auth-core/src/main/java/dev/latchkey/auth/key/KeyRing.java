package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.RootId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * All keys of an issuer, sealed: what a {@link KeyStore} keeps. Called by store authors, who take
 * it apart into columns or bytes and put it together again; made by {@link Keys} alone.
 *
 * <p>Guarantees: nothing in it is secret, since every key is sealed under a data key that only the
 * master secret opens. Whoever can write to the store can not bring back, plant, reorder or redate
 * a key: each field that decides something is bound to the seal of its key, and the whole to {@link
 * #seal}. Does not guarantee: that the store did not put back a whole earlier ring.
 *
 * <p>A ring never expires; which key signs is a function of the ring and the time. Lists are put in
 * order here (wrappings by secret, roots by id, signing keys by first use), so the order in which a
 * store gives them does not matter. Bounds: 1 to {@value #MAX_ENTRIES} entries a list; times are in
 * whole milliseconds of the years 1970 to 9999. Immutable.
 *
 * @param version 1 for the first ring of an issuer, then one more at each change
 * @param wrappings the data key, once under each master secret
 * @param sealedIdentityKey the key under which addresses are hashed
 * @param roots the root keys, at least one
 * @param signingKeys the signing keys, at least one
 * @param seal binds all of the above together
 */
public record KeyRing(
    long version,
    List<Wrapping> wrappings,
    SealedBytes sealedIdentityKey,
    List<SealedRoot> roots,
    List<SealedSigningKey> signingKeys,
    SealedBytes seal) {

  /** Far more than any rotation leaves behind; a list that grows past it is a mistake. */
  public static final int MAX_ENTRIES = 64;

  /** Within what every database and every {@code long} of milliseconds can hold. */
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  /** Enough for 9 bytes in base64url and for a SHA-256 thumbprint. */
  private static final int MAX_ID_LENGTH = 64;

  /**
   * Checks the bounds and puts the lists in order.
   *
   * @param version 1 for the first ring of an issuer, then one more at each change
   * @param wrappings the data key, once under each master secret
   * @param sealedIdentityKey the key under which addresses are hashed
   * @param roots the root keys, at least one
   * @param signingKeys the signing keys, at least one
   * @param seal binds all of the above together
   * @throws IllegalArgumentException if a bound is broken or an id occurs twice
   */
  public KeyRing {
    if (version < 1) {
      throw new IllegalArgumentException("version must be positive, got " + version);
    }
    Objects.requireNonNull(sealedIdentityKey, "sealedIdentityKey");
    Objects.requireNonNull(seal, "seal");
    wrappings =
        ordered(
            "wrappings", wrappings, Wrapping::secretId, Comparator.comparing(Wrapping::secretId));
    roots =
        ordered("roots", roots, SealedRoot::id, Comparator.comparing(root -> root.id().value()));
    signingKeys =
        ordered(
            "signingKeys",
            signingKeys,
            SealedSigningKey::kid,
            Comparator.comparing(SealedSigningKey::activeFrom)
                .thenComparing(SealedSigningKey::kid));
  }

  private static <T, I> List<T> ordered(
      String name, List<T> entries, Function<T, I> id, Comparator<T> order) {
    Objects.requireNonNull(entries, name);
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "%s must have 1 to %d entries, got %d".formatted(name, MAX_ENTRIES, entries.size()));
    }
    Set<I> ids = new HashSet<>();
    for (T entry : entries) {
      if (!ids.add(id.apply(entry))) {
        throw new IllegalArgumentException(name + " must have different ids");
      }
    }
    return entries.stream().sorted(order).toList();
  }

  private static void requireId(String name, String id) {
    Objects.requireNonNull(id, name);
    if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "%s must have 1 to %d characters, got %d".formatted(name, MAX_ID_LENGTH, id.length()));
    }
  }

  private static void requireWholeMillis(String name, Instant time) {
    Objects.requireNonNull(time, name);
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(YEAR_10000)) {
      throw new IllegalArgumentException(name + " must lie in the years 1970 to 9999");
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException(name + " must be in whole milliseconds");
    }
  }

  /**
   * The ring's data key under one master secret. Called by store authors. Immutable.
   *
   * @param secretId names the secret and tells nothing about it; 12 characters of base64url, at
   *     most 64
   * @param wrapped the data key, sealed
   */
  public record Wrapping(String secretId, SealedBytes wrapped) {

    /**
     * Checks the bounds.
     *
     * @param secretId names the secret and tells nothing about it; 12 characters of base64url, at
     *     most 64
     * @param wrapped the data key, sealed
     * @throws IllegalArgumentException if one is broken
     */
    public Wrapping {
      requireId("secretId", secretId);
      Objects.requireNonNull(wrapped, "wrapped");
    }
  }

  /**
   * A root key, from which the keys of every purpose are derived. Called by store authors.
   * Immutable.
   *
   * @param id carried by all that was made under this root
   * @param createdAt when it was made, in whole milliseconds
   * @param sealed the key, sealed together with the two above
   */
  public record SealedRoot(RootId id, Instant createdAt, SealedBytes sealed) {

    /**
     * Checks the bounds.
     *
     * @param id carried by all that was made under this root
     * @param createdAt when it was made, in whole milliseconds
     * @param sealed the key, sealed together with the two above
     * @throws IllegalArgumentException if one is broken
     */
    public SealedRoot {
      Objects.requireNonNull(id, "id");
      requireWholeMillis("createdAt", createdAt);
      Objects.requireNonNull(sealed, "sealed");
    }
  }

  /**
   * A signing key pair. Called by store authors. Immutable.
   *
   * @param kid the RFC 7638 thumbprint of its public key, 43 characters of base64url, at most 64
   * @param algorithm how it signs
   * @param publishedAt since when it is in the JWKS, in whole milliseconds
   * @param activeFrom from when it signs, in whole milliseconds
   * @param sealed the key pair, sealed together with all of the above
   */
  public record SealedSigningKey(
      String kid,
      SigningAlgorithm algorithm,
      Instant publishedAt,
      Instant activeFrom,
      SealedBytes sealed) {

    /**
     * Checks the bounds.
     *
     * @param kid the RFC 7638 thumbprint of its public key, 43 characters of base64url, at most 64
     * @param algorithm how it signs
     * @param publishedAt since when it is in the JWKS, in whole milliseconds
     * @param activeFrom from when it signs, in whole milliseconds
     * @param sealed the key pair, sealed together with all of the above
     * @throws IllegalArgumentException if one is broken
     */
    public SealedSigningKey {
      requireId("kid", kid);
      Objects.requireNonNull(algorithm, "algorithm");
      requireWholeMillis("publishedAt", publishedAt);
      requireWholeMillis("activeFrom", activeFrom);
      Objects.requireNonNull(sealed, "sealed");
    }
  }
}
