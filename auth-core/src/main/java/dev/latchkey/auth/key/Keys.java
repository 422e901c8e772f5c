package dev.latchkey.auth.key;

import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.Purpose;
import dev.latchkey.auth.crypto.PurposeKey;
import dev.latchkey.auth.crypto.PurposeKeys;
import dev.latchkey.auth.crypto.RootId;
import dev.latchkey.auth.crypto.SecretBytes;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

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
 * take keys away from a node that can not reach the store; to keep away what was dropped, if the
 * store loses the ring before every node has read it again. All nodes need clocks that agree to
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

  private final RingSetup setup;
  private final LiveRing live;
  private final RingOperations operations;

  private Keys(RingSetup setup) {
    this.setup = setup;
    this.live = new RingStart(setup).open();
    this.operations = new RingOperations(setup, live);
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
        new RingSetup(
            store, issuer, secret, policy, longestTokenLife, clock, random, listener, pairs));
  }

  /**
   * The key under which addresses are hashed. It never changes while the ring lives.
   *
   * @return 32 bytes
   */
  public SecretBytes identityKey() {
    return live.upToDate(setup.now()).identityKey();
  }

  @Override
  public PurposeKey current(Purpose purpose) {
    Objects.requireNonNull(purpose, "purpose");
    Instant now = setup.now();
    OpenedRing opened = live.upToDate(now);
    return opened
        .purposeKey(RingRules.currentRoot(opened.ring(), now).id(), purpose)
        .orElseThrow(() -> new IllegalStateException("an opened ring must have its roots"));
  }

  @Override
  public Optional<PurposeKey> find(RootId id, Purpose purpose) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(purpose, "purpose");
    Instant now = setup.now();
    Optional<PurposeKey> key = live.upToDate(now).purposeKey(id, purpose);
    return key.isPresent() ? key : live.rereadForUnknown(now).purposeKey(id, purpose);
  }

  /**
   * The key that signs now.
   *
   * @return the active key
   */
  public SigningKey signingKey() {
    Instant now = setup.now();
    OpenedRing opened = live.upToDate(now);
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
    Instant now = setup.now();
    OpenedRing opened = live.upToDate(now);
    SigningKeyPair pair = opened.pair(kid);
    if (pair == null) {
      opened = live.rereadForUnknown(now);
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
    Instant now = setup.now();
    OpenedRing opened = live.upToDate(now);
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
    return setup.policy().jwksMaxAge();
  }

  /**
   * Publishes a new signing key at once, without waiting for the end of the period; it signs after
   * {@link RotationPolicy#publishedBeforeUse}. If a next key is published already, nothing changes.
   * The one that signs until then is good for its tokens to their end; one that has leaked wants
   * {@link #dropSigningKey}. Called by operators.
   *
   * @throws StoreUnavailableException if the store can not be reached
   * @throws IllegalStateException if the ring has no room or is not ours
   */
  public void rotateSigningKey() {
    operations.rotateSigningKey();
  }

  /**
   * Drops a signing key that has leaked, at once: it leaves the JWKS, and all that it signed is
   * refused; by this node from now on, by others from their next re-read on, within {@link
   * #REREAD_EVERY}. Sessions go on, and a refresh gives a good access token. In the place of the
   * active key a new one is made, which signs from the same step on. A next key is left as it is:
   * if it leaked with the active one, drop it too. Called by operators.
   *
   * <p>What it costs to drop the active key: nobody could learn of the new one before its first
   * use. A verifier elsewhere that has cached the JWKS refuses all new tokens until it reads it
   * again, as a rule within {@link #jwksMaxAge}. Another node refuses them for up to {@link
   * #UNKNOWN_REREAD_EVERY}, and signs with the dropped key until it has read the ring again. Where
   * there is time, {@link #rotateSigningKey}, wait until the next key signs, then drop the former:
   * that costs its tokens and nothing else.
   *
   * @param kid which, in any state, see {@link #status}
   * @throws IllegalArgumentException if there is no such key; the second of two operators who drop
   *     it at once is told so too
   * @throws IllegalStateException if the ring is not ours
   * @throws StoreUnavailableException if the store can not be reached; the key may be gone
   */
  public void dropSigningKey(String kid) {
    operations.dropSigningKey(kid);
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
    operations.rotateRoot();
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
    operations.dropRoot(id);
  }

  /**
   * Takes away a master secret's power to open the ring; the last step of its change, once no node
   * starts with it alone. A node that runs is not affected. Called by operators.
   *
   * <p>Does not undo a leak. The data key under the wrappings stays the same: whoever has the old
   * secret and a copy of the ring from before this call opens every later ring that they can read.
   * So shut them out of the store, with new credentials for it, and then replace what they may have
   * opened: {@link #rotateRoot}, {@link #dropRoot}, {@link #dropSigningKey} for each key. The
   * identity key can not be replaced; with it and a copy of the store, addresses can be found by
   * trying. If they can not be shut out, only a new ring under a new secret helps: stop all nodes,
   * remove the ring from the store, start with the new secret alone. All but the accounts begins
   * anew, locks and limits included.
   *
   * @param secretId which, see {@link #status}
   * @throws IllegalArgumentException if there is no such wrapping
   * @throws IllegalStateException if it is that of this node's newest secret, or if the ring is not
   *     ours
   * @throws StoreUnavailableException if the store can not be reached
   */
  public void dropWrapping(String secretId) {
    operations.dropWrapping(secretId);
  }

  /**
   * What the ring looks like now. Called by applications that show it to an operator.
   *
   * @return ids, states and times, no keys
   */
  public KeyRingStatus status() {
    return operations.status();
  }

  /** Names the issuer alone. */
  @Override
  public String toString() {
    return "Keys[" + setup.issuer() + "]";
  }

  private boolean isPublic(OpenedRing opened, String kid, Instant now) {
    return RingRules.state(opened.ring(), kid, now, setup.retention()) != SigningKeyState.GONE;
  }
}
