package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.delivery.AlertReason;
import dev.latchkey.auth.delivery.CodeSender;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.otp.IssueResult;
import dev.latchkey.auth.otp.UnlockOffer;
import dev.latchkey.auth.ratelimit.Verdict;
import dev.latchkey.auth.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Hands mails to the host's sender and says what became of them. */
final class Mailroom {
  private final CodeSender sender;
  private final LimitedRequests limits;
  private final Identities identities;
  private final Events events;

  /** Whether the latest mail failed on our side: what is withheld then fails alike. */
  private volatile boolean failing;

  Mailroom(CodeSender sender, LimitedRequests limits, Identities identities, Events events) {
    this.sender = sender;
    this.limits = limits;
    this.identities = identities;
    this.events = events;
  }

  boolean isUp() {
    try {
      return sender.isUp();
    } catch (RuntimeException e) {
      return false;
    }
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
    IdentityHash identity = identities.identity(to);
    if (!admitted) {
      Receipt receipt = handOver(message, identity, sender::withhold);
      events.tell(new AuthEvent.CodeWithheld(events.now(), identity));
      return !failing && !(receipt instanceof Receipt.Failed);
    }
    Receipt receipt = handOver(message, identity, sender::send);
    failing = receipt instanceof Receipt.Failed;
    if (receipt instanceof Receipt.Accepted accepted) {
      events.tell(
          new AuthEvent.CodeSent(events.now(), identity, accepted.messageId(), issued.resent()));
    }
    return !(receipt instanceof Receipt.Failed);
  }

  /** Mails the owner how to get in past a lock that has just come. */
  void lock(EmailAddress to, UnlockOffer offer, Duration lockedFor, boolean admitted) {
    unlock(to, offer, Optional.of(lockedFor), admitted);
  }

  /** The same once more, a few times a day. Never throws. */
  void lockAgain(
      EmailAddress to, UnlockOffer offer, Duration lockedFor, boolean admitted, ClientInfo client) {
    IdentityHash identity = identities.identity(to);
    withinLimits(
        () -> limits.unlockMail(identity, identities.mailbox(to), client),
        granted -> unlock(to, offer, Optional.of(lockedFor), admitted));
  }

  /**
   * Mails the owner how to get in past a budget of codes that strangers have used up: the first
   * time in a day always, and otherwise as {@link #lockAgain}. Never throws.
   */
  void budgetUsedUp(EmailAddress to, UnlockOffer offer, boolean admitted, ClientInfo client) {
    IdentityHash identity = identities.identity(to);
    boolean first =
        withinLimits(
            () -> limits.firstUnlockMail(identity, client),
            granted -> {
              // Counted among the others too, should there be room.
              withinLimits(
                  () -> limits.unlockMail(identity, identities.mailbox(to), client),
                  counted -> new Receipt.Accepted("counted"));
              return unlock(to, offer, Optional.empty(), admitted);
            });
    if (!first) {
      withinLimits(
          () -> limits.unlockMail(identity, identities.mailbox(to), client),
          granted -> unlock(to, offer, Optional.empty(), admitted));
    }
  }

  /** Whether the limits let it happen; where they are out of reach, nothing is mailed. */
  private boolean withinLimits(
      Supplier<Verdict> asked, Function<Verdict.Granted, Receipt> sending) {
    Verdict verdict;
    try {
      verdict = asked.get();
    } catch (StoreUnavailableException e) {
      events.tell(e);
      return false;
    }
    if (!(verdict instanceof Verdict.Granted granted) || granted.reservations().isEmpty()) {
      return false;
    }
    if (sending.apply(granted) instanceof Receipt.Failed) {
      limits.refund(granted);
    }
    return true;
  }

  private Receipt unlock(
      EmailAddress to, UnlockOffer offer, Optional<Duration> lockedFor, boolean admitted) {
    Message message = new Message.Lock(to, offer.token(), offer.validFor(), lockedFor);
    IdentityHash identity = identities.identity(to);
    if (!admitted) {
      return handOver(message, identity, sender::withhold);
    }
    Receipt receipt = handOver(message, identity, sender::send);
    if (receipt instanceof Receipt.Accepted accepted) {
      events.tell(new AuthEvent.UnlockMailed(events.now(), identity, accepted.messageId()));
    }
    return receipt;
  }

  /** Alerts the owner of an account, a few times a day. Never throws: the call goes on without. */
  void alert(Account account, AlertReason reason) {
    Verdict verdict;
    try {
      verdict = limits.alert(account.id());
    } catch (StoreUnavailableException e) {
      events.tell(e);
      return;
    }
    if (!(verdict instanceof Verdict.Granted granted)) {
      return;
    }
    Message message = new Message.Alert(account.email(), reason, events.now());
    Receipt receipt = handOver(message, identities.identity(account.email()), sender::send);
    if (receipt instanceof Receipt.Failed) {
      limits.refund(granted);
    } else if (receipt instanceof Receipt.Accepted) {
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
