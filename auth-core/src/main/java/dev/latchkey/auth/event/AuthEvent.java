package dev.latchkey.auth.event;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened. Called by applications.
 *
 * <p>Guarantees: no secret, code, token or address is in any part of it; an address stands as its
 * keyed hash. Names are stable: {@code area.what_happened}, in the past tense.
 */
public sealed interface AuthEvent {
  /**
   * When it happened, by the clock of the stores.
   *
   * @return the time
   */
  Instant at();

  /**
   * The stable name, such as {@code code.sent}.
   *
   * @return the name
   */
  String name();

  /**
   * Whether an operator should look at it.
   *
   * @return true for signs of an attack or of an outage
   */
  default boolean isAlarming() {
    return false;
  }

  /** Why a guess or a token was refused. */
  enum Refusal {
    /** It is not ours, or not well-formed. */
    INVALID,
    /** Its time is over. */
    EXPIRED,
    /** It was used, ended or never existed. */
    ENDED,
    /** A progressive delay is running. */
    DELAYED,
    /** A lock is in effect. */
    LOCKED,
    /** It came without the token of its device. */
    WRONG_DEVICE,
    /** The account is gone or barred. */
    ACCOUNT_GONE,
    /** It is newer than the store, which has lost a write. */
    AHEAD_OF_STORE
  }

  /** Why sessions ended. */
  enum EndCause {
    /** A person signed out. */
    SIGNED_OUT,
    /** The service ended them. */
    REVOKED,
    /** The account is gone or barred. */
    ACCOUNT_GONE,
    /** The account had too many. */
    TOO_MANY,
    /** A refresh token was used twice. */
    REUSED,
    /** The store had lost a write, so that a token was newer than its session. */
    AHEAD_OF_STORE
  }

  /**
   * A code was handed over for mailing.
   *
   * @param at when
   * @param identity whose
   * @param messageId the sender's name for the mail
   * @param resent whether it belongs to a challenge that was there
   */
  record CodeSent(Instant at, IdentityHash identity, String messageId, boolean resent)
      implements AuthEvent {
    @Override
    public String name() {
      return "code.sent";
    }
  }

  /**
   * A barred address asked for a code, which nobody gets.
   *
   * @param at when
   * @param identity whose
   */
  record CodeWithheld(Instant at, IdentityHash identity) implements AuthEvent {
    @Override
    public String name() {
      return "code.withheld";
    }
  }

  /**
   * A mail could not be handed over.
   *
   * @param at when
   * @param identity whose
   * @param ours whether our side failed; otherwise the recipient was refused
   * @param cause the type of what the sender threw, or {@code receipt}
   */
  record MailUndelivered(Instant at, IdentityHash identity, boolean ours, String cause)
      implements AuthEvent {
    @Override
    public String name() {
      return "mail.undelivered";
    }

    @Override
    public boolean isAlarming() {
      return ours;
    }
  }

  /**
   * A limit refused a request.
   *
   * @param at when
   * @param action what was asked for
   * @param limit the name of the limit
   * @param retryAfter how long it refuses
   */
  record RequestLimited(Instant at, String action, String limit, Duration retryAfter)
      implements AuthEvent {
    @Override
    public String name() {
      return "request.limited";
    }
  }

  /**
   * A request for a code met a lock.
   *
   * @param at when
   * @param identity whose
   * @param retryAfter how long the lock lasts
   */
  record CodeRequestLocked(Instant at, IdentityHash identity, Duration retryAfter)
      implements AuthEvent {
    @Override
    public String name() {
      return "code.request_locked";
    }
  }

  /**
   * A wrong code was compared.
   *
   * @param at when
   * @param identity whose
   * @param failures consecutive wrong codes
   */
  record GuessFailed(Instant at, IdentityHash identity, int failures) implements AuthEvent {
    @Override
    public String name() {
      return "guess.failed";
    }
  }

  /**
   * A guess was refused and not compared.
   *
   * @param at when
   * @param identity whose, where the guess came with a challenge of ours
   * @param refusal why
   */
  record GuessRefused(Instant at, Optional<IdentityHash> identity, Refusal refusal)
      implements AuthEvent {
    @Override
    public String name() {
      return "guess.refused";
    }
  }

  /**
   * A wrong code locked an identifier.
   *
   * @param at when
   * @param identity whose
   * @param failures consecutive wrong codes
   * @param duration for how long
   */
  record AccountLocked(Instant at, IdentityHash identity, int failures, Duration duration)
      implements AuthEvent {
    @Override
    public String name() {
      return "account.locked";
    }

    @Override
    public boolean isAlarming() {
      return true;
    }
  }

  /**
   * A person signed in.
   *
   * @param at when
   * @param account who
   * @param session the name of the session
   * @param device the name of the device
   * @param newAccount whether the account was made by this sign-in
   */
  record SignedIn(Instant at, AccountId account, String session, String device, boolean newAccount)
      implements AuthEvent {
    @Override
    public String name() {
      return "session.started";
    }
  }

