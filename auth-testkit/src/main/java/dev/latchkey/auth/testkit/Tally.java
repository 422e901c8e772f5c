package dev.latchkey.auth.testkit;

import java.util.List;
import java.util.function.Predicate;

/**
 * How a {@link Race} ended. Called by tests. Immutable.
 *
 * @param outcomes one for each racer, in the order of their numbers
 * @param <T> the type of an outcome
 */
public record Tally<T>(List<T> outcomes) {
  /**
   * Copies the outcomes.
   *
   * @param outcomes one for each racer
   */
  public Tally {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * How many racers had this very outcome.
   *
   * @param outcome the outcome
   * @return 0 to the number of racers
   */
  public long count(T outcome) {
    return countIf(outcome::equals);
  }

  /**
   * How many racers had an outcome of this kind.
   *
   * @param kind the kind
   * @return 0 to the number of racers
   */
  public long countOf(Class<? extends T> kind) {
    return countIf(kind::isInstance);
  }

  /**
   * How many racers had an outcome like this.
   *
   * @param like what to look for
   * @return 0 to the number of racers
   */
  public long countIf(Predicate<? super T> like) {
    return outcomes.stream().filter(like).count();
  }

  /**
   * The outcomes of one kind.
   *
   * @param kind the kind
   * @param <K> the kind
   * @return the outcomes, in the order of the racers
   */
  public <K extends T> List<K> all(Class<K> kind) {
    return outcomes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
