package dev.latchkey.auth.key;

import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The ring that a node goes by: reads it again when that is due, does what the time asks for, puts
 * it back if the store has lost it, and changes it. All writes are compare-and-set, on the store
 * and on what is held here, so that neither another node's step nor another thread's is undone.
 *
 * <p>One thread at a time asks the store to be up to date; all others come back at once and go on
 * with what there is. Safe for concurrent use.
 */
final class LiveRing {

  private final RingSetup setup;
  private final AtomicReference<Held> held;
  private final AtomicBoolean rereading = new AtomicBoolean();

  /**
   * What the node goes by at a moment.
   *
   * @param readAt when the store last confirmed it
   * @param triedAt when the store was last asked
   * @param nextAt when its next transition is due
   * @param activeKid the active key that was last told of
   */
  private record Held(
      OpenedRing opened, Instant readAt, Instant triedAt, Instant nextAt, String activeKid) {

    Held triedAt(Instant now) {
      return new Held(opened, readAt, now, nextAt, activeKid);
    }

    Held activeKid(String kid) {
      return new Held(opened, readAt, triedAt, nextAt, kid);
    }

    boolean isDue(Instant now) {
      Instant rereadAt = readAt.plus(Keys.REREAD_EVERY);
      Instant dueAt = nextAt.isBefore(rereadAt) ? nextAt : rereadAt;
      return isOutside(readAt, dueAt, now) && mayTry(now);
    }

    boolean isDueForUnknown(Instant now) {
      return isOutside(readAt, readAt.plus(Keys.UNKNOWN_REREAD_EVERY), now) && mayTry(now);
    }

    /** At once if the last try succeeded; only a store that is down is given a rest. */
    private boolean mayTry(Instant now) {
      return triedAt.equals(readAt) || isOutside(triedAt, triedAt.plus(Keys.RETRY_AFTER), now);
    }

    /** Past the end, or so far before the start that the clock must have stepped back. */
    private static boolean isOutside(Instant start, Instant end, Instant now) {
      return !now.isBefore(end) || now.isBefore(start.minus(Keys.CLOCK_TOLERANCE));
    }
  }

  /** Goes by a ring that the store has confirmed at {@code now}. */
  LiveRing(RingSetup setup, OpenedRing opened, Instant now) {
    this.setup = setup;
    String active = RingRules.active(opened.ring(), now).kid();
    this.held = new AtomicReference<>(confirmed(opened, now, active));
  }

  /** The ring to go by now. */
  OpenedRing upToDate(Instant now) {
    rereadIf(current -> current.isDue(now), now);
    return held().opened();
  }

  /** The ring to go by if {@link #upToDate} lacks something that another node may have made. */
  OpenedRing rereadForUnknown(Instant now) {
    rereadIf(current -> current.isDueForUnknown(now), now);
    return held().opened();
  }

  /**
   * Changes the stored ring. Once this has returned the node goes by no older one.
   *
   * @param operation what a {@link StoreUnavailableException} names
   * @param transition asked again after each lost race, of the ring as it is then; empty if nothing
   *     is to be changed
   * @throws IllegalStateException if the stored ring is not ours
   */
  void change(
      String operation, Instant now, Function<OpenedRing, Optional<RingChange>> transition) {
    if (!step(operation, now, transition)) {
      throw new IllegalStateException(
          "the key ring of issuer " + setup.issuer() + " must be one that the master secret opens");
    }
  }

  /** Tells, if nobody has yet, that another key signs. */
  void tellActivation(Instant now) {
    Held current = held();
    String active = RingRules.active(current.opened().ring(), now).kid();
    if (!active.equals(current.activeKid())
        && held.compareAndSet(current, current.activeKid(active))) {
      setup.tell(KeyChange.Kind.KEY_ACTIVATED, active, now);
    }
  }

