/**
 * Tokens: access tokens that any service can verify, and refresh tokens that rotate at every use.
 *
 * <p>{@link dev.latchkey.auth.token.TokenService} is called by applications. It signs and verifies;
 * what is live is judged in {@link dev.latchkey.auth.session.AccountSessions}.
 */
@NullMarked
package dev.latchkey.auth.token;

import org.jspecify.annotations.NullMarked;
