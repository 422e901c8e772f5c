/**
 * Who signs in: the address as the mail system and the limits see it, the host's account behind it,
 * and the hash under which stores know it. Accounts are the host's; Latchkey asks its {@link
 * dev.latchkey.auth.account.AccountDirectory} and keeps none of them itself.
 */
@NullMarked
package dev.latchkey.auth.account;

import org.jspecify.annotations.NullMarked;
