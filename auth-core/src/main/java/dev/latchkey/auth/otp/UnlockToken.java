package dev.latchkey.auth.otp;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.lockout.LockId;

/**
 * An unlock token that this service made and whose time is not over. Called by applications.
 *
 * <p>Guarantees: only {@link OtpIssuer#readUnlock} makes one. Does not guarantee that its lock is
 * still running: the store says that.
 */
public final class UnlockToken {
  private final IdentityHash identity;
  private final Unlock.Kind kind;
  private final LockId grant;

  UnlockToken(IdentityHash identity, Unlock.Kind kind, LockId grant) {
    this.identity = identity;
    this.kind = kind;
    this.grant = grant;
  }

  /**
   * Whose it is.
   *
   * @return the keyed hash of the identifier
   */
  public IdentityHash identity() {
    return identity;
  }

  Unlock.Kind kind() {
    return kind;
  }

  LockId grant() {
    return grant;
  }

  @Override
  public String toString() {
    return "UnlockToken[" + identity + ", " + kind + "]";
  }
}
