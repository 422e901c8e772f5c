package dev.latchkey.auth.jdbc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What must be done to the rows of a list, to make them those of another: each row bears the number
 * of its place, which changes only where the order does.
 *
 * @param gone the keys of the rows to delete
 * @param fresh the rows to insert
 * @param changed the rows to update
 * @param <K> what tells a row from the others
 * @param <T> what a row holds
 */
record Rows<K, T>(Set<K> gone, List<Placed<T>> fresh, List<Placed<T>> changed) {
  /**
   * A row and its place.
   *
   * @param row what it holds
   * @param position its place
   * @param <T> the type of what it holds
   */
  record Placed<T>(T row, long position) {}

  /** The least that leads from one list to the other. */
  static <K, T> Rows<K, T> between(List<Placed<T>> before, List<T> after, Function<T, K> key) {
    Map<K, Placed<T>> known = new HashMap<>();
    long next = 1;
    for (Placed<T> placed : before) {
      known.put(key.apply(placed.row()), placed);
      next = Math.max(next, placed.position() + 1);
    }
    Set<K> gone = new HashSet<>(known.keySet());
    List<Placed<T>> fresh = new ArrayList<>();
    List<Placed<T>> changed = new ArrayList<>();
    long last = 0;
    for (T row : after) {
      Placed<T> old = known.get(key.apply(row));
      last = old != null && old.position() > last ? old.position() : next++;
      Placed<T> placed = new Placed<>(row, last);
      gone.remove(key.apply(row));
      if (old == null) {
        fresh.add(placed);
      } else if (!placed.equals(old)) {
        changed.add(placed);
      }
    }
    return new Rows<>(gone, fresh, changed);
  }

  /** What the rows hold, without their places. */
  static <T> List<T> contents(List<Placed<T>> placed) {
    return placed.stream().map(Placed::row).toList();
  }
}
