package dev.latchkey.auth.redis;

import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a deployment is, as one text: the forms of Lettuce, and {@code redis-cluster} (with TLS
 * {@code rediss-cluster}), of which any number of seeds share what stands before and behind them.
 * {@code toString} shows neither user nor password.
 *
 * @param seeds one for a single server or a set of Sentinels, any number for a Cluster
 * @param cluster whether it is a Cluster
 */
record RedisAddress(List<RedisURI> seeds, boolean cluster) {
  private static final String CLUSTER = "-cluster://";

  private static final Pattern AUTHORITY =
      Pattern.compile("(?<user>([^/?@]*@)?)(?<hosts>[^/?@]+)(?<more>.*)");

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException without a word of the text, which can hold a password
   */
  static RedisAddress parse(String uri) {
    int cluster = uri.indexOf(CLUSTER);
    try {
      return cluster < 0
          ? new RedisAddress(List.of(RedisURI.create(uri)), false)
          : new RedisAddress(
              seeds(uri.substring(0, cluster), uri.substring(cluster + CLUSTER.length())), true);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "address must be redis://, rediss://, redis-sentinel://, rediss-sentinel://,"
              + " redis-cluster:// or rediss-cluster:// and what follows there, got something else");
    }
  }

  private static List<RedisURI> seeds(String scheme, String rest) {
    Matcher parts = AUTHORITY.matcher(rest);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no hosts");
    }
    List<RedisURI> seeds = new ArrayList<>();
    for (String host : parts.group("hosts").split(",", -1)) {
      seeds.add(RedisURI.create(scheme + "://" + parts.group("user") + host + parts.group("more")));
    }
    return seeds;
  }

  @Override
  public String toString() {
    return "RedisAddress[" + seeds.size() + " seeds, cluster=" + cluster + "]";
  }
}
