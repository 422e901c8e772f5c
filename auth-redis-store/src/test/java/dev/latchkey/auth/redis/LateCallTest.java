package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Contest;
import dev.latchkey.auth.testkit.traffic.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class LateCallTest {
  private static final AccountId WHO = new AccountId("account");
  private static final SessionId SESSION = SessionId.of(new byte[SessionId.BYTES]);
  private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

  private static Session session(Instant now) {
    Instant end = now.plus(Duration.ofDays(14));
    return new Session(
        SESSION,
        new DeviceId(Base64Url.encode(new byte[32])),
        1,
        now,
        now,
        end,
        end,
        "start",
        Optional.empty(),
        Optional.empty());
  }

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
          .isThrownBy(() -> far.sessions().start(WHO, session(now), 50, now));
      long before = scripts(node);
      near.sessions().end(WHO, new EndScope.All(), now);
      proxy.heal();
      Eventually.within(
          LiveStores.LONG, "the late call arrives", () -> scripts(node) >= before + 2);

      assertThat(near.sessions().isLive(WHO, SESSION, "jti", near.clock().instant())).isFalse();
    }
  }
}
