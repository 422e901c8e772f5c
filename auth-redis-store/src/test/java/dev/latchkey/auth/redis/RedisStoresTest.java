package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.testkit.FaultyProxy;
import dev.latchkey.auth.testkit.traffic.Eventually;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the stores do around their scripts, on a server of their own. */
final class RedisStoresTest {
  private static final Subject ADA = new Subject("send", "ada");
  private static final List<Quota> THREE = List.of(Quota.of(3, Duration.ofMinutes(5)));
  private static final EmailAddress ADDRESS = EmailAddress.parse("ada@example.com").orElseThrow();

  private static RedisNode node;

  @BeforeAll
  static void start() {
    node = RedisNode.inMemory();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static RedisStores.Builder stores() {
    return RedisStores.builder(node.uri())
        .prefix(TestServers.freshPrefix())
        .deadline(LiveStores.LONG);
  }

  private static RateDecision acquire(RedisStores stores) {
    return acquire(stores, stores.clock().instant());
  }

  private static RateDecision acquire(RedisStores stores, Instant now) {
    return stores.rateLimits().acquire(ADA, THREE, now);
  }

  private static StoreUnavailableException failure(Runnable call) {
    try {
      call.run();
    } catch (StoreUnavailableException e) {
      return e;
    }
    throw new AssertionError("must have thrown");
  }

  @Test
  void aScriptThatTheServerForgot_isLoadedAgain() {
    try (RedisStores stores = stores().connect()) {
      acquire(stores);
      node.ask(redis -> redis.scriptFlush());

      assertThat(acquire(stores).standing().remaining()).isEqualTo(1);
    }
  }

  @Test
  void theClock_tellsTheServersTime() {
    try (RedisStores stores = stores().connect()) {
      assertThat(stores.clock().instant()).isCloseTo(Instant.now(), within(2, ChronoUnit.SECONDS));
    }
  }

  @Test
  void aCallerWhoseClockIsMoreThanTwoSecondsOff_isRefused_andNothingIsWritten() {
    try (RedisStores stores = stores().connect()) {
      for (Duration off : List.of(Duration.ofMillis(-2_500), Duration.ofMillis(2_500))) {
        StoreUnavailableException refusal =
            failure(() -> acquire(stores, stores.clock().instant().plus(off)));

        assertThat(refusal.operation()).isEqualTo("rateLimit.acquire");
        assertThat(refusal.retryable()).as("by the time that is read anew").isTrue();
      }
      assertThat(acquire(stores, stores.clock().instant().plusMillis(500)).standing().remaining())
          .isEqualTo(2);
    }
  }

  @Test
  void aCallThatWasGivenUp_hasNoEffect_whenTheServerWakesUp() {
    try (RedisStores stores = stores().deadline(Duration.ofMillis(500)).connect()) {
      acquire(stores);
      node.ask(redis -> redis.clientPause(1_500));

      assertThat(failure(() -> acquire(stores)).retryable()).isTrue();
      Eventually.within(
          LiveStores.RECOVERY, "an answer", () -> acquire(stores).standing().remaining() == 1);
    }
  }

  @Test
  void aDeadlineLongerThanAnyLimitOfTheDriver_isWaitedFor() {
    try (RedisStores stores = stores().connect()) {
      Instant now = stores.clock().instant();
      node.ask(redis -> redis.clientPause(2_500));

      assertThat(stores.rateLimits().surgeUntil(ADA)).isBefore(now);
    }
  }

  @Test
  void aSilentConnection_isReplaced_alsoIfTheHostsClientGivesUpFirst() {
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", node.port());
        RedisClient client = RedisClient.create("redis://127.0.0.1:" + proxy.port())) {
      client.setOptions(
          RedisStores.atMostOnce(ClientOptions.builder())
              .timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(1)))
              .build());
      try (RedisStores stores = RedisStores.using(client).deadline(LiveStores.LONG).connect()) {
        stores.rateLimits().surgeUntil(ADA);
        proxy.halfOpen();
        long before = proxy.accepted();

        assertThat(failure(() -> stores.rateLimits().surgeUntil(ADA)).retryable()).isTrue();
        Eventually.within(
            LiveStores.RECOVERY, "a fresh connection", () -> proxy.accepted() > before);
      }
    }
  }

  @Test
  void aCallThatWasRefusedForItsTime_makesTheClockAskAgain() {
    try (RedisNode own = RedisNode.inMemory();
        RedisStores stores = RedisStores.builder(own.uri()).deadline(LiveStores.LONG).connect()) {
      acquire(stores);
      long before = timesAsked(own);
      assertThat(stores.clock().instant()).isAfter(Instant.EPOCH);
      assertThat(timesAsked(own)).as("while all is well").isEqualTo(before);

      failure(() -> acquire(stores, stores.clock().instant().plusSeconds(3)));
      long refused = timesAsked(own);
      assertThat(stores.clock().instant()).isAfter(Instant.EPOCH);
      assertThat(timesAsked(own)).isGreaterThan(refused);
    }
  }

  private static long timesAsked(RedisNode node) {
    return Pattern.compile("cmdstat_time:calls=(\\d+)")
        .matcher(node.ask(redis -> redis.info("commandstats")))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  @Test
  void noRequests_haveNoDecisions() {
    try (RedisStores stores = stores().connect()) {
      assertThat(stores.rateLimits().acquireAll(List.of(), stores.clock().instant())).isEmpty();
    }
  }

  @Test
  void aPrimaryThatWasDemoted_isNotEvenRead_andTheConnectionIsGivenUp() {
    try (RedisNode demoted = RedisNode.inMemory();
        RedisNode primary = RedisNode.inMemory();
        FaultyProxy proxy = FaultyProxy.to("127.0.0.1", demoted.port());
        RedisStores stores =
            RedisStores.builder("redis://127.0.0.1:" + proxy.port())
                .deadline(LiveStores.LONG)
                .connect()) {
      acquire(stores);
      demoted.ask(redis -> redis.replicaof("127.0.0.1", primary.port()));
      Eventually.within(
          LiveStores.LONG,
          "it follows the primary",
          () -> demoted.ask(redis -> redis.info("replication")).contains("link_status:up"));
      long before = proxy.accepted();

      for (Runnable call :
          List.<Runnable>of(
              () -> acquire(stores),
              () -> stores.rateLimits().surgeUntil(ADA),
              () -> stores.keys().read("https://issuer.example"),
              () -> stores.revocations().orElseThrow().read(Position.START))) {
        assertThat(failure(call))
            .hasStackTraceContaining("refused with READONLY")
            .returns(true, StoreUnavailableException::retryable);
      }
      Eventually.within(LiveStores.RECOVERY, "a fresh connection", () -> proxy.accepted() > before);
      demoted.ask(redis -> redis.replicaofNoOne());
      assertThat(acquire(stores).standing().remaining()).isEqualTo(2);
    }
  }

  @Test
  void aValueOfAnUnknownFormat_isRefusedForGood_andKept() {
    String prefix = TestServers.freshPrefix();
    try (RedisStores stores = stores().prefix(prefix).connect()) {
      node.ask(redis -> redis.set(prefix + "rl:send/ada", "\u007fof the future"));
      node.ask(redis -> redis.set(prefix + "sg:send/ada", "\u007fof the future"));
      Instant now = stores.clock().instant();

      assertThat(failure(() -> acquire(stores, now)).retryable()).isFalse();
      assertThat(failure(() -> stores.rateLimits().surgeUntil(ADA)).retryable()).isFalse();
      assertThat(
              failure(() -> stores.rateLimits().observe(ADA, Thresholds.DEFAULT, now)).retryable())
          .isFalse();
      assertThat(node.<String>ask(redis -> redis.get(prefix + "rl:send/ada")))
          .isEqualTo("\u007fof the future");
    }
  }

  @Test
  void anInterruptedCaller_isToldSo_andStaysInterrupted() {
    try (RedisStores stores = stores().connect()) {
      acquire(stores);
      Instant now = stores.clock().instant();
      // An answer that is there already would be taken.
      node.ask(redis -> redis.clientPause(300));
      Thread.currentThread().interrupt();

      assertThat(failure(() -> acquire(stores, now)).retryable()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(acquire(stores)).isInstanceOf(Admitted.class);
    }
  }

  @Test
  void nobodyAtTheAddress_isUnavailable_andTellsNoPassword() {
    StoreUnavailableException refusal =
        failure(() -> RedisStores.connect("redis://ada:s3cret@127.0.0.1:1"));

    assertThat(refusal.operation()).isEqualTo("redis.connect");
    assertThat(refusal).hasStackTraceContaining("ConnectException");
    for (Throwable at = refusal; at != null; at = at.getCause()) {
      assertThat(at.toString()).doesNotContain("s3cret").doesNotContain("127.0.0.1");
    }
  }

  @Test
  void aWrongPassword_isUnavailable_andTellsIt_toNobody() {
    try (RedisNode guarded = RedisNode.inMemory()) {
      guarded.ask(redis -> redis.configSet("requirepass", "right"));

      StoreUnavailableException refusal =
          failure(() -> RedisStores.connect("redis://:s3cret@" + guarded.address()));

      for (Throwable at = refusal; at != null; at = at.getCause()) {
        assertThat(at.toString()).doesNotContain("s3cret");
      }
      guarded.kill();
    }
  }

  @Test
  void aServerThatEvicts_isRefused_unlessTheHostSaysSo() {
    try (RedisNode evicting =
        RedisNode.inMemory("maxmemory 100mb", "maxmemory-policy volatile-lru")) {
      assertThatIllegalStateException()
          .isThrownBy(() -> RedisStores.connect(evicting.uri()))
          .withMessageContaining("volatile-lru");
      RedisStores.builder(evicting.uri()).acceptEviction().connect().close();
    }
    try (RedisNode unlimited = RedisNode.inMemory("maxmemory-policy allkeys-lru")) {
      RedisStores.connect(unlimited.uri()).close();
    }
  }

  @Test
  void aClientThatWouldSendAgain_isRefused() {
    try (RedisClient client = RedisClient.create(node.uri());
        RedisClusterClient cluster = RedisClusterClient.create(node.uri())) {
      assertThatIllegalArgumentException().isThrownBy(() -> RedisStores.using(client));
      assertThatIllegalArgumentException().isThrownBy(() -> RedisStores.using(cluster));
      client.setOptions(
          ClientOptions.builder()
              .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
              .build());
      assertThatIllegalArgumentException()
          .as("which rejects, but sends again")
          .isThrownBy(() -> RedisStores.using(client));
      client.setOptions(ClientOptions.builder().replayFilter(command -> true).build());
      assertThatIllegalArgumentException()
          .as("which does not send again, but buffers")
          .isThrownBy(() -> RedisStores.using(client));

      client.setOptions(RedisStores.atMostOnce(ClientOptions.builder()).build());
      RedisStores.using(client).connect().close();

      assertThat(client.connect().sync().ping()).as("the host's client").isEqualTo("PONG");
    }
  }

  @Test
  void aClientThatWouldStayAwayOnceItsConnectionIsLost_isRefused() {
    try (RedisClient client = RedisClient.create(node.uri())) {
      for (ClientOptions options :
          List.of(
              RedisStores.atMostOnce(ClientOptions.builder().autoReconnect(false)).build(),
              RedisStores.atMostOnce(ClientOptions.builder())
                  .suspendReconnectOnProtocolFailure(true)
                  .build())) {
        client.setOptions(options);

        assertThatIllegalArgumentException()
            .isThrownBy(() -> RedisStores.using(client))
            .withMessageContaining("again");
      }
    }
  }

  @Test
  void stores_endToEnd_leaveNoConnection() {
    long before = connections();
    try (RedisStores stores = stores().connect()) {
      acquire(stores);
      assertThat(connections()).isGreaterThan(before);
    }
    Eventually.within(LiveStores.RECOVERY, "no connection", () -> connections() <= before);
  }

  private static long connections() {
    return node.<String>ask(redis -> redis.clientList()).lines().count();
  }

  @Test
  void closedStores_areUnavailable() {
    RedisStores stores = stores().connect();
    Instant now = stores.clock().instant();
    stores.close();

    assertThat(failure(() -> acquire(stores, now)).operation()).isEqualTo("rateLimit.acquire");
  }

  @Test
  void aReplicaThatIsAskedForAndMissing_isUnavailable_thoughItIsWritten() {
    String prefix = TestServers.freshPrefix();
    try (RedisStores careful =
            stores().prefix(prefix).waitForReplicas(1).deadline(Duration.ofSeconds(2)).connect();
        RedisStores stores = stores().prefix(prefix).connect()) {
      StoreUnavailableException refusal = failure(() -> acquire(careful));

      assertThat(refusal.retryable()).isTrue();
      assertThat(refusal).hasStackTraceContaining("too few replicas");
      assertThat(acquire(stores).standing().remaining()).isEqualTo(1);
    }
  }

  @Test
  void whatABuilderIsToldLater_isNotForStoresThatAreConnected() {
    RedisStores.Builder builder = stores();
    try (RedisStores stores = builder.connect()) {
      builder.accounts(MasterSecret.generate());

      assertThatIllegalStateException().isThrownBy(stores::accounts);
    }
  }

  @Test
  void accountsWithoutASecret_areRefused_andCanBeMixedIn() {
    try (RedisStores stores = stores().connect()) {
      assertThatIllegalStateException()
          .isThrownBy(stores::accounts)
          .withMessageContaining("master secret");
      assertThatIllegalStateException().isThrownBy(() -> AuthStores.mix(stores).build());
      AuthStores mixed =
          AuthStores.mix(stores).accounts(InMemoryStores.create().accounts()).build();

      assertThat(mixed.accounts().admits(ADDRESS)).isTrue();
    }
  }

  @Test
  void accounts_areFoundAgain_underANewerSecret_andWithNoOther() {
    String prefix = TestServers.freshPrefix();
    byte[] old = "the old secret, which is long enough".getBytes(StandardCharsets.US_ASCII);
    byte[] fresh = "the new secret, which is long enough".getBytes(StandardCharsets.US_ASCII);
    Supplier<RedisStores.Builder> same = () -> stores().prefix(prefix);
    try (RedisStores first = same.get().accounts(MasterSecret.of(old)).connect();
        RedisStores second = same.get().accounts(MasterSecret.of(fresh, old)).connect();
        RedisStores third = same.get().accounts(MasterSecret.of(fresh)).connect();
        RedisStores stranger = same.get().accounts(MasterSecret.generate()).connect()) {
      var account = first.accounts().signIn(ADDRESS).account();

      assertThat(second.accounts().find(account.id())).hasValue(account);
      assertThat(third.accounts().signIn(ADDRESS).account()).isEqualTo(account);
      assertThatIllegalStateException().isThrownBy(stranger::accounts);
    }
  }

  @Test
  void accounts_onTheServer_tellNoAddress() {
    String prefix = TestServers.freshPrefix();
    try (RedisStores stores = stores().prefix(prefix).accounts(MasterSecret.generate()).connect()) {
      String id = stores.accounts().signIn(ADDRESS).account().id().value();

      List<String> keys = node.ask(redis -> redis.keys(prefix + "*"));
      assertThat(keys).hasSize(3).allMatch(key -> key.matches("\\S+:(ac|kr):[A-Za-z0-9_-]+"));
      for (String key : keys) {
        assertThat(key).doesNotContain("ada").doesNotContain(id);
        assertThat(node.<String>ask(redis -> redis.get(key)))
            .doesNotContainIgnoringCase("ada@")
            .doesNotContainIgnoringCase("example.com")
            .doesNotContain(id);
      }
    }
  }

  @Test
  void bounds_areChecked() {
    for (String prefix : List.of("", "a{b}:", "a b", "x".repeat(33))) {
      assertThatIllegalArgumentException().isThrownBy(() -> stores().prefix(prefix));
    }
    for (Duration deadline : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> stores().deadline(deadline));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> stores().waitForReplicas(-1));
  }
}
