package dev.latchkey.auth.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.jdbc.Rows.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class RowsTest {
  /** A row: what names it, and what else it holds. */
  private record Item(String key, int content) {}

  private static Placed<Item> at(long position, String key, int content) {
    return new Placed<>(new Item(key, content), position);
  }

  private static Rows<Item> between(List<Placed<Item>> before, Item... after) {
    return Rows.between(before, List.of(after), Item::key);
  }

  @Test
  void between_theSame_doesNothing() {
    assertThat(between(List.of(at(3, "a", 1), at(7, "b", 1)), new Item("a", 1), new Item("b", 1)))
        .isEqualTo(new Rows<Item>(List.of(), List.of(), List.of()));
  }

  @Test
  void between_nothing_andSomething_insertsFromTheFirstPlaceOn() {
    Rows<Item> rows = between(List.of(), new Item("a", 1), new Item("b", 1));

    assertThat(rows.fresh()).containsExactly(at(1, "a", 1), at(2, "b", 1));
    assertThat(rows.gone()).isEmpty();
    assertThat(rows.changed()).isEmpty();
  }

  @Test
  void between_something_andNothing_deletesAll() {
    Rows<Item> rows = between(List.of(at(3, "a", 1), at(7, "b", 1)));

    assertThat(rows.gone()).containsExactly(at(3, "a", 1), at(7, "b", 1));
    assertThat(rows.fresh()).isEmpty();
  }

  @Test
  void aRowThatHasChanged_isUpdatedInItsPlace() {
    Rows<Item> rows =
        between(List.of(at(3, "a", 1), at(7, "b", 1)), new Item("a", 2), new Item("b", 1));

    assertThat(rows).isEqualTo(new Rows<>(List.of(), List.of(), List.of(at(3, "a", 2))));
  }

  @Test
  void aRowThatMovedToTheEnd_goesAndComesBehindAllThatWereThere() {
    Rows<Item> rows =
        between(List.of(at(3, "a", 1), at(7, "b", 1)), new Item("b", 1), new Item("a", 1));

    assertThat(rows)
        .isEqualTo(new Rows<>(List.of(at(3, "a", 1)), List.of(at(8, "a", 1)), List.of()));
  }

  @Test
  void aPlaceThatWasGivenUp_isNotGivenAgain_whileThereAreOthers() {
    assertThat(between(List.of(at(3, "a", 1), at(7, "b", 1)), new Item("a", 1), new Item("c", 1)))
        .isEqualTo(new Rows<>(List.of(at(7, "b", 1)), List.of(at(8, "c", 1)), List.of()));
  }

  @Test
  void rowsOfOneKey_areToldApartByTheirOrder() {
    Rows<Item> rows =
        between(
            List.of(at(1, "a", 1), at(2, "a", 2), at(3, "a", 3)),
            new Item("a", 1),
            new Item("a", 5));

    assertThat(rows)
        .isEqualTo(new Rows<>(List.of(at(3, "a", 3)), List.of(), List.of(at(2, "a", 5))));
  }

  @Test
  void equalRows_areRowsOfTheirOwn() {
    assertThat(between(List.of(at(1, "a", 1)), new Item("a", 1), new Item("a", 1)).fresh())
        .containsExactly(at(2, "a", 1));
    assertThat(between(List.of(at(1, "a", 1), at(2, "a", 1)), new Item("a", 1)).gone())
        .containsExactly(at(2, "a", 1));
  }

  /** Whatever is done to a list: the rows, done so, are the new one in its order. */
  @Test
  void theRows_onceChangedSo_areTheListThatWasWanted() {
    SplittableRandom random = new SplittableRandom(20_261_130);
    List<Placed<Item>> rows = List.of();
    for (int round = 0; round < 500; round++) {
      List<Item> wanted = new ArrayList<>(Rows.contents(rows));
      for (int edit = random.nextInt(4); edit > 0; edit--) {
        edit(wanted, random);
      }
      rows = done(rows, Rows.between(rows, wanted, Item::key));

      assertThat(Rows.contents(rows)).as("round %d", round).isEqualTo(wanted);
      assertThat(rows.stream().map(Placed::position).distinct()).hasSize(rows.size());
    }
  }

  private static void edit(List<Item> items, SplittableRandom random) {
    int place = items.isEmpty() ? 0 : random.nextInt(items.size());
    Item item = new Item("k" + random.nextInt(6), random.nextInt(3));
    switch (random.nextInt(4)) {
      case 0 -> items.add(place, item);
      case 1 -> items.add(item);
      case 2 -> items.subList(place, Math.min(place + 1, items.size())).clear();
      default -> items.replaceAll(i -> i.key().equals(item.key()) ? item : i);
    }
  }

  private static List<Placed<Item>> done(List<Placed<Item>> before, Rows<Item> rows) {
    List<Placed<Item>> after = new ArrayList<>(before);
    after.removeAll(rows.gone());
    after.addAll(rows.fresh());
    Function<Placed<Item>, Placed<Item>> updated =
        placed ->
            rows.changed().stream()
                .filter(changed -> changed.position() == placed.position())
                .findFirst()
                .orElse(placed);
    return after.stream().map(updated).sorted(Comparator.comparingLong(Placed::position)).toList();
  }
}
