package dev.latchkey.auth.examples;

import dev.latchkey.auth.jdbc.JdbcStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes once an hour what says nothing any more in a database. Called by {@link StorePlace}; any
 * number of servers may do so on one database.
 */
final class Housekeeping implements AutoCloseable {
  /** Of each kind, each time: a day of a busy server, and seconds of a database. */
  private static final int AT_MOST = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final JdbcStores stores;
  private final ScheduledExecutorService thread;

  private Housekeeping(JdbcStores stores) {
    this.stores = stores;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "housekeeping");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins an hour from now. */
  static Housekeeping hourly(JdbcStores stores) {
    Housekeeping housekeeping = new Housekeeping(stores);
    var unused =
        housekeeping.thread.scheduleWithFixedDelay(housekeeping::purge, 1, 1, TimeUnit.HOURS);
    return housekeeping;
  }

  /** Does it now. */
  void purge() {
    try {
      LOG.debug("{} old rows were deleted", stores.purge(stores.clock().instant(), AT_MOST));
    } catch (StoreUnavailableException e) {
      // An exception would be the end of all later times, and no promise depends on this one.
      LOG.warn("Old rows stay for another hour: {}", e.getMessage());
    }
  }

  /** A purge that is under way fails, and is made up for by the next one, here or elsewhere. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