  /**
   * A refresh token was used.
   *
   * @param at when
   * @param account who
   * @param session the name of the session
   * @param generation the number of the successor
   * @param again whether that successor had been given out before
   */
  record TokenRefreshed(
      Instant at, AccountId account, String session, long generation, boolean again)
      implements AuthEvent {
    @Override
    public String name() {
      return "token.refreshed";
    }
  }

  /**
   * A refresh token was refused.
   *
   * @param at when
   * @param account whose, where the token is ours
   * @param session the name of the session, where the token is ours
   * @param refusal why
   */
  record RefreshRefused(
      Instant at, Optional<AccountId> account, Optional<String> session, Refusal refusal)
      implements AuthEvent {
    @Override
    public String name() {
      return "token.refresh_refused";
    }

    @Override
    public boolean isAlarming() {
      return refusal == Refusal.WRONG_DEVICE || refusal == Refusal.AHEAD_OF_STORE;
    }
  }

  /**
   * A refresh token was used twice, so that two hold it.
   *
   * @param at when
   * @param account whose
   * @param session the name of the session
   * @param ended how many sessions were ended
   */
  record RefreshReused(Instant at, AccountId account, String session, int ended)
      implements AuthEvent {
    @Override
    public String name() {
      return "token.reused";
    }

    @Override
    public boolean isAlarming() {
      return true;
    }
  }

  /**
   * An access token was accepted.
   *
   * @param at when
   * @param account who
   * @param session the name of the session
   */
  record TokenUsed(Instant at, AccountId account, String session) implements AuthEvent {
    @Override
    public String name() {
      return "token.used";
    }
  }

  /**
   * An access token was refused.
   *
   * @param at when
   * @param account whose, where the token is ours
   * @param session the name of the session, where the token is ours
   * @param refusal why
   */
  record TokenRefused(
      Instant at, Optional<AccountId> account, Optional<String> session, Refusal refusal)
      implements AuthEvent {
    @Override
    public String name() {
      return "token.refused";
    }

    @Override
    public boolean isAlarming() {
      return refusal == Refusal.WRONG_DEVICE;
    }
  }

  /**
   * One access token was ended before its time; its session goes on.
   *
   * @param at when
   * @param account whose
   * @param session the name of the session
   */
  record TokenEnded(Instant at, AccountId account, String session) implements AuthEvent {
    @Override
    public String name() {
      return "token.ended";
    }
  }

  /**
   * Sessions ended before their time.
   *
   * @param at when
   * @param account whose
   * @param sessions how many
   * @param cause why
   */
  record SessionsEnded(Instant at, AccountId account, int sessions, EndCause cause)
      implements AuthEvent {
    @Override
    public String name() {
      return "session.ended";
    }
  }

  /**
   * An unlock token was handed over for mailing.
   *
   * @param at when
   * @param identity whose
   * @param messageId the sender's name for the mail
   */
  record UnlockMailed(Instant at, IdentityHash identity, String messageId) implements AuthEvent {
    @Override
    public String name() {
      return "unlock.mailed";
    }
  }

  /**
   * An unlock token made a device known.
   *
   * @param at when
   * @param identity whose
   * @param device the name of the device
   */
  record Unlocked(Instant at, IdentityHash identity, String device) implements AuthEvent {
    @Override
    public String name() {
      return "unlock.used";
    }
  }

  /**
   * An unlock token was refused.
   *
   * @param at when
   * @param identity whose, where the token is ours
   */
  record UnlockRefused(Instant at, Optional<IdentityHash> identity) implements AuthEvent {
    @Override
    public String name() {
      return "unlock.refused";
    }
  }

  /**
   * So many codes were wrong that somebody guesses at many accounts: new codes are long until it is
   * calm again. Every node that notices tells it.
   *
   * @param at when
   */
  record BreakerTripped(Instant at) implements AuthEvent {
    @Override
    public String name() {
      return "breaker.tripped";
    }

    @Override
    public boolean isAlarming() {
      return true;
    }
  }

  /**
   * It is calm again: new codes are short. Every node that notices tells it.
   *
   * @param at when
   */
  record BreakerCalmed(Instant at) implements AuthEvent {
    @Override
    public String name() {
      return "breaker.calmed";
    }
  }

  /**
   * The owner of an account was alerted.
   *
   * @param at when
   * @param account whose
   * @param reason why
   */
  record AlertSent(Instant at, AccountId account, String reason) implements AuthEvent {
    @Override
    public String name() {
      return "alert.sent";
    }
  }

  /**
   * The key ring changed, or could not be read.
   *
   * @param at when
   * @param change what changed
   * @param id the key concerned
   */
  record KeyRingChanged(Instant at, String change, String id) implements AuthEvent {
    @Override
    public String name() {
      return "key.changed";
    }
  }

  /**
   * A store could not be reached. The call failed, or went on as the host has chosen.
   *
   * @param at when
   * @param operation what was asked of the store
   * @param cause the types of what was thrown, the outermost first; never their messages
   */
  record StoreUnavailable(Instant at, String operation, String cause) implements AuthEvent {
    @Override
    public String name() {
      return "store.unavailable";
    }

    @Override
    public boolean isAlarming() {
      return true;
    }
  }
}
