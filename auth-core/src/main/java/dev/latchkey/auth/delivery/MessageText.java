package dev.latchkey.auth.delivery;

import java.time.temporal.ChronoUnit;

/**
 * A message in plain words: what a sender without templates of its own mails. Called by
 * implementers of {@link CodeSender}.
 *
 * <p>The text of a code message holds the code; it must not be logged, and {@code toString} shows
 * neither part.
 */
public final class MessageText {
  private final String subject;
  private final String body;

  private MessageText(String subject, String body) {
    this.subject = subject;
    this.body = body;
  }

  /**
   * The words of a message, in English.
   *
   * @param message the message
   * @return subject and body
   */
  public static MessageText of(Message message) {
    if (message instanceof Message.Code code) {
      return code(code);
    }
    if (message instanceof Message.Alert alert) {
      return alert(alert);
    }
    throw new IllegalArgumentException("message must be of a known kind, got " + message);
  }

  private static MessageText code(Message.Code message) {
    long minutes = Math.max(1, message.validFor().toMinutes());
    return new MessageText(
        "Your sign-in code",
        """
        Your sign-in code is %s

        It is valid for %d minutes and works once. Nobody will ever ask you for it.
        If you did not ask for a code, you can ignore this mail.
        """
            .formatted(message.code().revealText(), minutes));
  }

  private static MessageText alert(Message.Alert message) {
    String what =
        switch (message.reason()) {
          case REFRESH_TOKEN_REUSED ->
              """
              Somebody used a sign-in of yours that had been used before. It may have been copied,
              so we have signed you out everywhere. Please sign in again.
              """;
          case WRONG_DEVICE ->
              """
              Somebody tried to go on with a sign-in of yours from another device. We refused it.
              If that was not you, sign out everywhere and sign in again.
              """;
        };
    return new MessageText(
        "A security notice about your account",
        what + "\nThis happened at " + message.at().truncatedTo(ChronoUnit.SECONDS) + ".\n");
  }

  /**
   * The subject line. Holds no code.
   *
   * @return one line
   */
  public String subject() {
    return subject;
  }

  /**
   * The body, for the mail and nothing else.
   *
   * @return lines of plain text
   */
  public String revealBody() {
    return body;
  }

  @Override
  public String toString() {
    return "MessageText[redacted]";
  }
}
