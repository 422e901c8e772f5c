package dev.latchkey.auth;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.key.Keys;

/** Under which keyed hash an address is known, by the ring as it is now. */
final class Identities {
  private final Keys keys;

  Identities(Keys keys) {
    this.keys = keys;
  }

  /** For challenges, failures, locks and devices. */
  IdentityHash identity(EmailAddress address) {
    return IdentityHash.of(keys.identityKey(), address);
  }

  /** For budgets of mail: all spellings that reach one mailbox share them. */
  IdentityHash mailbox(EmailAddress address) {
    return IdentityHash.ofMailbox(keys.identityKey(), address);
  }
}
