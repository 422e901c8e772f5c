/**
 * Sign-in by e-mail one-time code, in one façade.
 *
 * <p>{@link dev.latchkey.auth.Latchkey} is called by applications: it composes codes, limits,
 * lockout, sessions and tokens, and answers each call with a value that says all that an HTTP layer
 * needs. {@link dev.latchkey.auth.AuthStores} is implemented by store authors.
 */
@NullMarked
package dev.latchkey.auth;

import org.jspecify.annotations.NullMarked;
