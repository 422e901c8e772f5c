package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.delivery.AlertReason;
import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.otp.IssueResult;
import dev.latchkey.auth.ratelimit.Verdict;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.util.Locale;
import java.util.function.Function;

/** Hands mails to the host's sender and says what became of them. */
final class Mailroom {
  private final CodeSender sender;
  private final LimitedRequests limits;
  private final Function<EmailAddress, IdentityHash> identities;
  private final Events events;

  Mailroom(
      CodeSender sender,
      LimitedRequests limits,
      Function<EmailAddress, IdentityHash> identities,
      Events events) {
    this.sender = sender;
    this.limits = limits;
    this.identities = identities;
    this.events = events;
  }

  boolean isUp() {
    return sender.isUp();
  }

  /**
   * Mails a code, or does all but that for somebody who is barred.
   *
   * @return whether our side did its part; a recipient who is refused is none of the caller's
   *     business
   */
  boolean sendCode(EmailAddress to, IssueResult.Issued issued, boolean admitted) {
    Message message =
        new Message.Code(to, SecretText.of(issued.code().revealCode()), issued.expiresIn());
    IdentityHash identity = identities.apply(to);
    if (!admitted) {
      Receipt receipt = handOver(message, identity, sender::withhold);
      events.tell(new AuthEvent.CodeWithheld(events.now(), identity));
      return !(receipt instanceof Receipt.Failed);
    }
    Receipt receipt = handOver(message, identity, sender::send);
    if (receipt instanceof Receipt.Accepted accepted) {
      events.tell(
          new AuthEvent.CodeSent(events.now(), identity, accepted.messageId(), issued.resent()));
    }
    return !(receipt instanceof Receipt.Failed);
  }

  /** Alerts the owner of an account, a few times a day. Never throws: the call goes on without. */
  void alert(Account account, AlertReason reason) {
    try {
      if (limits.alert(account.id()) instanceof Verdict.Refused) {
        return;
      }
    } catch (StoreUnavailableException e) {
      events.tell(e);
      return;
    }
    Message message = new Message.Alert(account.email(), reason, events.now());
    if (handOver(message, identities.apply(account.email()), sender::send)
        instanceof Receipt.Accepted) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      events.tell(new AuthEvent.AlertSent(events.now(), account.id(), name));
    }
  }

  private Receipt handOver(
      Message message, IdentityHash identity, Function<Message, Receipt> sending) {
    Receipt receipt;
    String cause = "receipt";
    try {
      receipt = sending.apply(message);
    } catch (RuntimeException e) {
      // Its message may hold the mail; its type is enough.
      cause = e.getClass().getName();
      receipt = new Receipt.Failed();
    }
    if (!(receipt instanceof Receipt.Accepted)) {
      boolean ours = receipt instanceof Receipt.Failed;
      events.tell(new AuthEvent.MailUndelivered(events.now(), identity, ours, cause));
    }
    return receipt;
  }
}
