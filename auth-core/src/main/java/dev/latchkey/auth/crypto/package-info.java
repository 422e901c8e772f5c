/**
 * The few primitives that everything else stands on: secrets that do not print themselves,
 * AES-256-GCM sealing, HMAC and HKDF, strict base64url, random bytes, and the contract by which a
 * token codec gets its keys. This package knows nothing of sign-in. AES, HMAC and SHA-256 are the
 * JDK's; HKDF is Bouncy Castle's light-weight one, whose provider is never registered.
 */
@NullMarked
package dev.latchkey.auth.crypto;

import org.jspecify.annotations.NullMarked;
