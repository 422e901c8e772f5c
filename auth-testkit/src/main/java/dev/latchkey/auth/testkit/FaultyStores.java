package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stores that fail as networks do, over any stores that do not. Called by tests: of this library,
 * of a store, or of a host that wants to see its own answers to an outage.
 *
 * <p>Each call of each storage interface meets a fault with the chance that was asked for, drawn
 * from a seed; {@link #plan} plans single ones. A fault is one of {@link Fault}. Guarantees: the
 * same seed and the same sequence of calls meet the same faults; nothing sleeps. Safe for
 * concurrent use, though parallel callers make no sequence.
 */
public final class FaultyStores implements AuthStores {
  /** What can become of a call. */
  public enum Fault {
    /** The store is not reached: nothing happens, and the caller is told of an outage. */
    BEFORE,
    /** The call is done and its reply is lost: the caller is told of an outage. */
    REPLY_LOST,
    /** The call is delivered twice, and the caller gets the second answer. */
    TWICE,
    /** The call comes late: the hook runs first. */
    SLOW
  }

  private final AuthStores wrapped;
  private final SplittableRandom random;
  private final int percent;
  private final Runnable slow;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Fault> planned = new HashMap<>();
  private boolean ill = true;
  private long faults;

  private FaultyStores(AuthStores inner, long seed, int percent, Runnable slow) {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("percent must be 0 to 100, got " + percent);
    }
    this.random = new SplittableRandom(seed);
    this.percent = percent;
    this.slow = slow;
    this.wrapped = WrappedStores.of(inner, this::call);
  }

  /**
   * Stores that do what {@code inner} does, most of the time.
   *
   * @param inner where everything is really kept
   * @param seed decides which calls meet which faults
   * @param percent how many of a hundred calls meet one; 0 for none but the planned ones
   * @param slow what happens while a call is late: a clock that moves on, say
   * @return the stores
   */
  public static FaultyStores over(AuthStores inner, long seed, int percent, Runnable slow) {
    return new FaultyStores(inner, seed, percent, slow);
  }

  /**
   * Plans a fault for the next call of one verb, also when healed.
   *
   * @param verb the name of the verb, such as {@code otp.guess}, {@code rateLimit.acquireAll},
   *     {@code session.rotate}, {@code feed.read}, {@code key.read} or {@code account.find}
   * @param fault what becomes of it
   */
  public void plan(String verb, Fault fault) {
    lock.lock();
    try {
      planned.put(verb, fault);
    } finally {
      lock.unlock();
    }
  }

  /** From now on no call meets a fault that was not planned. */
  public void heal() {
    lock.lock();
    try {
      ill = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many calls met a fault.
   *
   * @return 0 or more
   */
  public long faults() {
    lock.lock();
    try {
      return faults;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Object call(String verb, List<Object> arguments, WrappedStores.Call call) {
    Optional<Fault> fault = draw(verb);
    if (fault.isEmpty()) {
      return call.make();
    }
    switch (fault.get()) {
      case BEFORE -> throw new StoreUnavailableException(verb, true, null);
      case REPLY_LOST -> {
        call.make();
        throw new StoreUnavailableException(verb, true, null);
      }
      case TWICE -> call.make();
      case SLOW -> slow.run();
    }
    return call.make();
  }

  private Optional<Fault> draw(String verb) {
    lock.lock();
    try {
      Fault fault = planned.remove(verb);
      if (fault == null && ill && random.nextInt(100) < percent) {
        fault = Fault.values()[random.nextInt(Fault.values().length)];
      }
      faults += fault == null ? 0 : 1;
      return Optional.ofNullable(fault);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public OtpStore otp() {
    return wrapped.otp();
  }

  @Override
  public RateLimitStore rateLimits() {
    return wrapped.rateLimits();
  }

  @Override
  public SessionStore sessions() {
    return wrapped.sessions();
  }

  @Override
  public Optional<RevocationFeed> revocations() {
    return wrapped.revocations();
  }

  @Override
  public KeyStore keys() {
    return wrapped.keys();
  }

  @Override
  public AccountDirectory accounts() {
    return wrapped.accounts();
  }

  @Override
  public Clock clock() {
    return wrapped.clock();
  }
}
