package dev.latchkey.auth.http;

/**
 * Everything that can go wrong, in the words that people and programs read: the one place that says
 * so.
 */
enum ProblemKind {
  INVALID_REQUEST(
      400,
      "Request not understood",
      "The request is not as we expect it. Please check it and try again.",
      Action.RETRY),
  INVALID_EMAIL(
      400,
      "Not an e-mail address",
      "This does not look like an e-mail address. Please check it and try again.",
      Action.RETRY),
  INVALID_CODE(
      400,
      "Not a code",
      "This does not look like a code of ours. Please type it as it stands in the mail.",
      Action.RETRY),
  WRONG_CODE(
      401, "Wrong code", "This code is not right. Please check it and try again.", Action.RETRY),
  CODE_EXPIRED(
      401,
      "Code no longer valid",
      "This code is no longer valid. Please ask for a new one.",
      Action.REQUEST_NEW_CODE),
  MISSING_TOKEN(401, "Not signed in", "Please sign in first.", Action.SIGN_IN),
  INVALID_TOKEN(401, "Sign-in not valid", "Please sign in again.", Action.SIGN_IN),
  TOKEN_EXPIRED(401, "Sign-in expired", "Your sign-in has expired.", Action.SIGN_IN),
  TOKEN_REVOKED(
      401, "Signed out", "You have been signed out. Please sign in again.", Action.SIGN_IN),
  WRONG_DEVICE(
      401,
      "Another device",
      "This sign-in belongs to another device. Please sign in on this one.",
      Action.SIGN_IN),
  INVALID_REFRESH_TOKEN(
      401, "Sign-in over", "Your sign-in is over. Please sign in again.", Action.SIGN_IN),
  INVALID_UNLOCK_TOKEN(
      401,
      "Link no longer valid",
      "This link is no longer valid. Please ask for a code to sign in.",
      Action.SIGN_IN),
  REFRESH_TOKEN_REUSED(
      401,
      "Signed out for safety",
      "Your sign-in was used twice, so we signed you out everywhere. Please sign in again.",
      Action.SIGN_IN),
  NOT_FOUND(404, "Not found", "There is nothing here.", Action.CONTACT_SUPPORT),
  METHOD_NOT_ALLOWED(
      405, "Method not allowed", "This can not be done here.", Action.CONTACT_SUPPORT),
  CONTENT_TOO_LARGE(413, "Too large", "The request is too large.", Action.CONTACT_SUPPORT),
  UNSUPPORTED_MEDIA_TYPE(
      415, "Not JSON", "The request must be of type application/json.", Action.CONTACT_SUPPORT),
  ACCOUNT_LOCKED(
      423,
      "Locked for a while",
      "There were too many wrong codes. Please wait before you try again.",
      Action.WAIT),
  RATE_LIMITED(
      429, "Too many requests", "That was a little too often. Please wait a while.", Action.WAIT),
  SLOW_DOWN(429, "Not so fast", "Please wait a moment before you try the next code.", Action.WAIT),
  INTERNAL_ERROR(
      500,
      "Something went wrong",
      "Something went wrong on our side. If it happens again, please tell us the incident.",
      Action.CONTACT_SUPPORT),
  MAIL_UNDELIVERED(
      502,
      "Mail not sent",
      "We could not send the mail. Please try again in a little while.",
      Action.RETRY),
  UNAVAILABLE(
      503,
      "Not available",
      "We can not do this at the moment. Please try again soon.",
      Action.WAIT);

  private final int status;
  private final String title;
  private final String detail;
  private final Action action;

  ProblemKind(int status, String title, String detail, Action action) {
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.action = action;
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  Action action() {
    return action;
  }

  /** The stable name that programs decide by. */
  String code() {
    return Words.ofEnum(this);
  }

  /** What the person can do about it. */
  enum Action {
    WAIT,
    RETRY,
    REQUEST_NEW_CODE,
    SIGN_IN,
    CONTACT_SUPPORT;

    String word() {
      return Words.ofEnum(this);
    }
  }
}
