package dev.latchkey.auth.key;

import dev.latchkey.auth.key.KeyRing.SealedRoot;
import dev.latchkey.auth.key.KeyRing.SealedSigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a ring means at a time, and what is to be done about it. Pure; neither an early nor a late
 * {@code now} makes a ring unusable.
 */
final class RingRules {

  private RingRules() {}

  /**
   * What is due.
   *
   * @param publish from when a next key is to sign, if one has to be published now
   * @param gone the keys to take out now
   * @param nextAt when to look again, were nothing to change before
   */
  record Advance(Optional<Instant> publish, List<String> gone, Instant nextAt) {

    boolean isNothing() {
      return publish.isEmpty() && gone.isEmpty();
    }
  }

  /** The last key whose time has come; the first if the time of none has. */
  static SealedSigningKey active(KeyRing ring, Instant now) {
    return ring.signingKeys().get(activeIndex(ring, now));
  }

  /** The last root that every node knows by now; the first if there is none such. */
  static SealedRoot currentRoot(KeyRing ring, Instant now) {
    SealedRoot current = ring.roots().get(0);
    for (SealedRoot root : ring.roots()) {
      if (!now.isBefore(root.createdAt().plus(Keys.ROOT_SETTLES_IN))) {
        current = root;
      }
    }
    return current;
  }

  /**
   * The state of one key.
   *
   * @param retention how long what a key signed can be alive after its successor took over
   */
  static SigningKeyState state(KeyRing ring, String kid, Instant now, Duration retention) {
    int active = activeIndex(ring, now);
    for (int i = 0; i < ring.signingKeys().size(); i++) {
      if (ring.signingKeys().get(i).kid().equals(kid)) {
        if (i >= active) {
          return i == active ? SigningKeyState.ACTIVE : SigningKeyState.NEXT;
        }
        return now.isBefore(goneAt(ring, i, retention))
            ? SigningKeyState.RETIRING
            : SigningKeyState.GONE;
      }
    }
    return SigningKeyState.GONE;
  }

  static Advance advance(KeyRing ring, RotationPolicy policy, Duration retention, Instant now) {
    List<SealedSigningKey> keys = ring.signingKeys();
    int active = activeIndex(ring, now);
    Instant nextAt = Instant.MAX;
    List<String> gone = new ArrayList<>();
    for (int i = 0; i < active; i++) {
      Instant goneAt = goneAt(ring, i, retention);
      if (now.isBefore(goneAt)) {
        nextAt = earlier(nextAt, goneAt);
      } else {
        gone.add(keys.get(i).kid());
      }
    }
    Optional<Instant> publish = Optional.empty();
    if (active + 1 < keys.size()) {
      nextAt = earlier(nextAt, keys.get(active + 1).activeFrom());
    } else {
      Instant over = keys.get(active).activeFrom().plus(policy.period());
      Instant publishAt = over.minus(policy.publishedBeforeUse());
      if (now.isBefore(publishAt)) {
        nextAt = earlier(nextAt, publishAt);
      } else if (keys.size() - gone.size() < KeyRing.MAX_ENTRIES) {
        Instant soonest = now.plus(policy.publishedBeforeUse());
        publish = Optional.of(over.isAfter(soonest) ? over : soonest);
      }
    }
    return new Advance(publish, List.copyOf(gone), nextAt);
  }

  private static int activeIndex(KeyRing ring, Instant now) {
    int active = 0;
    for (int i = 0; i < ring.signingKeys().size(); i++) {
      if (!ring.signingKeys().get(i).activeFrom().isAfter(now)) {
        active = i;
      }
    }
    return active;
  }

  private static Instant goneAt(KeyRing ring, int index, Duration retention) {
    return ring.signingKeys().get(index + 1).activeFrom().plus(retention);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
