/**
 * Stores in use by many at once while their server, or the network to it, is in trouble: for stores
 * that speak to a server, whose authors bring the trouble. {@link
 * dev.latchkey.auth.testkit.traffic.Contest} says what may be won how often, {@link
 * dev.latchkey.auth.testkit.traffic.Traffic} has threads play for it round after round, {@link
 * dev.latchkey.auth.testkit.traffic.Processes} has whole processes do so, and {@link
 * dev.latchkey.auth.testkit.traffic.Eventually} waits for what others do. Time is real here, and
 * that of the stores' own clock.
 */
@NullMarked
package dev.latchkey.auth.testkit.traffic;

import org.jspecify.annotations.NullMarked;
