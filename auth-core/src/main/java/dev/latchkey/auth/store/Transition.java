package dev.latchkey.auth.store;

/**
 * What a transition of a record makes of it: the record afterwards, and the answer to the caller.
 * Called by store authors.
 *
 * <p>Guarantees: a transition is pure. It reads the record, its arguments and the given time, and
 * nothing else, so a store may run it again on a newer record when a write was lost to a race; only
 * the answer of the run whose record was kept may be passed on.
 *
 * @param record the record to keep; the same instance as before where nothing changed
 * @param answer what the caller learns
 * @param <R> the type of the record
 * @param <A> the type of the answer
 */
public record Transition<R, A>(R record, A answer) {}
