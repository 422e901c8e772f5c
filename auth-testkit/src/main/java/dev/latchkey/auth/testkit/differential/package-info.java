/**
 * Long random histories, told to a store and to the pure functions of {@code auth-core}, and every
 * answer is the same: what a store owes that says their rules again in a language of its own, and a
 * second proof for every other. A store author extends {@link
 * dev.latchkey.auth.testkit.differential.DifferentialContract}.
 */
@NullMarked
package dev.latchkey.auth.testkit.differential;

import org.jspecify.annotations.NullMarked;
