package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.testkit.Call.Move;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
  private final Explanations<Sum> sums = new Explanations<>(new Sum(0));

  /** A number that calls change. */
  private static final class Sum implements Model<Sum> {
    private int value;

    Sum(int value) {
      this.value = value;
    }

    @Override
    public Sum copy() {
      return new Sum(value);
    }

    @Override
    public Object state() {
      return value;
    }

    int add(int more) {
      return value += more;
    }

    int times(int factor) {
      return value *= factor;
    }

    boolean set(int to) {
      value = to;
      return true;
    }
  }

  private static Call<Sum> add(int more, int answer) {
    return Call.of("add", () -> answer, sum -> sum.add(more));
  }

  private static Call<Sum> times(int factor, int answer) {
    return Call.of("times", () -> answer, sum -> sum.times(factor));
  }

  private static Call<Sum> set(int to) {
    return Call.of("set", () -> true, sum -> sum.set(to));
  }

  private void assertUnexplained(List<Call<Sum>> calls) {
    assertThatThrownBy(() -> sums.make(calls))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no order of the calls of step 1")
        .hasMessageContaining(calls.get(0).name());
  }

  @Test
  void make_oneCallThatIsAnsweredAsTheModelDoes_isExplained() {
    sums.make(List.of(add(2, 2)));
    sums.make(List.of(add(3, 5)));

    assertThat(sums.any().value).isEqualTo(5);
  }

  @Test
  void make_oneCallThatIsAnsweredOtherwise_isUnexplained() {
    assertUnexplained(List.of(add(2, 3)));
  }

  @Test
  void make_callsAtOnceInEitherOrder_isExplained() {
    new Explanations<>(new Sum(1)).make(List.of(add(1, 2), times(3, 6)));
    new Explanations<>(new Sum(1)).make(List.of(add(1, 4), times(3, 3)));
  }

  @Test
  void make_callsAtOnceThatSawNothingOfEachOther_isUnexplained() {
    assertUnexplained(List.of(add(1, 1), add(1, 1)));
  }

  @Test
  void make_callsAtOnceThatBothSawTheOther_isUnexplained() {
    assertUnexplained(List.of(add(1, 2), add(1, 2)));
  }

  @Test
  void make_whereTheOrderIsUnknown_keepsBothInMindUntilAnAnswerTells() {
    sums.make(List.of(set(1), set(2)));
    assertThat(sums.size()).isEqualTo(2);

    sums.make(List.of(add(0, 1)));

    assertThat(sums.size()).isOne();
    assertThatThrownBy(() -> sums.make(List.of(add(0, 2)))).isInstanceOf(AssertionError.class);
  }

  @Test
  void make_whereAllOrdersEndAlike_keepsOneInMind() {
    sums.make(List.of(set(2), set(2), set(2)));

    assertThat(sums.size()).isOne();
  }

  @Test
  void make_aCallOfSeveralMoves_letsOthersComeBetween_butKeepsTheirOrder() {
    Move<Sum> addOne = new Move<>(1, sum -> sum.add(1));
    Move<Sum> takeItBack = new Move<>(6, sum -> sum.add(-1));
    Call<Sum> reserving = new Call<>("reserve", () -> List.of(addOne, takeItBack));

    sums.make(List.of(reserving, add(6, 7)));

    assertThat(sums.any().value).isEqualTo(6);
  }

  @Test
  void make_severalCalls_makesThemAtOnce() {
    AtomicInteger arrived = new AtomicInteger();
    Call<Sum> waitsForTheOther =
        Call.of(
            "meet",
            () -> {
              arrived.incrementAndGet();
              while (arrived.get() < 2) {
                Thread.onSpinWait();
              }
              return true;
            },
            sum -> true);

    sums.make(List.of(waitsForTheOther, waitsForTheOther));

    assertThat(arrived).hasValue(2);
  }
}
