package dev.latchkey.auth.testkit;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One call of a random history.
 *
 * @param name what a failure calls it
 * @param made makes the call, and says by which moves of a model its answer is explained, in order
 * @param <M> the model
 */
record Call<M>(String name, Supplier<List<Move<M>>> made) {
  /**
   * What a call did to a record in one go.
   *
   * @param answer what the store said
   * @param expected changes a model alike, and says what the store should have said
   * @param <M> the model
   */
  record Move<M>(Object answer, Function<M, Object> expected) {}

  /** A call that is one move, whose answer a model knows beforehand. */
  static <M> Call<M> of(String name, Supplier<?> store, Function<M, Object> model) {
    return judged(name, store, (known, answer) -> model.apply(known));
  }

  /** A call that is one move, whose answer is the store's to choose in some of its parts. */
  static <M, A> Call<M> judged(String name, Supplier<A> store, BiFunction<M, A, Object> model) {
    return new Call<>(
        name,
        () -> {
          A answer = store.get();
          return List.of(new Move<>(answer, known -> model.apply(known, answer)));
        });
  }
}
