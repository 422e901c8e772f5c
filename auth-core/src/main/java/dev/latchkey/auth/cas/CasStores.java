package dev.latchkey.auth.cas;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.time.Duration;

/**
 * All stores over one {@link CasBackend}. Called by applications.
 *
 * <p>Guarantees: every verb reads one record, runs its transition, and replaces exactly what it
 * read; what changes nothing writes nothing. So the stores are as exact as the backend's {@code
 * replace}, under any number of threads and nodes. A verb that loses a race runs again at once,
 * without a lock and without sleeping. It throws {@link
 * dev.latchkey.auth.store.StoreUnavailableException}, retryable, after so many attempts or so much
 * time, and whenever the backend throws, since the outcome is then unknown; not retryable if a
 * record can not be read, see {@link UnreadableRecordException}.
 *
 * <p>Does not guarantee: fairness between callers, or one round trip a verb; a verb that changes
 * something takes two or more, and several subjects of a rate limit are asked one after the other.
 * A backend that hangs hangs its caller: its own deadline must see to that. Safe for concurrent
 * use.
 */
public final class CasStores implements AuthStores {
  /**
   * More than callers ever meet at one record, of whom each can win a race but once a call: the
   * deadline comes first, unless the clock stands still.
   */
  public static final int DEFAULT_ATTEMPTS = 4_096;

  /** As long as a person waits for an answer without doubt. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(2);

  private final OtpStore otp;
  private final RateLimitStore rateLimits;
  private final SessionStore sessions;
  private final KeyStore keys;
  private final CasAccounts accounts;
  private final Clock clock;

  private CasStores(CasRecords.Where where) {
    this.otp = new CasOtpStore(where);
    this.rateLimits = new CasRateLimitStore(where);
    this.sessions = new CasSessionStore(where);
    this.keys = new CasKeyStore(where);
    this.accounts = new CasAccounts(where, SecureBytes.system());
    this.clock = where.clock();
  }

  /**
   * Stores over a backend.
   *
   * @param backend where the bytes are
   * @param clock a clock that all nodes who share the backend agree on
   * @return the stores
   */
  public static CasStores over(CasBackend backend, Clock clock) {
    return over(backend, clock, DEFAULT_ATTEMPTS, DEFAULT_DEADLINE);
  }

  /**
   * Stores over a backend, with bounds of their own.
   *
   * @param backend where the bytes are
   * @param clock a clock that all nodes who share the backend agree on
   * @param attempts how often a verb that loses races is run, 1 or more
   * @param deadline after which it is not run again, by {@code clock}; positive
   * @return the stores
   */
  public static CasStores over(CasBackend backend, Clock clock, int attempts, Duration deadline) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be 1 or more, got " + attempts);
    }
    if (deadline.isNegative() || deadline.isZero()) {
      throw new IllegalArgumentException("deadline must be positive, got " + deadline);
    }
    return new CasStores(new CasRecords.Where(backend, clock, attempts, deadline));
  }

  @Override
  public OtpStore otp() {
    return otp;
  }

  @Override
  public RateLimitStore rateLimits() {
    return rateLimits;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public KeyStore keys() {
    return keys;
  }

  @Override
  public CasAccounts accounts() {
    return accounts;
  }

  @Override
  public Clock clock() {
    return clock;
  }
}
