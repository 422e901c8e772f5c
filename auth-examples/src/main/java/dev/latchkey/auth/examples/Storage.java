package dev.latchkey.auth.examples;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.memory.InMemoryStores;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the server keeps everything, opened.
 *
 * @param stores the stores
 * @param bar lets an address in no more
 * @param close gives back what was opened
 */
record Storage(AuthStores stores, Consumer<EmailAddress> bar, Runnable close) {
  /** As long as a person waits for an answer without doubt. */
  static final Duration DEADLINE = Duration.ofSeconds(1);

  /** What the settings name; on the stores' own clock, unless an offset is set. */
  static Storage of(Settings settings) {
    return settings.clockOffset().isZero()
        ? open(settings, Optional.empty(), DEADLINE)
        : of(settings, Clock.systemUTC());
  }

  /** The same on a clock, before the offset of the settings. Shared stores then take any time. */
  static Storage of(Settings settings, Clock clock) {
    return of(settings, clock, DEADLINE);
  }

  static Storage of(Settings settings, Clock clock, Duration deadline) {
    return open(settings, Optional.of(Clock.offset(clock, settings.clockOffset())), deadline);
  }

  private static Storage open(Settings settings, Optional<Clock> clock, Duration deadline) {
    return settings.store().open(new StorePlace.Opening(settings.secret(), clock, deadline));
  }

  static Storage in(InMemoryStores stores) {
    return new Storage(stores, stores.accounts()::bar, () -> {});
  }
}
