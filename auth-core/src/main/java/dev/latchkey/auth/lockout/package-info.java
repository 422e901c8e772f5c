/**
 * How long a wrong code makes the next guess wait: progressive delay and lockout, one table.
 *
 * <p>{@link dev.latchkey.auth.lockout.LockoutPolicy} is called by applications. {@link
 * dev.latchkey.auth.lockout.Lane} is the count that the policy is asked about, kept inside the
 * record of an identifier.
 */
@NullMarked
package dev.latchkey.auth.lockout;

import org.jspecify.annotations.NullMarked;
