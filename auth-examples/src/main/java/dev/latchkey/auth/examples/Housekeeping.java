package dev.latchkey.auth.examples;

import dev.latchkey.auth.jdbc.JdbcStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes once an hour what says nothing any more in a database. Called by {@link StorePlace}; any
 * number of servers may do so on one database.
 */
final class Housekeeping implements AutoCloseable {
  /** Of each kind, each time: a day of a busy server, and seconds of a database. */
  private static final int AT_MOST = 10_000;

  /** After the start: soon, since a server that is often started again would never come to it. */
  private static final Duration FIRST = Duration.ofMinutes(1);

  private static final Duration BETWEEN = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final IntSupplier purge;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> next;

  private Housekeeping(IntSupplier purge, Duration first, Duration between) {
    this.purge = purge;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "housekeeping");
              thread.setDaemon(true);
              return thread;
            });
    this.next =
        thread.scheduleWithFixedDelay(
            this::purge, first.toNanos(), between.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Begins a minute from now. */
  static Housekeeping hourly(JdbcStores stores) {
    return every(() -> stores.purge(stores.clock().instant(), AT_MOST), FIRST, BETWEEN);
  }

  /**
   * The same at other times.
   *
   * @param purge deletes, and says how much
   * @param first how long to wait before the first time
   * @param between how long to wait after each time
   */
  static Housekeeping every(IntSupplier purge, Duration first, Duration between) {
    return new Housekeeping(purge, first, between);
  }

  /** Does it now. */
  void purge() {
    try {
      LOG.debug("{} old rows were deleted", purge.getAsInt());
    } catch (StoreUnavailableException e) {
      // No promise depends on this time.
      LOG.warn("Old rows stay until the next time: {}", e.getMessage());
    } catch (RuntimeException e) {
      // Would be the end of all later times, and nobody would hear of it. What it says may hold
      // anything.
      LOG.warn("Old rows stay until the next time: {}", e.getClass().getName());
    }
  }

  /** How long it is until the next time; nothing or less if it is under way. */
  Duration next() {
    return Duration.ofNanos(next.getDelay(TimeUnit.NANOSECONDS));
  }

  /** A purge that is under way fails, and is made up for by the next one, here or elsewhere. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