  private void rereadIf(Predicate<Held> due, Instant now) {
    if (!due.test(held()) || !rereading.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!due.test(held())) {
        return;
      }
      held.updateAndGet(current -> current.triedAt(now));
      tellActivation(now);
      Supplier<SigningKeyPair> pair = setup.newPairOnDemand();
      if (!step("keys.reread", now, opened -> advanced(opened, pair, now))) {
        setup.tell(KeyChange.Kind.RING_REFUSED, "", now);
      }
      tellActivation(now);
    } catch (StoreUnavailableException e) {
      setup.tell(KeyChange.Kind.REREAD_FAILED, "", now);
    } finally {
      rereading.set(false);
    }
  }

  /** What the time asks for. */
  private Optional<RingChange> advanced(
      OpenedRing opened, Supplier<SigningKeyPair> pair, Instant now) {
    RingRules.Advance due = advance(opened, now);
    if (due.publish().isPresent()) {
      return Optional.of(
          RingChange.publish(opened, pair.get(), now, due.publish().get(), due.gone()));
    }
    return due.gone().isEmpty()
        ? Optional.empty()
        : Optional.of(RingChange.takeOut(opened, due.gone(), now));
  }

  private RingRules.Advance advance(OpenedRing opened, Instant now) {
    return RingRules.advance(opened.ring(), setup.policy(), setup.retention(), now);
  }

  /** Takes the stored ring one step on and goes by it; false if the stored ring is not ours. */
  private boolean step(
      String operation, Instant now, Function<OpenedRing, Optional<RingChange>> transition) {
    for (int attempt = 0; attempt < RingSetup.ATTEMPTS; attempt++) {
      Held before = held();
      Optional<KeyRing> stored = setup.store().read(setup.issuer());
      if (stored.isEmpty()) {
        putBack(before, now);
        continue;
      }
      Optional<OpenedRing> authentic = authentic(before.opened(), stored.get());
      if (authentic.isEmpty()) {
        return false;
      }
      Optional<RingChange> change = transition.apply(authentic.get());
      if (change.isEmpty()) {
        keepUnlessChanged(before, authentic.get(), now);
        return true;
      }
      if (setup.store().replace(setup.issuer(), change.get().ring().ring())) {
        keepAtLeast(change.get().ring(), now);
        change.get().news().forEach(setup.listener());
        return true;
      }
      // Another node was first. Its step is as good; a key of ours was never known to anybody.
    }
    throw new StoreUnavailableException(operation, true, null);
  }

  private void putBack(Held before, Instant now) {
    OpenedRing again = before.opened().asFirstVersion();
    if (setup.store().replace(setup.issuer(), again.ring())) {
      keepUnlessChanged(before, again, now);
      setup.tell(KeyChange.Kind.RING_RESTORED, "1", now);
    }
  }

  /** The data key that we hold comes first: a running node outlives the drop of its wrapping. */
  private Optional<OpenedRing> authentic(OpenedRing before, KeyRing stored) {
    if (stored.equals(before.ring())) {
      return Optional.of(before);
    }
    Optional<OpenedRing> opened = before.vault().open(stored);
    return opened.isPresent()
        ? opened
        : RingVault.unwrap(stored, setup.issuer(), setup.secret())
            .flatMap(vault -> vault.open(stored));
  }

  /** What was read. If another thread was quicker, what it keeps is no older than this. */
  private void keepUnlessChanged(Held before, OpenedRing opened, Instant now) {
    held.compareAndSet(before, confirmed(opened, now, before.activeKid()));
  }

  /** What was written, unless another thread keeps a later one of the same making. */
  private void keepAtLeast(OpenedRing opened, Instant now) {
    held.updateAndGet(
        current ->
            current.opened().ring().version() >= opened.ring().version()
                    && current.opened().vault() == opened.vault()
                ? current
                : confirmed(opened, now, current.activeKid()));
  }

  private Held confirmed(OpenedRing opened, Instant now, String toldOf) {
    return new Held(opened, now, now, advance(opened, now).nextAt(), toldOf);
  }

  private Held held() {
    return Objects.requireNonNull(held.get());
  }
}
