package dev.latchkey.auth.token;

/** What became of an access token that was shown. Called by applications. */
public sealed interface TokenCheck {
  /**
   * It is good: authentic, in time, from its device, not revoked.
   *
   * @param claims what it says
   */
  record Accepted(AccessClaims claims) implements TokenCheck {}

  /**
   * It is refused.
   *
   * @param reason why
   */
  record Refused(Reason reason) implements TokenCheck {}

  /** Why an access token is refused, in the order in which it is judged. */
  enum Reason {
    /** It is not a token of this issuer for this audience, to the letter. */
    INVALID,
    /** Its time is over. */
    EXPIRED,
    /** It came without the token of its device. */
    WRONG_DEVICE,
    /** It or its session was ended. */
    REVOKED
  }
}
