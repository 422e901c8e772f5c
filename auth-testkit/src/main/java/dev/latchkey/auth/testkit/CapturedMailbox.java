package dev.latchkey.auth.testkit;

import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A sender that sends nothing and keeps every message, so that a test can read the code. Called by
 * tests.
 *
 * <p>Guarantees: a message is here before the call that sent it returns; the newest {@value
 * #DEFAULT_CAPACITY} are kept, or as many as {@link #holding} was told. It can be told to fail, to
 * refuse recipients, and to be down. {@code toString} shows no message. Safe for concurrent use.
 */
public final class CapturedMailbox implements CodeSender {
  /** More than a test looks at; a brute-force test does not fill the heap. */
  public static final int DEFAULT_CAPACITY = 1_000;

  private enum Mood {
    ACCEPTING,
    REFUSING,
    FAILING,
    DOWN
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Message> messages = new ArrayDeque<>();
  private final Deque<Message> withheld = new ArrayDeque<>();
  private final int capacity;
  private volatile Mood mood = Mood.ACCEPTING;
  private long accepted;

  private CapturedMailbox(int capacity) {
    this.capacity = capacity;
  }

  /**
   * An empty mailbox.
   *
   * @return the mailbox
   */
  public static CapturedMailbox create() {
    return holding(DEFAULT_CAPACITY);
  }

  /**
   * An empty mailbox with a bound.
   *
   * @param capacity how many messages it keeps, 1 or more; the oldest go
   * @return the mailbox
   */
  public static CapturedMailbox holding(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be 1 or more, got " + capacity);
    }
    return new CapturedMailbox(capacity);
  }

  @Override
  public Receipt send(Message message) {
    Objects.requireNonNull(message, "message");
    return switch (mood) {
      case ACCEPTING -> keep(messages, message);
      case REFUSING -> new Receipt.RecipientRefused();
      case FAILING, DOWN -> new Receipt.Failed();
    };
  }

  @Override
  public Receipt withhold(Message message) {
    Objects.requireNonNull(message, "message");
    return mood == Mood.FAILING || mood == Mood.DOWN
        ? new Receipt.Failed()
        : keep(withheld, message);
  }

  @Override
  public boolean isUp() {
    return mood != Mood.DOWN;
  }

  private Receipt keep(Deque<Message> kept, Message message) {
    lock.lock();
    try {
      kept.addFirst(message);
      if (kept.size() > capacity) {
        kept.removeLast();
      }
      accepted++;
      return new Receipt.Accepted("captured-" + accepted);
    } finally {
      lock.unlock();
    }
  }

  /** From now on each message fails as if our server were broken, without warning. */
  public void fail() {
    mood = Mood.FAILING;
  }

  /** From now on each recipient is refused for good, as one that does not exist. */
  public void refuseRecipients() {
    mood = Mood.REFUSING;
  }

  /** From now on mail is known to be down: {@link #isUp} says so, and each message fails. */
  public void goDown() {
    mood = Mood.DOWN;
  }

  /** From now on messages are accepted again, as at the beginning. */
  public void recover() {
    mood = Mood.ACCEPTING;
  }

  /**
   * The messages to everybody.
   *
   * @return the newest first; a copy
   */
  public List<Message> messages() {
    return copy(messages);
  }

  /**
   * The messages to one address.
   *
   * @param address an address as a person types it
   * @return the newest first; a copy
   */
  public List<Message> messages(String address) {
    EmailAddress to = parse(address);
    return messages().stream().filter(message -> message.to().equals(to)).toList();
  }

  /**
   * The codes that were mailed to one address.
   *
   * @param address an address as a person types it
   * @return the newest first; a copy
   */
  public List<String> codes(String address) {
    return messages(address).stream()
        .filter(Message.Code.class::isInstance)
        .map(message -> ((Message.Code) message).code().revealText())
        .toList();
  }

  /**
   * The code that was mailed last to one address.
   *
   * @param address an address as a person types it
   * @return the code
   * @throws NoSuchElementException if none was mailed there
   */
  public String lastCode(String address) {
    return codes(address).stream()
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no code was mailed to " + parse(address)));
  }

  /**
   * The unlock tokens that were mailed to one address.
   *
   * @param address an address as a person types it
   * @return the newest first; a copy
   */
  public List<String> unlockTokens(String address) {
    return messages(address).stream()
        .filter(Message.Lock.class::isInstance)
        .map(message -> ((Message.Lock) message).token().revealText())
        .toList();
  }

  /**
   * The unlock token that was mailed last to one address.
   *
   * @param address an address as a person types it
   * @return the token
   * @throws NoSuchElementException if none was mailed there
   */
  public String lastUnlockToken(String address) {
    return unlockTokens(address).stream()
        .findFirst()
        .orElseThrow(
            () -> new NoSuchElementException("no unlock token was mailed to " + parse(address)));
  }

  /**
   * What was withheld from addresses that the host bars: messages that nobody got.
   *
   * @return the newest first; a copy
   */
  public List<Message> withheld() {
    return copy(withheld);
  }

  /** Forgets all messages. */
  public void clear() {
    lock.lock();
    try {
      messages.clear();
      withheld.clear();
    } finally {
      lock.unlock();
    }
  }

  private List<Message> copy(Deque<Message> kept) {
    lock.lock();
    try {
      return List.copyOf(kept);
    } finally {
      lock.unlock();
    }
  }

  private static EmailAddress parse(String address) {
    return EmailAddress.parse(address)
        .orElseThrow(() -> new IllegalArgumentException("address must be an e-mail address"));
  }

  @Override
  public String toString() {
    return "CapturedMailbox[" + messages().size() + " messages, " + mood + "]";
  }
}
