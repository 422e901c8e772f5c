package dev.latchkey.auth.examples;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.cas.CasAccounts;
import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.key.KeyStore;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.testkit.AccountDirectoryContract;
import dev.latchkey.auth.testkit.DeviceLaneContract;
import dev.latchkey.auth.testkit.KeyStoreContract;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.OtpStoreContract;
import dev.latchkey.auth.testkit.RateLimitStoreContract;
import dev.latchkey.auth.testkit.SessionStoreContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreContractsTest {
  @TempDir static Path directory;

  static CasStores fresh() {
    Path empty = directory.resolve(UUID.randomUUID().toString());
    return CasStores.over(new DirectoryStore(empty), MutableClock.create());
  }

  @Nested
  class Otp extends OtpStoreContract {
    @Override
    protected OtpStore emptyStore() {
      return fresh().otp();
    }
  }

  @Nested
  class Devices extends DeviceLaneContract {
    @Override
    protected OtpStore emptyStore() {
      return fresh().otp();
    }
  }

  @Nested
  class RateLimits extends RateLimitStoreContract {
    @Override
    protected RateLimitStore emptyStore() {
      return fresh().rateLimits();
    }
  }

  @Nested
  class Sessions extends SessionStoreContract {
    @Override
    protected SessionStore emptyStore() {
      return fresh().sessions();
    }
  }

  @Nested
  class Keys extends KeyStoreContract {
    @Override
    protected KeyStore emptyStore() {
      return fresh().keys();
    }
  }

  @Nested
  class Accounts extends AccountDirectoryContract<CasAccounts> {
    @Override
    protected CasAccounts emptyDirectory() {
      return fresh().accounts();
    }

    @Override
    protected void bar(CasAccounts directory, EmailAddress address) {
      directory.bar(address);
    }
  }
}
