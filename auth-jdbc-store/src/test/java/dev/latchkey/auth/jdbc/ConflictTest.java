package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transaction that was undone because of another one is tried again, and not for ever. */
final class ConflictTest {
  private static final Records ADA = new Records(1);

  /** Answers a commit by what the server says who has undone it. */
  private static JdbcStores undone(Keyspace keyspace, AtomicInteger times, String state, int code) {
    return JdbcStores.builder(
            Watched.over(
                keyspace.dataSource(),
                what -> {
                  if (what.equals(Watched.COMMIT) && times.getAndDecrement() > 0) {
                    throw new SQLException("undone", state, code);
                  }
                }))
        .schema(keyspace.schema())
        .prefix(keyspace.prefix())
        .deadline(LiveStores.DEADLINE)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "POSTGRESQL, 40001, 0",
    "POSTGRESQL, 40P01, 0",
    "POSTGRESQL, 55P03, 0",
    "MARIADB, 40001, 1213",
    "MARIADB, HY000, 1205",
    "MARIADB, HY000, 1020",
    "H2, 40001, 40001",
    "H2, HYT00, 50200",
    "H2, 23505, 23505",
    "H2, 90131, 90131"
  })
  void aGuessThatWasUndone_isTriedAgain_andCountedOnce(
      TestDatabase database, String state, int code) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      AtomicInteger times = new AtomicInteger();
      JdbcStores stores = undone(keyspace, times, state, code);
      ADA.open(stores.otp(), stores.clock().instant());
      times.set(3);

      assertThat(ADA.guess(stores.otp(), 2, stores.clock().instant()))
          .isInstanceOfSatisfying(
              GuessAnswer.Wrong.class, wrong -> assertThat(wrong.failures()).isEqualTo(1));
      assertThat(times).hasValueLessThanOrEqualTo(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"POSTGRESQL, 40001, 0", "MARIADB, 40001, 1213", "H2, HYT00, 50200"})
  void conflictsWithoutEnd_areUnavailable_inTime(TestDatabase database, String state, int code) {
    try (Keyspace keyspace = database.freshKeyspace()) {
      JdbcStores stores = undone(keyspace, new AtomicInteger(Integer.MAX_VALUE), state, code);

      long began = System.nanoTime();
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> ADA.open(stores.otp(), stores.clock().instant()))
          .satisfies(e -> assertThat(e.retryable()).isTrue());
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LiveStores.IN_TIME);
    }
  }
}
