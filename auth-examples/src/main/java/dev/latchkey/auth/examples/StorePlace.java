package dev.latchkey.auth.examples;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.crypto.MasterSecret;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.jdbc.JdbcStores;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.redis.RedisStores;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server is to keep everything, as {@code LATCHKEY_STORE} and {@code LATCHKEY_LIMITS}
 * name it: one kind each. Called by {@link Settings} and {@link Storage}.
 *
 * <p>Immutable; {@code toString} shows no address and no password.
 */
sealed interface StorePlace {
  /**
   * How to open it.
   *
   * @param secret the master secret; there unless everything is kept in memory
   * @param clock the clock to go by in place of the store's own; stores then take any time
   * @param deadline within which a store has to answer
   */
  record Opening(Optional<MasterSecret> secret, Optional<Clock> clock, Duration deadline) {}

  /**
   * Opens it.
   *
   * @throws IllegalStateException if it is not there or not fit, with a sentence for the operator
   */
  Storage open(Opening how);

  /** Whether it outlives the server, and others may share it. */
  boolean isShared();

  /** What is kept where, for the operator. */
  String sentence();

  /** In this process. */
  record Memory() implements StorePlace {
    @Override
    public Storage open(Opening how) {
      return Storage.in(InMemoryStores.create(how.clock().orElseGet(Clock::systemUTC)));
    }

    @Override
    public boolean isShared() {
      return false;
    }

    @Override
    public String sentence() {
      return "Accounts, sessions and signing keys are kept in memory and are lost when it stops.";
    }
  }

  /** All of it in a Redis. */
  record Redis(SecretText address) implements StorePlace {
    @Override
    public Storage open(Opening how) {
      RedisStores stores = connect(how, "LATCHKEY_STORE");
      return new Storage(stores, address -> stores.accounts().bar(address), stores::close);
    }

    /** For the variable that named it. */
    RedisStores connect(Opening how, String variable) {
      RedisStores.Builder builder =
          RedisStores.builder(address.revealText())
              .accounts(how.secret().orElseThrow())
              .deadline(how.deadline());
      how.clock().ifPresent(builder::acceptAnyClock);
      try {
        return builder.connect();
      } catch (StoreUnavailableException e) {
        throw unusable(variable, "can not be reached", e);
      }
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public String sentence() {
      return "Accounts, sessions and signing keys are kept in Redis.";
    }
  }

  /** All of it in a database. */
  record Jdbc(Database database) implements StorePlace {
    private static final Logger LOG = LoggerFactory.getLogger(Jdbc.class);

    @Override
    public Storage open(Opening how) {
      // With a pool the reason why there is no connection comes late, and dressed up.
      try (Connection first = database.getConnection()) {
        return open(how, first.getMetaData().getDatabaseProductName());
      } catch (SQLException e) {
        throw unusable("LATCHKEY_STORE", Database.problem(e), e);
      }
    }

    private Storage open(Opening how, String product) {
      HikariDataSource pool;
      try {
        pool = database.pool(how.deadline());
      } catch (PoolInitializationException e) {
        throw unusable("LATCHKEY_STORE", "can not be used", e);
      }
      try {
        JdbcStores.Builder builder = JdbcStores.builder(pool).deadline(how.deadline());
        how.clock().ifPresent(builder::acceptAnyClock);
        JdbcStores stores = builder.build();
        LOG.info("Applying the migrations that {} lacks, if any", product);
        stores.migrate();
        Housekeeping housekeeping = Housekeeping.hourly(stores);
        return new Storage(
            stores,
            stores.accounts()::bar,
            () -> {
              housekeeping.close();
              pool.close();
            });
      } catch (StoreUnavailableException e) {
        pool.close();
        throw unusable("LATCHKEY_STORE", "does not answer", e);
      } catch (RuntimeException e) {
        pool.close();
        throw e;
      }
    }

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public String sentence() {
      return "Accounts, sessions and signing keys are kept in a database.";
    }
  }

  /** Accounts, sessions and keys in one place; limits, locks and codes in a Redis of their own. */
  record Mixed(StorePlace rest, Redis limits) implements StorePlace {
    @Override
    public Storage open(Opening how) {
      Storage kept = rest.open(how);
      try {
        RedisStores counted = limits.connect(how, "LATCHKEY_LIMITS");
        AuthStores stores =
            AuthStores.mix(kept.stores())
                .otp(counted.otp())
                .rateLimits(counted.rateLimits())
                .clock(counted.clock()) // windows and locks depend most on the time
                .build();
        return new Storage(stores, kept.bar(), () -> closeBoth(counted, kept));
      } catch (RuntimeException e) {
        kept.close().run();
        throw e;
      }
    }

    private static void closeBoth(RedisStores counted, Storage kept) {
      try {
        counted.close();
      } finally {
        kept.close().run();
      }
    }

    @Override
    public boolean isShared() {
      return rest.isShared();
    }

    @Override
    public String sentence() {
      return rest.sentence() + " Limits, locks and codes are kept in a Redis of their own.";
    }
  }

  private static IllegalStateException unusable(String variable, String why, Exception cause) {
    return new IllegalStateException("The store that " + variable + " names " + why + ".", cause);
  }
}
