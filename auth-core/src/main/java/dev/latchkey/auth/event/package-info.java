/**
 * What happened, for logs, metrics and alarms: never a secret, and never a full address.
 *
 * <p>{@link dev.latchkey.auth.event.AuthEventListener} is implemented by applications.
 */
@NullMarked
package dev.latchkey.auth.event;

import org.jspecify.annotations.NullMarked;
