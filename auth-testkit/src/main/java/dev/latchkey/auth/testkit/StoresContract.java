package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * All that a bundle of stores promises, but for its accounts: each store by itself, the service on
 * one node and on many, random histories, and a simulated fleet. Extended by store authors: answer
 * {@link #stores} with fresh ones, and every test must pass.
 *
 * <p>{@link StoresAndAccountsContract} adds the accounts. Who has some of the stores alone extends
 * the contracts of those, such as {@link SessionStoreContract}; or puts them into a bundle with
 * those of another, see {@link AuthStores#mix}, and extends this one. Stores that tell what ends in
 * them pass {@link RevocationFeedContract} too.
 *
 * <p>Tests may run in parallel.
 *
 * @param <S> the type of the bundle
 */
@DisplayName("A bundle of stores")
public abstract class StoresContract<S extends AuthStores> {
  /** So many seeds take seconds where a call takes microseconds. */
  private static final int DEFAULT_SEEDS = 250;

  /** Made by test frameworks, which call subclasses only. */
  protected StoresContract() {}

  /**
   * Fresh stores, with nothing in them that another test has put there. Called once a test, and
   * hundreds of times by those that are random.
   *
   * @param clock the time of the test; whatever of the stores asks a clock asks this one
   * @return the stores
   */
  protected abstract S stores(Clock clock);

  /**
   * How many random histories and simulations of each kind the default build runs. Overridden where
   * a call is slow.
   *
   * @return 1 or more; 250 unless overridden
   */
  protected int seeds() {
    return DEFAULT_SEEDS;
  }

  /** For the contracts of single stores, whose verbs bring times of their own. */
  final S freshStores() {
    return stores(MutableClock.create());
  }

  @Nested
  @DisplayName("One-time codes")
  class OneTimeCodes extends OtpStoreContract {
    @Override
    protected OtpStore emptyStore() {
      return freshStores().otp();
    }
  }

  @Nested
  @DisplayName("Rate limits")
  class RateLimits extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return freshStores().rateLimits();
    }
  }

  @Nested
  @DisplayName("Sessions")
  class Sessions extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return freshStores().sessions();
    }
  }

  @Nested
  @DisplayName("Keys")
  class Keys extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return freshStores().keys();
    }
  }

  @Nested
  @DisplayName("The service on one node")
  class OneNode extends LatchkeyContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return StoresContract.this.stores(clock);
    }
  }

  @Nested
  @DisplayName("The service on many nodes")
  class ManyNodes extends FleetContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return StoresContract.this.stores(clock);
    }
  }

  @Nested
  @DisplayName("Random histories")
  class Histories extends HistoryContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return StoresContract.this.stores(clock);
    }

    @Override
    protected int seeds() {
      return StoresContract.this.seeds();
    }
  }

  @Nested
  @DisplayName("Simulated fleets")
  class Simulations extends SimulationContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return StoresContract.this.stores(clock);
    }

    @Override
    protected int seeds() {
      return StoresContract.this.seeds();
    }
  }
}
