package dev.latchkey.auth;

/** What became of a sign-out. Called by applications. */
public sealed interface SignOutResult {
  /**
   * What was asked for is ended, or had ended before.
   *
   * @param ended how many sessions were live and now are ended
   */
  record SignedOut(int ended) implements SignOutResult {}

  /**
   * The request is refused; nothing is ended.
   *
   * @param reason why
   */
  record Refused(Reason reason) implements SignOutResult {}

  /** Which sessions a sign-out ends. */
  enum Scope {
    /** The session of the token. */
    SESSION,
    /** All of the account but that one. */
    OTHERS,
    /** All of the account. */
    ALL
  }

  /** Why a request can not sign out. */
  enum Reason {
    /** It came without a token. */
    MISSING_TOKEN,
    /** Its access token is not of this service. */
    INVALID_ACCESS_TOKEN,
    /** Its refresh token is not of this service. */
    INVALID_REFRESH_TOKEN,
    /** Its two tokens are of different sessions. */
    DIFFERENT_SESSIONS,
    /** It came without the token of its device. */
    WRONG_DEVICE
  }
}
