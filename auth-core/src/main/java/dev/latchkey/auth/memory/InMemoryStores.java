package dev.latchkey.auth.memory;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;

/**
 * All stores in this process. Called by applications.
 *
 * <p>Guarantees: complete and exact under any number of threads; at most {@link #DEFAULT_CAPACITY}
 * records a kind (of the rate limits: an action), past which new ones are refused with {@link
 * dev.latchkey.auth.store.StoreUnavailableException} while every lock, session and limit that is
 * there goes on.
 *
 * <p>Does not guarantee: anything past the end of the process, or anything between two processes.
 */
public final class InMemoryStores implements AuthStores {
  /**
   * A million records a kind, more than one node serves. A usual record takes a few hundred bytes;
   * a service whose every record may be full (50 sessions, a thousand requests) sets a lower bound.
   */
  public static final int DEFAULT_CAPACITY = 1_000_000;

  private final OtpStore otp;
  private final RateLimitStore rateLimits;
  private final SessionStore sessions;
  private final KeyStore keys = new InMemoryKeyStore();
  private final InMemoryAccounts accounts;
  private final Clock clock;

  private InMemoryStores(Clock clock, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be 1 or more, got " + capacity);
    }
    this.clock = clock;
    this.otp = new InMemoryOtpStore(capacity);
    this.rateLimits = new InMemoryRateLimitStore(capacity);
    this.sessions = new InMemorySessionStore(capacity);
    this.accounts = new InMemoryAccounts(capacity, SecureBytes.system());
  }

  /**
   * Empty stores on the system's clock.
   *
   * @return the stores
   */
  public static InMemoryStores create() {
    return create(Clock.systemUTC());
  }

  /**
   * Empty stores on a clock.
   *
   * @param clock what time it is
   * @return the stores
   */
  public static InMemoryStores create(Clock clock) {
    return create(clock, DEFAULT_CAPACITY);
  }

  /**
   * Empty stores on a clock, with a bound.
   *
   * @param clock what time it is
   * @param capacity the most records of each kind, 1 or more
   * @return the stores
   */
  public static InMemoryStores create(Clock clock, int capacity) {
    return new InMemoryStores(clock, capacity);
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
  public InMemoryAccounts accounts() {
    return accounts;
  }

  @Override
  public Clock clock() {
    return clock;
  }
}
