/**
 * The key ring of an issuer: the identity key, the root keys and the signing keys, sealed under a
 * data key that is wrapped under the host's master secret. One record, kept by one {@link
 * dev.latchkey.auth.key.KeyStore} and changed by compare-and-set alone, so that any number of nodes
 * agree on one ring and one active key. {@link dev.latchkey.auth.key.Keys} is the opened, living
 * form of it; {@link dev.latchkey.auth.key.KeyRing} is what a store keeps, worthless without the
 * master secret and useless to whoever changes it.
 */
@NullMarked
package dev.latchkey.auth.key;

import org.jspecify.annotations.NullMarked;
