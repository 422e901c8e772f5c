package dev.latchkey.auth.redis;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.testkit.differential.DifferentialContract;
import java.time.Clock;

/** The licence to say rules again in Lua. */
final class RedisDifferentialTest extends DifferentialContract {
  @Override
  protected AuthStores stores(Clock clock) {
    return LiveStores.timeless(TestServers.single(), clock);
  }
}
