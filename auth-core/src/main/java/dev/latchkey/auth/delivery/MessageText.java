package dev.latchkey.auth.delivery;

import java.net.URI;
import java.time.Duration;
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
   * @param unlockPage the page of the host that posts an unlock token; the token stands behind its
   *     {@code #}, so that no server on the way sees it and no prefetch uses it
   * @return subject and body
   */
  public static MessageText of(Message message, URI unlockPage) {
    if (message instanceof Message.Code code) {
      return code(code);
    }
    if (message instanceof Message.Lock lock) {
      return lock(lock, unlockPage);
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

  private static MessageText lock(Message.Lock message, URI unlockPage) {
    String what =
        message
            .lockedFor()
            .map(
                wait ->
                    "There were too many wrong codes for your account, so it is locked for %s."
                        .formatted(words(wait)))
            .orElse("Somebody asked for too many codes for your account.");
    return new MessageText(
        message.lockedFor().isPresent()
            ? "Your account is locked"
            : "Too many codes for your account",
        """
        %s

        If that was not you, nobody got in. You can sign in all the same, with this link:
        %s#%s

        It is good for %s, on the device that you open it on.
        """
            .formatted(what, unlockPage, message.token().revealText(), words(message.validFor())));
  }

  /** Rounded up, in the largest unit that fits twice. */
  private static String words(Duration duration) {
    long minutes = Math.max(1, (duration.toSeconds() + 59) / 60);
    if (minutes < 120) {
      return minutes == 1 ? "1 minute" : minutes + " minutes";
    }
    long hours = (minutes + 59) / 60;
    return hours < 48 ? hours + " hours" : (hours + 23) / 24 + " days";
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
