/**
 * Stores in this process: bounded, thread-safe, complete, and gone with it. An adapter like any
 * other, for tests, for trying things out, and for a service of one node that may forget.
 *
 * <p>{@link dev.latchkey.auth.memory.InMemoryStores} is called by applications.
 */
@NullMarked
package dev.latchkey.auth.memory;

import org.jspecify.annotations.NullMarked;
