package dev.latchkey.auth.testkit;

import dev.latchkey.auth.otp.OtpStore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link OtpStore} promises. Extended by store authors: answer {@link #emptyStore} with
 * an empty store, and every test must pass.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("A store of one-time codes")
public abstract class OtpStoreContract {
  /** Called by test frameworks, through a subclass. */
  protected OtpStoreContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract OtpStore emptyStore();

  @Nested
  @DisplayName("Challenges")
  class Challenges extends ChallengeContract {
    @Override
    protected OtpStore emptyStore() {
      return OtpStoreContract.this.emptyStore();
    }
  }

  @Nested
  @DisplayName("Guesses")
  class Guesses extends GuessContract {
    @Override
    protected OtpStore emptyStore() {
      return OtpStoreContract.this.emptyStore();
    }
  }

  @Nested
  @DisplayName("Delays and locks")
  class Lockouts extends LockoutContract {
    @Override
    protected OtpStore emptyStore() {
      return OtpStoreContract.this.emptyStore();
    }
  }

  @Nested
  @DisplayName("Known devices")
  class Devices extends DeviceLaneContract {
    @Override
    protected OtpStore emptyStore() {
      return OtpStoreContract.this.emptyStore();
    }
  }
}
