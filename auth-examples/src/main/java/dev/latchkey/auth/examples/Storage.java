package dev.latchkey.auth.examples;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.redis.RedisStores;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where the server keeps everything.
 *
 * @param stores the stores
 * @param bar lets an address in no more
 * @param close gives back what was opened
 */
record Storage(AuthStores stores, Consumer<EmailAddress> bar, Runnable close) {
  /** What the settings name; on the stores' own clock, unless an offset is set. */
  static Storage of(Settings settings) {
    return settings.clockOffset().isZero()
        ? open(settings, Optional.empty(), RedisStores.DEFAULT_DEADLINE)
        : of(settings, Clock.systemUTC());
  }

  /** The same on a clock, before the offset of the settings. A Redis then takes any time. */
  static Storage of(Settings settings, Clock clock) {
    return of(settings, clock, RedisStores.DEFAULT_DEADLINE);
  }

  static Storage of(Settings settings, Clock clock, Duration deadline) {
    return open(settings, Optional.of(Clock.offset(clock, settings.clockOffset())), deadline);
  }

  private static Storage open(Settings settings, Optional<Clock> clock, Duration deadline) {
    if (settings.redis().isEmpty()) {
      return in(InMemoryStores.create(clock.orElseGet(Clock::systemUTC)));
    }
    MasterSecret secret = settings.secret().orElseThrow();
    RedisStores.Builder builder =
        RedisStores.builder(settings.redis().get().revealText())
            .accounts(secret)
            .deadline(deadline);
    clock.ifPresent(builder::acceptAnyClock);
    return in(builder.connect());
  }

  static Storage in(InMemoryStores stores) {
    return new Storage(stores, stores.accounts()::bar, () -> {});
  }

  private static Storage in(RedisStores stores) {
    return new Storage(stores, address -> stores.accounts().bar(address), stores::close);
  }
}
