package dev.latchkey.auth;

import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is kept: the four stores, a directory of accounts, and the clock that the nodes
 * who share them agree on. Implemented by store authors; any part can come from another bundle, see
 * {@link #mix}.
 *
 * <p>No promise of Latchkey spans two of the stores, so that they may be of different kinds.
 */
public interface AuthStores {
  /**
   * Challenges, failures and locks.
   *
   * @return the store
   */
  OtpStore otp();

  /**
   * The logs of the rate limits.
   *
   * @return the store
   */
  RateLimitStore rateLimits();

  /**
   * Sessions and revocations.
   *
   * @return the store
   */
  SessionStore sessions();

  /**
   * What ended in {@link #sessions}, in order, for nodes that judge tokens by a replica of it.
   *
   * @return the feed of that very store; empty where it has none and is asked at every call
   */
  default Optional<RevocationFeed> revocations() {
    return Optional.empty();
  }

  /**
   * The sealed key ring.
   *
   * @return the store
   */
  KeyStore keys();

  /**
   * The accounts.
   *
   * @return the directory
   * @throws IllegalStateException if the bundle has none, and says what to do
   */
  AccountDirectory accounts();

  /**
   * The time by which the records are judged.
   *
   * @return a clock that all nodes who share the stores agree on
   */
  Clock clock();

  /**
   * A bundle of parts of several.
   *
   * @param base where every part comes from that is not named otherwise
   * @return a builder
   */
  static Mix mix(AuthStores base) {
    return new Mix(base);
  }

  /** Puts a bundle together. Not safe for concurrent use. */
  final class Mix {
    private final AuthStores base;
    private OtpStore otp;
    private RateLimitStore rateLimits;
    private SessionStore sessions;
    private Optional<RevocationFeed> revocations;
    private KeyStore keys;
    private @Nullable AccountDirectory accounts;
    private Clock clock;

    private Mix(AuthStores base) {
      this.base = base;
      this.otp = base.otp();
      this.rateLimits = base.rateLimits();
      this.sessions = base.sessions();
      this.revocations = base.revocations();
      this.keys = base.keys();
      this.clock = base.clock();
    }

    /**
     * Takes challenges, failures and locks from elsewhere.
     *
     * @param store the store
     * @return this
     */
    public Mix otp(OtpStore store) {
      this.otp = store;
      return this;
    }

    /**
     * Takes the logs of the rate limits from elsewhere.
     *
     * @param store the store
     * @return this
     */
    public Mix rateLimits(RateLimitStore store) {
      this.rateLimits = store;
      return this;
    }

    /**
     * Takes sessions and revocations from elsewhere, without a feed: the one of the base tells of
     * other sessions.
     *
     * @param store the store
     * @return this
     */
    public Mix sessions(SessionStore store) {
      this.sessions = store;
      this.revocations = Optional.empty();
      return this;
    }

    /**
     * Takes sessions and revocations from elsewhere, with their feed.
     *
     * @param store the store
     * @param feed what ends in that very store
     * @return this
     */
    public Mix sessions(SessionStore store, RevocationFeed feed) {
      this.sessions = store;
      this.revocations = Optional.of(feed);
      return this;
    }

    /**
     * Takes the key ring from elsewhere.
     *
     * @param store the store
     * @return this
     */
    public Mix keys(KeyStore store) {
      this.keys = store;
      return this;
    }

    /**
     * Takes the accounts from elsewhere: a host's own users table, say.
     *
     * @param directory the directory
     * @return this
     */
    public Mix accounts(AccountDirectory directory) {
      this.accounts = directory;
      return this;
    }

    /**
     * Takes the time from elsewhere.
     *
     * @param time a clock that all nodes who share the stores agree on
     * @return this
     */
    public Mix clock(Clock time) {
      this.clock = time;
      return this;
    }

    /**
     * The bundle.
     *
     * @return a bundle that no longer changes
     */
    public AuthStores build() {
      // Not asked before: a bundle may have no accounts to give, and then another has to.
      AccountDirectory directory = accounts == null ? base.accounts() : accounts;
      return new StoreBundle(otp, rateLimits, sessions, revocations, keys, directory, clock);
    }
  }
}
