package dev.latchkey.auth.key;

import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The successor of a ring, and what to tell once it is stored. Pure.
 *
 * @param ring the successor
 * @param news what to tell, in this order
 */
record RingChange(OpenedRing ring, List<KeyChange> news) {

  /** A new signing key, in the place of those that are gone. */
  static RingChange publish(
      OpenedRing from, SigningKeyPair pair, Instant now, Instant activeFrom, List<String> gone) {
    List<SealedSigningKey> keys = without(from, gone);
    requireRoom("signing key", keys.size());
    keys.add(from.vault().sealSigningKey(pair, now, activeFrom));
    List<KeyChange> news = goneNews(gone, now);
    news.add(new KeyChange(KeyChange.Kind.KEY_PUBLISHED, pair.signing().kid(), now));
    return new RingChange(from.withSigningKeys(keys), news);
  }

  /** The keys that are gone leave the ring. */
  static RingChange takeOut(OpenedRing from, List<String> gone, Instant now) {
    return new RingChange(from.withSigningKeys(without(from, gone)), goneNews(gone, now));
  }

  /**
   * An operator drops a signing key. Those that are gone leave with it: a key's end is reckoned
   * from its successor's start, so that the loss of the successor could bring one back.
   *
   * @param successor a key that signs from now on, if the dropped one is that which signs
   */
  static RingChange drop(
      OpenedRing from,
      String kid,
      Instant now,
      List<String> gone,
      Optional<SigningKeyPair> successor) {
    List<String> others = gone.stream().filter(other -> !other.equals(kid)).toList();
    List<SealedSigningKey> keys = without(from, others);
    keys.removeIf(key -> key.kid().equals(kid));
    List<KeyChange> news = goneNews(others, now);
    news.add(new KeyChange(KeyChange.Kind.KEY_DROPPED, kid, now));
    if (successor.isPresent()) {
      keys.add(from.vault().sealSigningKey(successor.get(), now, now));
      news.add(new KeyChange(KeyChange.Kind.KEY_PUBLISHED, successor.get().signing().kid(), now));
    }
    return new RingChange(from.withSigningKeys(keys), news);
  }

  static void requireRoom(String entry, int size) {
    if (size >= KeyRing.MAX_ENTRIES) {
      throw new IllegalStateException(
          "the key ring must have room for one more %s, has %d".formatted(entry, size));
    }
  }

  private static List<SealedSigningKey> without(OpenedRing from, List<String> gone) {
    List<SealedSigningKey> keys = new ArrayList<>(from.ring().signingKeys());
    keys.removeIf(key -> gone.contains(key.kid()));
    return keys;
  }

  private static List<KeyChange> goneNews(List<String> gone, Instant now) {
    List<KeyChange> news = new ArrayList<>();
    gone.forEach(kid -> news.add(new KeyChange(KeyChange.Kind.KEY_GONE, kid, now)));
    return news;
  }
}
