package dev.latchkey.auth.examples;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.testkit.StoresAndAccountsContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest extends StoresAndAccountsContract<CasStores> {
  @TempDir static Path directory;

  @Override
  protected CasStores stores(Clock clock) {
    Path empty = directory.resolve(UUID.randomUUID().toString());
    return CasStores.over(new DirectoryStore(empty), clock);
  }

  @Override
  protected void bar(CasStores stores, EmailAddress address) {
    stores.accounts().bar(address);
  }

  @Override
  protected int seeds() {
    return 10;
  }
}
