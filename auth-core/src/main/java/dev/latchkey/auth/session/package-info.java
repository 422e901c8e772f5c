/**
 * Sessions: what is live, which refresh token is the newest, and what was revoked.
 *
 * <p>{@link dev.latchkey.auth.session.SessionStore} is implemented by store authors, who find the
 * rules in {@link dev.latchkey.auth.session.AccountSessions}, and, where the store can tell what
 * ends in it, {@link dev.latchkey.auth.session.RevocationFeed}.
 */
@NullMarked
package dev.latchkey.auth.session;

import org.jspecify.annotations.NullMarked;
