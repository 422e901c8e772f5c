package dev.latchkey.auth.crypto;

/**
 * What a key that is derived from a root key is for. One key, one purpose: a token of one kind can
 * never pass for another. Called by Latchkey itself.
 *
 * <p>The labels are part of the stored format and never change.
 */
public enum Purpose {
  /** The pepper under which codes are hashed. */
  CODE_PEPPER("latchkey/v1/code-pepper"),
  /** Seals the handle of a challenge. */
  CHALLENGE_HANDLE("latchkey/v1/challenge-handle"),
  /** Authenticates refresh tokens. */
  REFRESH_TOKEN("latchkey/v1/refresh-token"),
  /** Authenticates device tokens. */
  DEVICE_TOKEN("latchkey/v1/device-token"),
  /** Authenticates unlock tokens. */
  UNLOCK_TOKEN("latchkey/v1/unlock-token");

  private final String label;

  Purpose(String label) {
    this.label = label;
  }

  /**
   * The {@code info} of the derivation (RFC 5869, section 3.2).
   *
   * @return such as {@code latchkey/v1/code-pepper}
   */
  public String label() {
    return label;
  }
}
