package dev.latchkey.auth.examples;

import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.MessageText;
import dev.latchkey.auth.delivery.Receipt;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A mailbox in place of a mail server: keeps what would have been mailed, for a developer to read.
 * Called by Latchkey and by {@link DevPages}.
 *
 * <p>Guarantees: a mail is there before {@link #send} returns; the latest {@value #CAPACITY} are
 * kept. Safe for concurrent use. For development only: whoever can read it can sign in as anybody.
 */
final class DevInbox implements CodeSender {
  static final int CAPACITY = 200;

  private final URI unlockPage;
  private final Deque<Mail> newestFirst = new ArrayDeque<>();
  private long sent;

  /**
   * An empty mailbox.
   *
   * @param unlockPage where the links of lock mails lead
   */
  DevInbox(URI unlockPage) {
    this.unlockPage = unlockPage;
  }

  @Override
  public Receipt send(Message message) {
    Draft draft = Draft.of(message, unlockPage);
    synchronized (newestFirst) {
      Mail mail = new Mail("mail-" + ++sent, draft);
      newestFirst.addFirst(mail);
      if (newestFirst.size() > CAPACITY) {
        newestFirst.removeLast();
      }
      return new Receipt.Accepted(mail.id());
    }
  }

  /** Does what {@link #send} does, but for keeping the mail: time tells nobody who is barred. */
  @Override
  public Receipt withhold(Message message) {
    Draft unused = Draft.of(message, unlockPage);
    synchronized (newestFirst) {
      return new Receipt.Accepted("withheld-" + unused.kind());
    }
  }

  /** The latest mails, the newest first. */
  List<Mail> mails() {
    synchronized (newestFirst) {
      return List.copyOf(newestFirst);
    }
  }

  /** One mail that was sent. */
  record Mail(String id, Draft draft) {}

  /** A mail in its final words, and what is secret in it by itself. */
  record Draft(
      String to,
      String subject,
      String text,
      String kind,
      Optional<String> code,
      Optional<String> token) {
    static Draft of(Message message, URI unlockPage) {
      MessageText words = MessageText.of(message, unlockPage);
      return new Draft(
          message.to().identity(),
          words.subject(),
          words.revealBody(),
          kind(message),
          message instanceof Message.Code sent
              ? Optional.of(sent.code().revealText())
              : Optional.empty(),
          message instanceof Message.Lock lock
              ? Optional.of(lock.token().revealText())
              : Optional.empty());
    }

    private static String kind(Message message) {
      if (message instanceof Message.Code) {
        return "code";
      }
      return message instanceof Message.Lock ? "lock" : "alert";
    }

    @Override
    public String toString() {
      return "Draft[kind=" + kind + "]";
    }
  }
}
