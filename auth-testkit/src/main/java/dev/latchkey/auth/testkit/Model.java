package dev.latchkey.auth.testkit;

/**
 * What a record holds, told slowly and simply by all that ever happened to it.
 *
 * @param <M> the model itself
 */
interface Model<M extends Model<M>> {
  /** Another that knows the same, and goes its own way from here on. */
  M copy();

  /** All that it knows, as values: two models with equal ones answer alike for ever. */
  Object state();
}
