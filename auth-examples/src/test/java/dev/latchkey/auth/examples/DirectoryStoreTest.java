package dev.latchkey.auth.examples;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.cas.CasStores;
import dev.latchkey.auth.testkit.FleetContract;
import dev.latchkey.auth.testkit.LatchkeyContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {
  @TempDir static Path directory;

  static CasStores fresh(Clock clock) {
    Path empty = directory.resolve(UUID.randomUUID().toString());
    return CasStores.over(new DirectoryStore(empty), clock);
  }

  @Nested
  class OneNode extends LatchkeyContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return fresh(clock);
    }
  }

  @Nested
  class ManyNodes extends FleetContract {
    @Override
    protected AuthStores stores(Clock clock) {
      return fresh(clock);
    }
  }
}
