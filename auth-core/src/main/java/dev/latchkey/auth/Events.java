package dev.latchkey.auth;

import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.event.AuthEventListener;
import dev.latchkey.auth.key.KeyChange;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the listeners, none of whom can break a call. */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  /** A cause that is its own cause ends here. */
  private static final int MAX_CAUSES = 8;

  private final List<AuthEventListener> listeners;
  private final Clock clock;

  Events(List<AuthEventListener> listeners, Clock clock) {
    this.listeners = List.copyOf(listeners);
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  void tell(AuthEvent event) {
    for (AuthEventListener listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        // The message of somebody else's exception may hold anything; its type is enough.
        LOG.error("a listener threw {} at {}", e.getClass().getName(), event.name());
      }
    }
  }

  void tellBreaker(boolean on) {
    tell(on ? new AuthEvent.BreakerTripped(now()) : new AuthEvent.BreakerCalmed(now()));
  }

  void tell(KeyChange change) {
    String what = change.kind().name().toLowerCase(Locale.ROOT);
    tell(new AuthEvent.KeyRingChanged(change.at(), what, change.id()));
  }

  void tell(StoreUnavailableException outage) {
    tell(new AuthEvent.StoreUnavailable(now(), outage.operation(), causes(outage)));
  }

  private static String causes(StoreUnavailableException outage) {
    return Stream.iterate((Throwable) outage, Objects::nonNull, Throwable::getCause)
        .limit(MAX_CAUSES)
        .map(thrown -> thrown.getClass().getName())
        .collect(Collectors.joining(" < "));
  }
}
