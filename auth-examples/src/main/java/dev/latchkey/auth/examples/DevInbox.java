package dev.latchkey.auth.examples;

import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.MessageText;
import dev.latchkey.auth.delivery.Receipt;
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

  private final Deque<Mail> newestFirst = new ArrayDeque<>();
  private long sent;

  @Override
  public Receipt send(Message message) {
    Draft draft = Draft.of(message);
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
    Draft unused = Draft.of(message);
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

  /** A mail in its final words. */
  record Draft(String to, String subject, String text, String kind, Optional<String> code) {
    static Draft of(Message message) {
      MessageText words = MessageText.of(message);
      Optional<String> code =
          message instanceof Message.Code sent
              ? Optional.of(sent.code().revealText())
              : Optional.empty();
      return new Draft(
          message.to().identity(),
          words.subject(),
          words.revealBody(),
          code.isPresent() ? "code" : "alert",
          code);
    }

    @Override
    public String toString() {
      return "Draft[kind=" + kind + "]";
    }
  }
}
