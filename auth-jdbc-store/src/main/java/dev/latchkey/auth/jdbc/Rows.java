package dev.latchkey.auth.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What must be done to the rows of a list, to make them those of another. A row is named by its
 * place, which only grows from row to row, and is never given twice while there are others: what
 * moves to the end is a row that goes and one that comes.
 *
 * @param gone the rows to delete
 * @param fresh the rows to insert
 * @param changed the rows to update
 * @param <T> what a row holds
 */
record Rows<T>(List<Placed<T>> gone, List<Placed<T>> fresh, List<Placed<T>> changed) {
  /**
   * A row and its place.
   *
   * @param row what it holds
   * @param position its place
   * @param <T> the type of what it holds
   */
  record Placed<T>(T row, long position) {}

  /**
   * The least that leads from one list to the other.
   *
   * @param before the rows as they are
   * @param after what they are to hold
   * @param key what tells a row that has changed from another one; may be the same for several
   * @param <T> what a row holds
   */
  static <T> Rows<T> between(List<Placed<T>> before, List<T> after, Function<T, ?> key) {
    List<Placed<T>> gone = new ArrayList<>(before);
    List<Placed<T>> fresh = new ArrayList<>();
    List<Placed<T>> changed = new ArrayList<>();
    long next = 1 + before.stream().mapToLong(Placed::position).max().orElse(0);
    long last = 0;
    for (T row : after) {
      Optional<Placed<T>> known = known(gone, key, key.apply(row), last);
      last = known.isPresent() ? known.get().position() : next++;
      Placed<T> placed = new Placed<>(row, last);
      if (known.isEmpty()) {
        fresh.add(placed);
      } else if (!known.get().equals(placed)) {
        changed.add(placed);
      }
      known.ifPresent(gone::remove);
    }
    return new Rows<>(gone, fresh, changed);
  }

  private static <T> Optional<Placed<T>> known(
      List<Placed<T>> left, Function<T, ?> key, Object wanted, long last) {
    return left.stream()
        .filter(placed -> placed.position() > last && key.apply(placed.row()).equals(wanted))
        .findFirst();
  }

  /** What the rows hold, without their places. */
  static <T> List<T> contents(List<Placed<T>> placed) {
    return placed.stream().map(Placed::row).toList();
  }
}
