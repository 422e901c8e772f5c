/**
 * Who is calling: the address of the network behind trusted proxies, the subjects that a budget per
 * IP counts on, and the device that an earlier sign-in made known. None of it proves who a person
 * is; it decides which limits apply and to which device a session is bound.
 */
@NullMarked
package dev.latchkey.auth.client;

import org.jspecify.annotations.NullMarked;
