package dev.latchkey.auth.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.store.Transition;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RecordsTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");

  /** A record is the instant of its own end; {@link Instant#EPOCH} is the empty one. */
  private static Records<Integer, Instant> records(int capacity) {
    return new Records<>(capacity, Instant.EPOCH, end -> end);
  }

  private static String put(Records<Integer, Instant> records, int key, Instant end, Instant now) {
    return records.change("test.put", key, now, before -> new Transition<>(end, "was " + before));
  }

  @Test
  void change_runsTheTransitionOnTheRecordThatWasThere() {
    Records<Integer, Instant> records = records(10);

    assertThat(put(records, 1, NOW.plusSeconds(60), NOW)).isEqualTo("was " + Instant.EPOCH);
    assertThat(put(records, 1, NOW.plusSeconds(90), NOW)).isEqualTo("was " + NOW.plusSeconds(60));
    assertThat(records.read(1)).isEqualTo(NOW.plusSeconds(90));
    assertThat(records.read(2)).isEqualTo(Instant.EPOCH);
    assertThat(records.size()).isOne();
  }

  @Test
  void change_thatChangesNothing_keepsNothingNew() {
    Records<Integer, Instant> records = records(10);

    records.change("test.look", 1, NOW, before -> new Transition<>(before, "seen"));

    assertThat(records.size()).isZero();
  }

  @Test
  void change_thatLeavesWhatHasExpired_dropsIt() {
    Records<Integer, Instant> records = records(10);
    put(records, 1, NOW.plusSeconds(60), NOW);

    put(records, 1, NOW, NOW);

    assertThat(records.size()).isZero();
    assertThat(records.read(1)).isEqualTo(Instant.EPOCH);
  }

  @Test
  void full_refusesNewKeysOnly() {
    Records<Integer, Instant> records = records(3);
    for (int key = 0; key < 3; key++) {
      put(records, key, NOW.plusSeconds(60), NOW);
    }

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> put(records, 3, NOW.plusSeconds(60), NOW))
        .satisfies(
            refused -> {
              assertThat(refused.operation()).isEqualTo("test.put");
              assertThat(refused.retryable()).isTrue();
            });
    assertThat(records.size()).isEqualTo(3);
    for (int key = 0; key < 3; key++) {
      assertThat(put(records, key, NOW.plusSeconds(90), NOW))
          .isEqualTo("was " + NOW.plusSeconds(60));
    }
  }

  @Test
  void full_answersWhatMakesNoRecord() {
    Records<Integer, Instant> records = records(1);
    put(records, 0, NOW.plusSeconds(60), NOW);

    assertThat(records.read(1)).isEqualTo(Instant.EPOCH);
    String answer = records.change("test.look", 1, NOW, before -> new Transition<>(before, "seen"));
    assertThat(answer).isEqualTo("seen");
  }

  @Test
  void full_byTheVeryRecordThatIsAskedFor_changesIt() {
    Records<Integer, Instant> records = records(1);

    String answer =
        records.change(
            "test.put",
            1,
            NOW,
            before -> {
              if (before.equals(Instant.EPOCH)) {
                put(records, 1, NOW.plusSeconds(60), NOW); // Another call, which was quicker.
              }
              return new Transition<>(NOW.plusSeconds(90), "was " + before);
            });

    assertThat(answer).isEqualTo("was " + NOW.plusSeconds(60));
  }

  @Test
  void full_ofWhatHasExpired_makesRoom_toTheMillisecond() {
    Records<Integer, Instant> records = records(3);
    Instant end = NOW.plusSeconds(60);
    for (int key = 0; key < 3; key++) {
      put(records, key, end, NOW);
    }

    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> put(records, 3, end.plusSeconds(60), end.minusMillis(1)));
    put(records, 3, end.plusSeconds(60), end);

    assertThat(records.read(3)).isEqualTo(end.plusSeconds(60));
    assertThat(records.size()).isLessThanOrEqualTo(3);
  }

  @Test
  void expiredRecords_goWhileNewOnesCome() {
    Records<Integer, Instant> records = records(1_000_000);
    for (int key = 0; key < 1_000; key++) {
      put(records, key, NOW.plusSeconds(60), NOW);
    }
    Instant later = NOW.plusSeconds(60);
    for (int key = 1_000; key < 2_000; key++) {
      put(records, key, later.plusSeconds(60), later);
    }

    assertThat(records.size()).isEqualTo(1_000);
    assertThat(records.read(1_999)).isEqualTo(later.plusSeconds(60));
  }

  @Test
  void liveRecords_neverGo() {
    Records<Integer, Instant> records = records(1_000_000);
    put(records, 0, NOW.plusSeconds(60), NOW);
    Instant before = NOW.plusSeconds(60).minusMillis(1);
    for (int key = 1; key < 1_000; key++) {
      put(records, key, before.plusSeconds(1), before);
    }

    assertThat(records.read(0)).isEqualTo(NOW.plusSeconds(60));
  }
}
