package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RaceTest {
  @Test
  void outcomes_areInTheOrderOfTheRacers_andCounted() {
    Tally<Object> tally = Race.of(64).run(i -> i % 2 == 0 ? (Object) i : "odd");

    assertThat(tally.outcomes()).hasSize(64).startsWith(0, "odd", 2);
    assertThat(tally.count("odd")).isEqualTo(32);
    assertThat(tally.count(3)).isZero();
    assertThat(tally.countOf(Integer.class)).isEqualTo(32);
    assertThat(tally.countIf(outcome -> outcome.equals(2))).isOne();
    assertThat(tally.all(Integer.class)).startsWith(0, 2, 4).hasSize(32);
  }

  @Test
  void racers_areAllUnderWayAtOnce() {
    CountDownLatch underWay = new CountDownLatch(200);

    Tally<Boolean> tally =
        Race.of(200)
            .run(
                i -> {
                  underWay.countDown();
                  return underWay.await(30, TimeUnit.SECONDS);
                });

    assertThat(tally.count(true)).isEqualTo(200);
  }

  @Test
  void anUncheckedException_isThrownAsItIs_withTheOthers() {
    IllegalStateException first = new IllegalStateException("first");
    IllegalStateException second = new IllegalStateException("second");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Race.of(4)
                    .run(
                        i -> {
                          if (i == 1) {
                            throw first;
                          }
                          if (i == 3) {
                            throw second;
                          }
                          return i;
                        }))
        .isSameAs(first)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).containsExactly(second));
  }

  @Test
  void anExceptionThatAllShare_isThrownOnce() {
    IllegalStateException shared = new IllegalStateException("shared");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Race.of(3)
                    .run(
                        i -> {
                          throw shared;
                        }))
        .isSameAs(shared)
        .withNoCause();
  }

  @Test
  void aFailedAssertion_failsTheTest() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Race.of(2)
                    .run(
                        i -> {
                          throw new AssertionError("wrong");
                        }))
        .withMessage("wrong");
  }

  @Test
  void aCheckedException_isTheCause() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Race.of(2)
                    .run(
                        i -> {
                          throw new IOException("down");
                        }))
        .withMessage("a racer failed")
        .withCauseInstanceOf(IOException.class);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () ->
                Race.of(2)
                    .run(
                        i -> {
                          throw new UncheckedIOException(new IOException("down"));
                        }));
  }

  @Test
  void racersThatDoNotFinish_areInterrupted_andFailTheTest() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(2);

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(
            () ->
                Race.of(3)
                    .within(Duration.ofMillis(200))
                    .run(
                        i -> {
                          if (i > 0) {
                            try {
                              never.await();
                            } catch (InterruptedException e) {
                              interrupted.countDown();
                            }
                          }
                          return i;
                        }))
        .withMessage("2 of 3 racers did not finish within PT0.2S");
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void boundsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> Race.of(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Race.of(10_001));
    assertThatIllegalArgumentException().isThrownBy(() -> Race.of(1).within(Duration.ZERO));
  }
}
