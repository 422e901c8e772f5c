package dev.latchkey.auth.key;

import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
