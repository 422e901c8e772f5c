package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.testkit.traffic.Contest;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules for a user that {@code docs/redis.md} gives are enough for every verb. */
final class AclTest {
  private static final String NAME = "latchkey-app";
  private static final String PASSWORD = "s3cret";

  private static List<String> rules() {
    try (Stream<String> page = Files.lines(Path.of("..", "docs", "redis.md"))) {
      String rules = page.filter(line -> line.startsWith("~latchkey:*")).findFirst().orElseThrow();
      return List.of(rules.split(" ", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words as they stand on the page, and not as Lettuce would put them. */
  private static String setUser(RedisCommands<String, String> redis, List<String> rules) {
    CommandArgs<String, String> args =
        new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(NAME).add("on").add(">" + PASSWORD);
    rules.forEach(args::add);
    return redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args);
  }

  @Test
  void aUserWithTheRulesOfThePage_canDoEverything_andNothingElse() {
    try (RedisNode node = RedisNode.inMemory()) {
      node.ask(redis -> setUser(redis, rules()));
      String uri = "redis://%s:%s@%s".formatted(NAME, PASSWORD, node.address());

      try (RedisStores stores =
          RedisStores.builder(uri)
              .accounts(MasterSecret.generate())
              .acceptAnyClock(Clock.systemUTC())
              .deadline(LiveStores.LONG)
              .connect()) {
        useAll(stores);
      }
      assertThatExceptionOfType(RedisCommandExecutionException.class)
          .isThrownBy(() -> RedisNode.ask(RedisURI.create(uri), redis -> redis.keys("*")))
          .withMessageStartingWith("NOPERM");
    }
  }

  private static void useAll(RedisStores stores) {
    Instant now = stores.clock().instant();
    for (Contest contest : Contest.values()) {
      contest.prepare(stores, 1, now);
      contest.tryToWin(stores, 1, 1, now);
    }
    Subject ada = new Subject("send", "ada");
    List<Quota> quotas = List.of(Quota.of(3, Duration.ofHours(1)));
    Admitted admitted = (Admitted) stores.rateLimits().acquire(ada, quotas, now);
    stores.rateLimits().refund(new Reservation(ada, admitted.stamp()));
    stores.rateLimits().observe(ada, Thresholds.DEFAULT, now);
    stores.rateLimits().surgeUntil(ada);
    stores.revocations().orElseThrow().read(Position.START);
    EmailAddress address = EmailAddress.parse("ada@example.com").orElseThrow();
    var account = stores.accounts().signIn(address).account();
    stores.accounts().bar(address);
    assertThat(stores.accounts().find(account.id())).isEmpty();
  }
}
