package dev.latchkey.auth.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.RedisURI;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisAddressTest {
  private static RedisURI only(String uri) {
    RedisAddress address = RedisAddress.parse(uri);
    assertThat(address.cluster()).isFalse();
    assertThat(address.seeds()).hasSize(1);
    return address.seeds().get(0);
  }

  @Test
  void aServer_withUserPasswordAndDatabase() {
    RedisURI uri = only("redis://ada:s3cret@redis.example:6380/3");

    assertThat(uri.getHost()).isEqualTo("redis.example");
    assertThat(uri.getPort()).isEqualTo(6380);
    assertThat(uri.getDatabase()).isEqualTo(3);
    assertThat(uri.isSsl()).isFalse();
  }

  @Test
  void aServer_overTls_mustProveItsName() {
    RedisURI uri = only("rediss://redis.example");

    assertThat(uri.isSsl()).isTrue();
    assertThat(uri.isVerifyPeer()).isTrue();
  }

  @Test
  void sentinels_areOneAddress() {
    RedisURI uri = only("redis-sentinel://a.example:26379,b.example:26380/0#primary");

    assertThat(uri.getSentinelMasterId()).isEqualTo("primary");
    assertThat(uri.getSentinels()).extracting(RedisURI::getPort).containsExactly(26379, 26380);
  }

  @Test
  void seedsOfACluster_shareUserPasswordAndQuery() {
    RedisAddress address =
        RedisAddress.parse(
            "rediss-cluster://ada:s3cr%40t@a.example:7000,b.example:7001,c.example?clientName=a@b");

    assertThat(address.cluster()).isTrue();
    assertThat(address.seeds())
        .extracting(RedisURI::getHost)
        .containsExactly("a.example", "b.example", "c.example");
    assertThat(address.seeds())
        .extracting(RedisURI::getPort)
        .containsExactly(7000, 7001, RedisURI.DEFAULT_REDIS_PORT);
    assertThat(address.seeds()).allMatch(RedisURI::isSsl);
  }

  @Test
  void anythingElse_isRefused_withoutAWordOfIt() {
    for (String uri :
        List.of(
            "",
            "s3cret",
            "http://ada:s3cret@redis.example",
            "redis-cluster://ada:s3cret@",
            "redis-cluster://ada:s3cret@a.example,,b.example",
            "redis-sentinel://ada:s3cret@redis.example:x#primary")) {
      assertThatIllegalArgumentException()
          .as(uri)
          .isThrownBy(() -> RedisStores.builder(uri))
          .withMessageStartingWith("address must be")
          .withMessageNotContaining("s3cret")
          .withNoCause();
    }
  }

  @Test
  void toString_showsNoPassword() {
    assertThat(RedisAddress.parse("redis://ada:s3cret@redis.example"))
        .asString()
        .doesNotContain("s3cret");
  }
}
