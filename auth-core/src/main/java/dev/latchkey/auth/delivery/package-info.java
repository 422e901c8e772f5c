/**
 * Messages to people, and the host's way to send them.
 *
 * <p>{@link dev.latchkey.auth.delivery.CodeSender} is implemented by hosts.
 */
@NullMarked
package dev.latchkey.auth.delivery;

import org.jspecify.annotations.NullMarked;
