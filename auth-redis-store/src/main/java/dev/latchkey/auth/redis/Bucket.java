package dev.latchkey.auth.redis;

import dev.latchkey.auth.account.AccountId;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One of the sets that accounts fall into. Its hash tag keeps the records of its accounts and the
 * stream of what ended in them in one slot of a Cluster, so that one script changes both.
 *
 * @param number 0 to {@value #COUNT} exclusive
 */
record Bucket(int number) {
  /** Enough to spread over many nodes, few enough to read all streams at once. Never changed. */
  static final int COUNT = 64;

  static Bucket of(AccountId account) {
    int hash = account.value().hashCode();
    return new Bucket((hash ^ hash >>> 16) & COUNT - 1);
  }

  static Stream<Bucket> all() {
    return IntStream.range(0, COUNT).mapToObj(Bucket::new);
  }

  String sessions(AccountId account) {
    return "as:" + tag() + ":" + account.value();
  }

  String stream() {
    return "rv:" + tag();
  }

  private String tag() {
    return String.format(Locale.ROOT, "{b%02d}", number);
  }
}
