package dev.latchkey.auth.examples;

/** What a client of its own keeps after a sign-in or a refresh. */
record SignedIn(String access, String refresh, String device, String session) {
  static SignedIn of(Answer answer) {
    return new SignedIn(
        answer.isOk().text("access_token"),
        answer.text("refresh_token"),
        answer.text("device_token"),
        answer.text("session_id"));
  }

  /** The headers of a Bearer request. */
  String[] headers() {
    return new String[] {"Authorization", "Bearer " + access, "X-Device-Token", device};
  }

  String refreshBody() {
    return "{\"refresh_token\":\"" + refresh + "\"}";
  }
}
