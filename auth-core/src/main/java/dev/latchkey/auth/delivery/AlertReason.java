package dev.latchkey.auth.delivery;

/** Why the owner of an account is alerted. Called by implementers of {@link CodeSender}. */
public enum AlertReason {
  /** A refresh token was shown twice, so that two hold it: all sessions were ended. */
  REFRESH_TOKEN_REUSED,
  /** A refresh token was shown without the device token of its session: nothing was ended. */
  WRONG_DEVICE
}
