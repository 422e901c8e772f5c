/**
 * What a test of Latchkey needs: a clock that moves when told, a mailbox that keeps what was
 * mailed, a race that provably is one, and an instance that is ready.
 *
 * <p>A host begins with {@link dev.latchkey.auth.testkit.TestLatchkey}. Nothing here sleeps, and
 * nothing belongs into a service that runs.
 */
@NullMarked
package dev.latchkey.auth.testkit;

import org.jspecify.annotations.NullMarked;
