package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import dev.latchkey.auth.key.KeyRing.Wrapping;
import dev.latchkey.auth.key.KeyRingStatus.RootStatus;
import dev.latchkey.auth.key.KeyRingStatus.SigningKeyStatus;
import dev.latchkey.auth.key.KeyRingStatus.WrappingStatus;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The opened, living key ring of one issuer: gives keys, and keeps itself up to date. Called by the
 * façade and the codecs of tokens; operators reach the rotations through it.
 *
 * <p>Guarantees: any number of nodes over one {@link KeyStore} agree on one ring and one active
 * signing key, whichever start, rotate or fail at once. The ring is read again when its next
 * transition is due, every {@link #REREAD_EVERY}, and for an unknown id at most once in {@link
 * #UNKNOWN_REREAD_EVERY}; on the thread of one caller, while all others go on with what there is.
 * If the store can not be reached, or holds a ring that is not ours, the node goes on with the ring
 * that it has and tries again after {@link #RETRY_AFTER}. A ring never expires, and a clock that
 * steps back refuses none. If the store has lost the ring, the first node to notice puts it back.
 *
 * <p>Does not guarantee: to notice that somebody put a whole earlier ring back into the store; to
 * take keys away from a node that can not reach the store. All nodes need clocks that agree to
 * about 2 s, the same {@link RotationPolicy} and the same longest token life.
 *
 * <p>Has no thread of its own. Safe for concurrent use; no caller waits for another, but for the
 * store's deadline and, once a rotation, for the making of an RSA key, which takes up to about a
 * second. Source: NIST SP 800-57 part 1, RFC 7517, RFC 7638.
 */
public final class Keys implements PurposeKeys {

  /** A minute: how long a change that nobody announces can stay unnoticed on another node. */
  public static final Duration REREAD_EVERY = Duration.ofSeconds(60);

  /** Half of that: forged ids cost the store no more than this. */
  public static final Duration UNKNOWN_REREAD_EVERY = Duration.ofSeconds(30);

  /** Long enough not to press a store that is down, short enough to be back soon. */
  public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /**
   * The largest leeway that a verifier of access tokens may be given; "no more than a few minutes"
   * says RFC 7519, section 4.1.4. A retired key is kept for it.
   */
  public static final Duration MAX_LEEWAY = Duration.ofMinutes(2);

  /** What the clocks of nodes may differ by. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

  /**
   * How long a new root only verifies before things are made under it: until every node has read
   * the ring again, and one retry.
   */
  public static final Duration ROOT_SETTLES_IN =
      REREAD_EVERY.plus(UNKNOWN_REREAD_EVERY).plus(CLOCK_TOLERANCE);

  /** Retired keys of more than this many periods would not find room in a ring. */
  private static final int MAX_PERIODS_RETAINED = 32;

  private static final int MAX_ISSUER_LENGTH = 512;

  /** Each lost race is another node's success, so that many in a row are a broken store. */
  private static final int ATTEMPTS = 32;

  private final KeyStore store;
  private final String issuer;
  private final MasterSecret secret;
  private final String newestSecretId;
  private final RotationPolicy policy;
  private final Duration retention;
  private final Clock clock;
  private final SecureBytes random;
  private final SigningKeyPair.Source pairs;
  private final Consumer<KeyChange> listener;
  private final AtomicReference<Held> held;
  private final AtomicBoolean rereading = new AtomicBoolean();

  /**
   * What a node goes by at a moment.
   *
   * @param readAt when the store last confirmed it
   * @param triedAt when the store was last asked
   * @param nextAt when its next transition is due
   * @param activeKid the active key that was last told of
   */
  private record Held(
      OpenedRing opened, Instant readAt, Instant triedAt, Instant nextAt, String activeKid) {

    Held triedAt(Instant now) {
      return new Held(opened, readAt, now, nextAt, activeKid);
    }

    Held activeKid(String kid) {
      return new Held(opened, readAt, triedAt, nextAt, kid);
    }
  }

  /** A ring to store, and what to tell once it is stored. */
  private record Change(OpenedRing ring, List<KeyChange> news) {}

  private Keys(
      KeyStore store,
      String issuer,
      MasterSecret secret,
      RotationPolicy policy,
      Duration longestTokenLife,
      Clock clock,
      SecureBytes random,
      Consumer<KeyChange> listener,
      SigningKeyPair.Source pairs) {
    this.store = Objects.requireNonNull(store, "store");
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    this.secret = Objects.requireNonNull(secret, "secret");
    this.policy = Objects.requireNonNull(policy, "policy");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.random = Objects.requireNonNull(random, "random");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.pairs = pairs;
    if (issuer.isEmpty() || issuer.length() > MAX_ISSUER_LENGTH) {
      throw new IllegalArgumentException(
          "issuer must have 1 to %d characters, got %d"
              .formatted(MAX_ISSUER_LENGTH, issuer.length()));
    }
    if (longestTokenLife.isNegative()
        || longestTokenLife.isZero()
        || longestTokenLife.compareTo(policy.period().multipliedBy(MAX_PERIODS_RETAINED)) > 0) {
      throw new IllegalArgumentException(
          "longestTokenLife must be positive and at most %d periods, got %s"
              .formatted(MAX_PERIODS_RETAINED, longestTokenLife));
    }
    this.newestSecretId = RingVault.secretId(secret.revealAll().get(0));
    this.retention = longestTokenLife.plus(MAX_LEEWAY).plus(CLOCK_TOLERANCE).plus(REREAD_EVERY);
    this.held = new AtomicReference<>(start());
  }

  /**
   * Reads the issuer's ring or, if it has none yet, makes it, and wraps it under the newest secret.
   * Called by the façade, once at start.
   *
   * @param store where the ring is kept
   * @param issuer whose ring, 1 to 512 characters
   * @param secret opens the ring; a new ring is sealed under the newest secret of the list
   * @param policy when and how signing keys change
   * @param longestTokenLife the longest life of an access token, without leeway; positive, at most
   *     32 periods
   * @param clock the time to go by
   * @param random where keys other than signing keys come from; these come from the JDK
   * @param listener told of each change on the thread that made or noticed it; should be quick and
   *     must not throw, since it would fail that thread's call
   * @return the living ring
   * @throws IllegalStateException if there is a ring that no secret of the list opens, or that
   *     somebody changed; a second ring is never made
   * @throws StoreUnavailableException if the store can not be reached
   */
  public static Keys open(
      KeyStore store,
      String issuer,
      MasterSecret secret,
      RotationPolicy policy,
      Duration longestTokenLife,
      Clock clock,
      SecureBytes random,
      Consumer<KeyChange> listener) {
    return open(
        store,
        issuer,
        secret,
        policy,
        longestTokenLife,
        clock,
        random,
        listener,
        SigningKeyPair::generate);
  }

  static Keys open(
      KeyStore store,
      String issuer,
      MasterSecret secret,
      RotationPolicy policy,
      Duration longestTokenLife,
      Clock clock,
      SecureBytes random,
      Consumer<KeyChange> listener,
      SigningKeyPair.Source pairs) {
    return new Keys(
        store, issuer, secret, policy, longestTokenLife, clock, random, listener, pairs);
  }

  /**
   * The key under which addresses are hashed. It never changes while the ring lives.
   *
   * @return 32 bytes
   */
  public SecretBytes identityKey() {
    return upToDate(now()).identityKey();
  }

  @Override
  public PurposeKey current(Purpose purpose) {
    Objects.requireNonNull(purpose, "purpose");
    Instant now = now();
    OpenedRing opened = upToDate(now);
    return opened
        .purposeKey(RingRules.currentRoot(opened.ring(), now).id(), purpose)
        .orElseThrow(() -> new IllegalStateException("an opened ring must have its roots"));
  }

  @Override
  public Optional<PurposeKey> find(RootId id, Purpose purpose) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(purpose, "purpose");
    Instant now = now();
    Optional<PurposeKey> key = upToDate(now).purposeKey(id, purpose);
    return key.isPresent() ? key : rereadForUnknown(now).purposeKey(id, purpose);
  }

  /**
   * The key that signs now.
   *
   * @return the active key
   */
  public SigningKey signingKey() {
    Instant now = now();
    OpenedRing opened = upToDate(now);
    return opened.pair(RingRules.active(opened.ring(), now)).signing();
  }

  /**
   * The key that a token says it was signed with.
   *
   * @param kid what the token says, any text
   * @return the key; empty if it is unknown or gone
   */
  public Optional<VerificationKey> verificationKey(String kid) {
    Objects.requireNonNull(kid, "kid");
    Instant now = now();
    OpenedRing opened = upToDate(now);
    SigningKeyPair pair = opened.pair(kid);
    if (pair == null) {
      opened = rereadForUnknown(now);
      pair = opened.pair(kid);
    }
    return pair != null && isPublic(opened, kid, now)
        ? Optional.of(pair.verification())
        : Optional.empty();
  }

  /**
   * The public keys that verifiers need now: the active, the next and the retiring ones (RFC 7517,
   * section 5).
   *
   * @return a JSON object, public members only
   */
  public String jwks() {
    Instant now = now();
    OpenedRing opened = upToDate(now);
    return Jwk.set(
        opened.ring().signingKeys().stream()
            .filter(key -> isPublic(opened, key.kid(), now))
            .map(key -> opened.pair(key).verification())
            .toList());
  }

  /**
   * How long {@link #jwks} may be cached.
   *
   * @return whole seconds
   */
  public Duration jwksMaxAge() {
    return policy.jwksMaxAge();
  }

  /**
   * Publishes a new signing key at once, without waiting for the end of the period; it signs after
   * {@link RotationPolicy#publishedBeforeUse}. If a next key is published already, nothing changes.
   * The one that signs until then is good for its tokens to their end. Called by operators.
   *
   * @throws StoreUnavailableException if the store can not be reached
   * @throws IllegalStateException if the ring has no room or is not ours
   */
  public void rotateSigningKey() {
    Instant now = now();
    SigningKeyPair pair = newPair();
    change(
        "keys.rotateSigningKey",
        now,
        opened -> {
          List<SealedSigningKey> keys = opened.ring().signingKeys();
          boolean nextIsThere =
              !keys.get(keys.size() - 1).kid().equals(RingRules.active(opened.ring(), now).kid());
          return nextIsThere
              ? Optional.empty()
              : Optional.of(
                  publish(opened, pair, now, now.plus(policy.publishedBeforeUse()), List.of()));
        });
  }

  /**
   * Makes a new root key. Every node knows it before things are made under it, {@link
   * #ROOT_SETTLES_IN} later; the earlier ones verify until they are dropped. Called by operators,
   * in an emergency.
   *
   * @throws StoreUnavailableException if the store can not be reached
   * @throws IllegalStateException if the ring has no room or is not ours
   */
  public void rotateRoot() {
    Instant now = now();
    SecretBytes key = SecretBytes.copyOf(random.next(RingVault.KEY_BYTES));
    change(
        "keys.rotateRoot",
        now,
        opened -> {
          List<SealedRoot> roots = new ArrayList<>(opened.ring().roots());
          requireRoom("root", roots.size());
          // The newest can not be dropped, so that no id is ever given twice.
          RootId id = new RootId(Math.addExact(newestRoot(opened).value(), 1));
          roots.add(opened.vault().sealRoot(id, now, key));
          return Optional.of(
              new Change(
                  opened.withRoots(roots),
                  List.of(news(KeyChange.Kind.ROOT_ADDED, Integer.toString(id.value()), now))));
        });
  }

  /**
   * Drops a root key at once: every code, handle, refresh and device token that was made under it
   * is refused from now on, on other nodes within {@link #REREAD_EVERY}. Called by operators.
   *
   * @param id which
   * @throws IllegalArgumentException if there is no such root
   * @throws IllegalStateException if it is the newest; rotate first. Or if the ring is not ours
   * @throws StoreUnavailableException if the store can not be reached
   */
  public void dropRoot(RootId id) {
    Objects.requireNonNull(id, "id");
    Instant now = now();
    change(
        "keys.dropRoot",
        now,
        opened -> {
          List<SealedRoot> roots = new ArrayList<>(opened.ring().roots());
          if (newestRoot(opened).equals(id)) {
            throw new IllegalStateException(
                "root must not be the newest, got %d: rotate first".formatted(id.value()));
          }
          if (!roots.removeIf(root -> root.id().equals(id))) {
            throw new IllegalArgumentException(
                "root must be in the ring, got %d".formatted(id.value()));
          }
          return Optional.of(
              new Change(
                  opened.withRoots(roots),
                  List.of(news(KeyChange.Kind.ROOT_DROPPED, Integer.toString(id.value()), now))));
        });
  }

  /**
   * Takes away a master secret's power to open the ring; the last step of its change, once no node
   * starts with it alone. A node that runs is not affected. Called by operators.
   *
   * @param secretId which, see {@link #status}
   * @throws IllegalArgumentException if there is no such wrapping
   * @throws IllegalStateException if it is that of this node's newest secret, or if the ring is not
   *     ours
   * @throws StoreUnavailableException if the store can not be reached
   */
  public void dropWrapping(String secretId) {
    Objects.requireNonNull(secretId, "secretId");
    if (secretId.equals(newestSecretId)) {
      throw new IllegalStateException("secretId must not be the one in use");
    }
    Instant now = now();
    change(
        "keys.dropWrapping",
        now,
        opened -> {
          List<Wrapping> wrappings = new ArrayList<>(opened.ring().wrappings());
          if (!wrappings.removeIf(wrapping -> wrapping.secretId().equals(secretId))) {
            throw new IllegalArgumentException("secretId must be that of a wrapping in the ring");
          }
          return Optional.of(
              new Change(
                  opened.withWrappings(wrappings),
                  List.of(news(KeyChange.Kind.WRAPPING_DROPPED, secretId, now))));
        });
  }

  /**
   * What the ring looks like now. Called by applications that show it to an operator.
   *
   * @return ids, states and times, no keys
   */
  public KeyRingStatus status() {
    Instant now = now();
    KeyRing ring = upToDate(now).ring();
    RootId current = RingRules.currentRoot(ring, now).id();
    return new KeyRingStatus(
        ring.version(),
        ring.signingKeys().stream()
            .map(
                key ->
                    new SigningKeyStatus(
                        key.kid(),
                        key.algorithm(),
                        RingRules.state(ring, key.kid(), now, retention),
                        key.publishedAt(),
                        key.activeFrom()))
            .toList(),
        ring.roots().stream()
            .map(root -> new RootStatus(root.id(), root.createdAt(), root.id().equals(current)))
            .toList(),
        ring.wrappings().stream()
            .map(
                wrapping ->
                    new WrappingStatus(
                        wrapping.secretId(), wrapping.secretId().equals(newestSecretId)))
            .toList());
  }

  /** Names the issuer alone. */
  @Override
  public String toString() {
    return "Keys[" + issuer + "]";
  }

  private Held held() {
    return Objects.requireNonNull(held.get());
  }

  private Held start() {
    @Nullable OpenedRing first = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Instant now = now();
      Optional<KeyRing> stored = store.read(issuer);
      if (stored.isEmpty()) {
        if (first == null) {
          first = firstRing(now);
        }
        if (store.replace(issuer, first.ring())) {
          Held made = confirmed(first, now);
          tell(news(KeyChange.Kind.RING_CREATED, "1", now));
          tell(news(KeyChange.Kind.KEY_ACTIVATED, made.activeKid(), now));
          return made;
        }
        continue;
      }
      KeyRing ring = stored.get();
      RingVault vault =
          RingVault.unwrap(ring, issuer, secret)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the master secret opens none of the wrappings of the key ring of issuer "
                              + issuer
                              + ": start with the secret that it was made with, the new one in"
                              + " front of it"));
      OpenedRing opened =
          vault
              .open(ring)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the key ring of issuer "
                              + issuer
                              + " must be as it was stored, but was changed or damaged"));
      if (ring.wrappings().stream().anyMatch(w -> w.secretId().equals(newestSecretId))) {
        return confirmed(opened, now);
      }
      requireRoom("wrapping", ring.wrappings().size());
      List<Wrapping> wrappings = new ArrayList<>(ring.wrappings());
      wrappings.add(vault.wrap(secret.revealAll().get(0)));
      OpenedRing wrapped = opened.withWrappings(wrappings);
      if (store.replace(issuer, wrapped.ring())) {
        tell(news(KeyChange.Kind.WRAPPING_ADDED, newestSecretId, now));
        return confirmed(wrapped, now);
      }
    }
    throw new StoreUnavailableException("keys.open", true, null);
  }

  private OpenedRing firstRing(Instant now) {
    RingVault vault = RingVault.create(issuer, random);
    SecretBytes identityKey = SecretBytes.copyOf(random.next(RingVault.KEY_BYTES));
    SecretBytes root = SecretBytes.copyOf(random.next(RingVault.KEY_BYTES));
    KeyRing ring =
        vault.assemble(
            1,
            List.of(vault.wrap(secret.revealAll().get(0))),
            vault.sealIdentityKey(identityKey),
            List.of(vault.sealRoot(new RootId(1), now, root)),
            List.of(vault.sealSigningKey(newPair(), now, now)));
    return vault
        .open(ring)
        .orElseThrow(() -> new IllegalStateException("a ring made here must open here"));
  }

  private SigningKeyPair newPair() {
    return SigningKeyPair.of(
        policy.algorithm(), pairs.generate(policy.algorithm(), policy.rsaBits()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private boolean isPublic(OpenedRing opened, String kid, Instant now) {
    return RingRules.state(opened.ring(), kid, now, retention) != SigningKeyState.GONE;
  }

  private OpenedRing upToDate(Instant now) {
    rereadIf(current -> isDue(current, now), now);
    return held().opened();
  }

  private OpenedRing rereadForUnknown(Instant now) {
    rereadIf(
        current ->
            mayTry(current, now)
                && isOutside(current.readAt(), current.readAt().plus(UNKNOWN_REREAD_EVERY), now),
        now);
    return held().opened();
  }

  private static boolean isDue(Held current, Instant now) {
    Instant rereadAt = current.readAt().plus(REREAD_EVERY);
    Instant dueAt = current.nextAt().isBefore(rereadAt) ? current.nextAt() : rereadAt;
    return isOutside(current.readAt(), dueAt, now) && mayTry(current, now);
  }

  /** At once if the last try succeeded; only a store that is down is given a rest. */
  private static boolean mayTry(Held current, Instant now) {
    return current.triedAt().equals(current.readAt())
        || isOutside(current.triedAt(), current.triedAt().plus(RETRY_AFTER), now);
  }

  /** Past the end, or so far before the start that the clock must have stepped back. */
  private static boolean isOutside(Instant start, Instant end, Instant now) {
    return !now.isBefore(end) || now.isBefore(start.minus(CLOCK_TOLERANCE));
  }

  /** One thread at a time asks the store; others come back at once and go on with what there is. */
  private void rereadIf(Predicate<Held> due, Instant now) {
    if (!due.test(held()) || !rereading.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!due.test(held())) {
        return;
      }
      held.updateAndGet(current -> current.triedAt(now));
      tellActivation(now);
      readAndAdvance(now);
      tellActivation(now);
    } catch (StoreUnavailableException e) {
      tell(news(KeyChange.Kind.REREAD_FAILED, "", now));
    } finally {
      rereading.set(false);
    }
  }

  private void readAndAdvance(Instant now) {
    @Nullable SigningKeyPair pair = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Held before = held();
      Optional<KeyRing> stored = store.read(issuer);
      if (stored.isEmpty()) {
        putBack(before, now);
        continue;
      }
      Optional<OpenedRing> authentic = authentic(before.opened(), stored.get());
      if (authentic.isEmpty()) {
        tell(news(KeyChange.Kind.RING_REFUSED, "", now));
        return;
      }
      OpenedRing opened = authentic.get();
      RingRules.Advance due = RingRules.advance(opened.ring(), policy, retention, now);
      if (due.isNothing()) {
        keep(before, opened, now);
        return;
      }
      if (due.publish().isPresent() && pair == null) {
        pair = newPair();
      }
      Change change = advanced(opened, due, pair, now);
      if (store.replace(issuer, change.ring().ring())) {
        keep(before, change.ring(), now);
        change.news().forEach(this::tell);
        return;
      }
      // Another node was first. Its key is as good; ours was never known to anybody.
    }
    throw new StoreUnavailableException("keys.reread", true, null);
  }

  private Change advanced(
      OpenedRing opened, RingRules.Advance due, @Nullable SigningKeyPair pair, Instant now) {
    if (due.publish().isPresent() && pair != null) {
      return publish(opened, pair, now, due.publish().get(), due.gone());
    }
    List<SealedSigningKey> keys = without(opened, due.gone());
    return new Change(opened.withSigningKeys(keys), goneNews(due.gone(), now));
  }

  private Change publish(
      OpenedRing opened, SigningKeyPair pair, Instant now, Instant activeFrom, List<String> gone) {
    List<SealedSigningKey> keys = without(opened, gone);
    requireRoom("signing key", keys.size());
    keys.add(opened.vault().sealSigningKey(pair, now, activeFrom));
    List<KeyChange> news = goneNews(gone, now);
    news.add(news(KeyChange.Kind.KEY_PUBLISHED, pair.signing().kid(), now));
    return new Change(opened.withSigningKeys(keys), news);
  }

  private static List<SealedSigningKey> without(OpenedRing opened, List<String> gone) {
    List<SealedSigningKey> keys = new ArrayList<>(opened.ring().signingKeys());
    keys.removeIf(key -> gone.contains(key.kid()));
    return keys;
  }

  private static List<KeyChange> goneNews(List<String> gone, Instant now) {
    List<KeyChange> news = new ArrayList<>();
    gone.forEach(kid -> news.add(news(KeyChange.Kind.KEY_GONE, kid, now)));
    return news;
  }

  private void putBack(Held before, Instant now) {
    OpenedRing again = before.opened().asFirstVersion();
    if (store.replace(issuer, again.ring())) {
      keep(before, again, now);
      tell(news(KeyChange.Kind.RING_RESTORED, "1", now));
    }
  }

  /** The data key that we hold comes first: a running node outlives the drop of its wrapping. */
  private Optional<OpenedRing> authentic(OpenedRing before, KeyRing stored) {
    if (stored.equals(before.ring())) {
      return Optional.of(before);
    }
    Optional<OpenedRing> opened = before.vault().open(stored);
    return opened.isPresent()
        ? opened
        : RingVault.unwrap(stored, issuer, secret).flatMap(vault -> vault.open(stored));
  }

  /** Changes the stored ring by compare-and-set, again and again until it is stored. */
  private void change(
      String operation, Instant now, Function<OpenedRing, Optional<Change>> transition) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Held before = held();
      Optional<KeyRing> stored = store.read(issuer);
      if (stored.isEmpty()) {
        putBack(before, now);
        continue;
      }
      OpenedRing opened =
          authentic(before.opened(), stored.get())
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "the key ring of issuer "
                              + issuer
                              + " must be one that the master secret opens"));
      Optional<Change> change = transition.apply(opened);
      if (change.isEmpty()) {
        keep(before, opened, now);
        return;
      }
      if (store.replace(issuer, change.get().ring().ring())) {
        keepAtLeast(change.get().ring(), now);
        change.get().news().forEach(this::tell);
        return;
      }
    }
    throw new StoreUnavailableException(operation, true, null);
  }

  /** Unless somebody else was quicker: what they keep is no older than what we read. */
  private void keep(Held before, OpenedRing opened, Instant now) {
    held.compareAndSet(before, confirmed(opened, now).activeKid(before.activeKid()));
  }

  private void keepAtLeast(OpenedRing opened, Instant now) {
    held.updateAndGet(
        current ->
            current.opened().ring().version() >= opened.ring().version()
                    && current.opened().vault() == opened.vault()
                ? current
                : confirmed(opened, now).activeKid(current.activeKid()));
  }

  private Held confirmed(OpenedRing opened, Instant now) {
    Instant nextAt = RingRules.advance(opened.ring(), policy, retention, now).nextAt();
    return new Held(opened, now, now, nextAt, RingRules.active(opened.ring(), now).kid());
  }

  private void tellActivation(Instant now) {
    Held current = held();
    String active = RingRules.active(current.opened().ring(), now).kid();
    if (!active.equals(current.activeKid())
        && held.compareAndSet(current, current.activeKid(active))) {
      tell(news(KeyChange.Kind.KEY_ACTIVATED, active, now));
    }
  }

  private static RootId newestRoot(OpenedRing opened) {
    List<SealedRoot> roots = opened.ring().roots();
    return roots.get(roots.size() - 1).id();
  }

  private static void requireRoom(String entry, int size) {
    if (size >= KeyRing.MAX_ENTRIES) {
      throw new IllegalStateException(
          "the key ring must have room for one more %s, has %d".formatted(entry, size));
    }
  }

  private static KeyChange news(KeyChange.Kind kind, String id, Instant at) {
    return new KeyChange(kind, id, at);
  }

  private void tell(KeyChange change) {
    listener.accept(change);
  }
}
