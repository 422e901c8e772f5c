package dev.latchkey.auth.delivery;

/**
 * Sends mails. Implemented by hosts.
 *
 * <p>A lambda will do for a sender that answers at once. One that talks to a server while the
 * caller waits implements {@link #withhold} too, or the time of an answer tells who is barred.
 *
 * <p>Must be safe for concurrent use and return within seconds: it runs on the caller's thread.
 * What it throws counts as {@link Receipt.Failed}. Must not log a message's code or full address.
 */
@FunctionalInterface
public interface CodeSender {
  /**
   * Hands a message over.
   *
   * @param message the message
   * @return what became of it
   */
  Receipt send(Message message);

  /**
   * Called in place of {@link #send} where the host bars the address: must send nothing, and should
   * take as long as sending would, so that time does not tell who is barred. This default answers
   * at once, which is right for a sender that only puts messages into a queue; one that talks to a
   * server while the caller waits overrides it.
   *
   * @param message what nobody gets
   * @return an acceptance
   */
  default Receipt withhold(Message message) {
    return new Receipt.Accepted("withheld");
  }

  /**
   * Whether mail can go out at all, as far as is known without trying; what it throws counts as no.
   * Asked before anything else of a request for a code, so that an outage is answered alike whoever
   * asks.
   *
   * @return false while sending is known to fail
   */
  default boolean isUp() {
    return true;
  }
}
