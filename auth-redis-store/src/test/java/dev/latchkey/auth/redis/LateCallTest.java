package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import java.time.Instant;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LateCallTest {
  private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

  /** How many scripts the server has run, or refused to. */
  private static long scripts(RedisNode node) {
    return CALLS
        .matcher(node.ask(commands -> commands.info("commandstats")))
        .results()
        .map(MatchResult::group)
        .mapToLong(found -> Long.parseLong(found.substring(found.indexOf('=') + 1)))
        .sum();
  }

  @Test
  void aCallThatWasGivenUp_hasNoEffect_whenTheNetworkDeliversItAfterAll() {
    String prefix = TestServers.freshPrefix();
    try (RedisNode node = RedisNode.inMemory();
        FaultyProxy proxy = FaultyProxy.to("127.0.0.1", node.port());
        RedisStores far = LiveStores.on("redis://127.0.0.1:" + proxy.port(), prefix);
        RedisStores near = LiveStores.on(node.uri(), prefix)) {
      Contest.NO_SESSION_ONCE_ENDED.prepare(far, 1, far.clock().instant());
      Contest.NO_SESSION_ONCE_ENDED.prepare(near, 2, near.clock().instant());
      Instant now = near.clock().instant();

      proxy.stall();
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(
              () -> far.sessions().start(Contest.account(3), Contest.session(3, now), 50, now));
      long before = scripts(node);
      near.sessions().end(Contest.account(3), new EndScope.All(), now);
      proxy.heal();
      Eventually.within(
          LiveStores.LONG, "the late call arrives", () -> scripts(node) >= before + 2);

      assertThat(Contest.NO_SESSION_ONCE_ENDED.tryToWin(near, 3, 1, near.clock().instant()))
          .isFalse();
    }
  }
}
