package dev.latchkey.auth.key;

/**
 * Where a signing key is in its life; a function of the ring and the time. Called by applications
 * that show the state of the ring.
 */
public enum SigningKeyState {
  /** In the JWKS, so that verifiers know it, but does not sign yet. */
  NEXT,
  /** The one that signs. */
  ACTIVE,
  /** Signs no more, but what it signed may still be alive. */
  RETIRING,
  /** All that it signed is dead: out of the JWKS, verifies nothing, leaves the ring soon. */
  GONE
}
