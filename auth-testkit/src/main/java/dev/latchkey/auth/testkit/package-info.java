/**
 * What a test of Latchkey needs: a contract for each storage interface, which every store passes,
 * and for a host's own tests a clock that moves when told, a mailbox that keeps what was mailed, a
 * race that provably is one, and an instance that is ready.
 *
 * <p>A store author writes one subclass of {@link
 * dev.latchkey.auth.testkit.StoresAndAccountsContract}, or of {@link
 * dev.latchkey.auth.testkit.StoresContract} if accounts are elsewhere; who has some of the stores
 * alone, one for each of these. {@link dev.latchkey.auth.testkit.RevocationFeedContract} is for
 * stores that tell what ends in them, and {@link
 * dev.latchkey.auth.testkit.differential.DifferentialContract} for those that say rules again in
 * another language. A host begins with {@link dev.latchkey.auth.testkit.TestLatchkey}. Whoever
 * speaks to a server puts a {@link dev.latchkey.auth.testkit.FaultyProxy} before it, and keeps
 * {@link dev.latchkey.auth.testkit.traffic.Traffic} going while that fails. The contracts want
 * JUnit Jupiter 5.12 or later, which the user brings. Nothing here sleeps, and nothing belongs into
 * a service that runs.
 */
@NullMarked
package dev.latchkey.auth.testkit;

import org.jspecify.annotations.NullMarked;
