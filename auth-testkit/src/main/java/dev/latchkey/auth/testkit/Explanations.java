package dev.latchkey.auth.testkit;

import dev.latchkey.auth.testkit.Call.Move;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What a record may hold after all that a store has answered about it: of calls that were made at
 * once nobody knows the order, so that every order which explains the answers is kept in mind, and
 * a store is wrong where none is left.
 *
 * @param <M> the model of the record
 */
final class Explanations<M extends Model<M>> {
  /** Three have six orders, and more threads make a race no likelier. */
  private static final int MOST_AT_ONCE = 3;

  private List<M> models;
  private int steps;

  Explanations(M beginning) {
    this.models = List.of(beginning);
  }

  /** One of the models; which of them does not matter where it only serves to draw calls. */
  M any() {
    return models.get(0);
  }

  /** How many there are. */
  int size() {
    return models.size();
  }

  /** Mostly one call; now and then some at once; and of these now and then the same one again. */
  void step(SplittableRandom random, Supplier<Call<M>> draw) {
    List<Call<M>> calls = new ArrayList<>(List.of(draw.get()));
    if (random.nextInt(5) == 0) {
      int atOnce = random.nextInt(2, MOST_AT_ONCE + 1);
      boolean again = random.nextInt(3) == 0;
      while (calls.size() < atOnce) {
        calls.add(again ? calls.get(0) : draw.get());
      }
    }
    make(calls);
  }

  /** Makes calls, at once if there are several, and keeps the models that explain the answers. */
  void make(List<Call<M>> calls) {
    steps++;
    List<List<Move<M>>> moves =
        calls.size() == 1
            ? List.of(calls.get(0).made().get())
            : Race.of(calls.size()).run(i -> calls.get(i).made().get()).outcomes();
    Map<Object, M> found = new LinkedHashMap<>();
    for (M model : models) {
      follow(model, moves, new int[moves.size()], found);
    }
    if (found.isEmpty()) {
      throw new AssertionError(unexplained(calls, moves));
    }
    models = List.copyOf(found.values());
  }

  /** Tries every order of the moves, those of one call in their own. */
  private void follow(M model, List<List<Move<M>>> moves, int[] done, Map<Object, M> found) {
    boolean over = true;
    for (int i = 0; i < done.length; i++) {
      if (done[i] < moves.get(i).size()) {
        over = false;
        Move<M> move = moves.get(i).get(done[i]);
        M next = model.copy();
        if (move.expected().apply(next).equals(move.answer())) {
          done[i]++;
          follow(next, moves, done, found);
          done[i]--;
        }
      }
    }
    if (over) {
      found.putIfAbsent(model.state(), model);
    }
  }

  /** The answers, beside those that one of the models gives to the same calls in the order here. */
  private String unexplained(List<Call<M>> calls, List<List<Move<M>>> moves) {
    M model = any().copy();
    StringBuilder text =
        new StringBuilder("no order of the calls of step " + steps + " explains their answers:");
    for (int i = 0; i < calls.size(); i++) {
      for (Move<M> move : moves.get(i)) {
        text.append("\n%s was answered %s".formatted(calls.get(i).name(), move.answer()));
        text.append("\n  where in this order it is %s".formatted(move.expected().apply(model)));
      }
    }
    return text.toString();
  }
}
