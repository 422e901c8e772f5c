package dev.latchkey.auth;

import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.account.SignInAccount;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.ChallengeHandle;
import dev.latchkey.auth.otp.GuessResult;
import dev.latchkey.auth.otp.IssueResult;
import dev.latchkey.auth.otp.OneTimeCode;
import dev.latchkey.auth.otp.OtpCheck;
import dev.latchkey.auth.otp.OtpIssuer;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.otp.UnlockToken;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.SprayBreaker;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Verdict;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.StartedSession;
import dev.latchkey.auth.token.TokenService;
import java.time.Duration;
import java.util.Optional;

/** From an address to a session: asking for a code, and giving it. */
final class SignIn {
  private static final String RESEND = "resend";
  private static final String FAILURES = "failures";

  private final OtpIssuer otp;
  private final TokenService tokens;
  private final AccountDirectory accounts;
  private final LimitedRequests limits;
  private final Mailroom mail;
  private final Identities identities;
  private final Devices devices;
  private final SprayBreaker breaker;
  private final Duration resendAfter;
  private final Events events;

  SignIn(
      OtpIssuer otp,
      TokenService tokens,
      AccountDirectory accounts,
      LimitedRequests limits,
      Mailroom mail,
      Identities identities,
      Devices devices,
      SprayBreaker breaker,
      Duration resendAfter,
      Events events) {
    this.otp = otp;
    this.tokens = tokens;
    this.accounts = accounts;
    this.limits = limits;
    this.mail = mail;
    this.identities = identities;
    this.devices = devices;
    this.breaker = breaker;
    this.resendAfter = resendAfter;
    this.events = events;
  }

  /** Judged in this order: address, our mail up, lock, resend wait, limits. */
  RequestCodeResult request(String email, Optional<String> resend, ClientInfo client) {
    Optional<EmailAddress> address = EmailAddress.parse(email);
    if (address.isEmpty()) {
      return new RequestCodeResult.Rejected();
    }
    if (!mail.isUp()) {
      return new RequestCodeResult.Undelivered();
    }
    Optional<DeviceId> device = devices.of(identity(address.get()), client).map(DeviceToken::id);
    OtpCheck check = otp.check(address.get(), resend, device);
    if (check.refusal().isPresent()) {
      return refused(address.get(), check.refusal().get(), client);
    }
    Verdict verdict = limits.send(identities.mailbox(address.get()), check.lane(), client);
    if (verdict instanceof Verdict.Refused limited) {
      return limited(address.get(), check.lane().isPresent(), limited, client);
    }
    Verdict.Granted granted = (Verdict.Granted) verdict;
    RequestCodeResult result;
    try {
      result = send(address.get(), resend, device, client, granted);
    } catch (RuntimeException e) {
      limits.refund(granted);
      throw e;
    }
    if (!(result instanceof RequestCodeResult.Sent)) {
      limits.refund(granted);
    }
    return result;
  }

  private RequestCodeResult limited(
      EmailAddress address, boolean known, Verdict.Refused limited, ClientInfo client) {
    events.tell(
        new AuthEvent.RequestLimited(events.now(), "send", limited.name(), limited.retryAfter()));
    if (!known && LimitedRequests.isIdentifier(limited)) {
      mail.budgetUsedUp(address, otp.offer(address), accounts.admits(address), client);
    }
    return new RequestCodeResult.Limited(limited.name(), limited.standing(), limited.retryAfter());
  }

  private RequestCodeResult send(
      EmailAddress address,
      Optional<String> resend,
      Optional<DeviceId> device,
      ClientInfo client,
      Verdict.Granted granted) {
    boolean admitted = accounts.admits(address);
    IssueResult result = otp.issue(address, resend, device);
    if (!(result instanceof IssueResult.Issued issued)) {
      return refused(address, result, client);
    }
    if (!mail.sendCode(address, issued, admitted)) {
      withdraw(address, issued);
      return new RequestCodeResult.Undelivered();
    }
    return new RequestCodeResult.Sent(
        issued.handle(),
        issued.expiresIn(),
        issued.resendIn(),
        issued.code().form().length(),
        LimitedRequests.ownIp(granted));
  }

  private void withdraw(EmailAddress address, IssueResult.Issued issued) {
    try {
      otp.withdraw(address, issued);
    } catch (StoreUnavailableException e) {
      // The code stays, and nobody has it: no more is lost than a resend's wait.
      events.tell(e);
    }
  }

  private RequestCodeResult refused(EmailAddress address, IssueResult refusal, ClientInfo client) {
    if (refusal instanceof IssueResult.Locked locked) {
      events.tell(
          new AuthEvent.CodeRequestLocked(events.now(), identity(address), locked.retryAfter()));
      mail.lockAgain(
          address, locked.unlock(), locked.retryAfter(), accounts.admits(address), client);
      return new RequestCodeResult.Locked(locked.retryAfter());
    }
    Duration wait = ((IssueResult.TooEarly) refusal).retryAfter();
    events.tell(new AuthEvent.RequestLimited(events.now(), "send", RESEND, wait));
    return new RequestCodeResult.Limited(
        RESEND, new Standing(Quota.of(1, resendAfter), 0, wait), wait);
  }

  /**
   * Judged in this order: form of the code, handle, limit per IP, lock or delay, challenge, code. A
   * guess that is refused before the code is compared is counted nowhere.
   */
  VerifyCodeResult verify(String challenge, String typed, ClientInfo client) {
    Optional<OneTimeCode> code = OneTimeCode.parse(typed);
    if (code.isEmpty()) {
      tellRefused(Optional.empty(), AuthEvent.Refusal.INVALID);
      return new VerifyCodeResult.InvalidCode();
    }
    Optional<ChallengeHandle> handle = otp.read(challenge);
    if (handle.isEmpty()) {
      tellRefused(Optional.empty(), AuthEvent.Refusal.ENDED);
      return new VerifyCodeResult.Expired();
    }
    Verdict verdict = limits.verify(client);
    if (verdict instanceof Verdict.Refused limited) {
      events.tell(
          new AuthEvent.RequestLimited(
              events.now(), "verify", limited.name(), limited.retryAfter()));
      return new VerifyCodeResult.Limited(limited.name(), limited.standing(), limited.retryAfter());
    }
    return guess(handle.get(), code.get(), client, (Verdict.Granted) verdict);
  }

  private VerifyCodeResult guess(
      ChallengeHandle handle, OneTimeCode code, ClientInfo client, Verdict.Granted granted) {
    IdentityHash identity = identity(handle.address());
    Optional<DeviceToken> known = devices.of(identity, client);
    // Minted before the guess, so that it becomes known in the very step that finds the code right.
    DeviceToken device = known.orElseGet(() -> devices.issue(identity));
    GuessResult result;
    try {
      result = otp.guess(handle, code, known.map(DeviceToken::id), device.id());
    } catch (RuntimeException e) {
      limits.refund(granted);
      throw e;
    }
    if (result instanceof GuessResult.Right) {
      return signedIn(handle.address(), device, client);
    }
    if (result instanceof GuessResult.Wrong wrong) {
      return wrong(handle.address(), identity, wrong);
    }
    limits.refund(granted);
    if (result instanceof GuessResult.Held held) {
      return held(identity, held);
    }
    tellRefused(Optional.of(identity), AuthEvent.Refusal.ENDED);
    return new VerifyCodeResult.Expired();
  }

  private VerifyCodeResult signedIn(EmailAddress address, DeviceToken device, ClientInfo client) {
    SignInAccount signedIn = accounts.signIn(address);
    StartedSession started = tokens.start(signedIn.account(), device, client);
    IssuedTokens issued = started.tokens();
    if (!started.displaced().isEmpty()) {
      events.tell(
          new AuthEvent.SessionsEnded(
              events.now(),
              signedIn.account().id(),
              started.displaced().size(),
              AuthEvent.EndCause.TOO_MANY));
    }
    events.tell(
        new AuthEvent.SignedIn(
            events.now(),
            signedIn.account().id(),
            issued.session().value(),
            issued.device().id().value(),
            signedIn.created()));
    return new VerifyCodeResult.SignedIn(signedIn.account(), signedIn.created(), issued);
  }

  private VerifyCodeResult wrong(
      EmailAddress address, IdentityHash identity, GuessResult.Wrong wrong) {
    breaker.failed();
    events.tell(new AuthEvent.GuessFailed(events.now(), identity, wrong.failures()));
    Duration wait = wrong.penalty().duration();
    if (wrong.penalty().kind() == Penalty.Kind.LOCK) {
      events.tell(new AuthEvent.AccountLocked(events.now(), identity, wrong.failures(), wait));
      wrong.unlock().ifPresent(offer -> mail.lock(address, offer, wait, accounts.admits(address)));
      return new VerifyCodeResult.Locked(wait);
    }
    return new VerifyCodeResult.WrongCode(wrong.attemptsLeft(), wait);
  }

  private VerifyCodeResult held(IdentityHash identity, GuessResult.Held held) {
    if (held.kind() == Penalty.Kind.LOCK) {
      tellRefused(Optional.of(identity), AuthEvent.Refusal.LOCKED);
      return new VerifyCodeResult.Locked(held.retryAfter());
    }
    tellRefused(Optional.of(identity), AuthEvent.Refusal.DELAYED);
    // The window of a delay is what is left of it: which penalty it was is not told.
    Duration wait = held.retryAfter();
    return new VerifyCodeResult.Limited(FAILURES, new Standing(Quota.of(1, wait), 0, wait), wait);
  }

  private void tellRefused(Optional<IdentityHash> identity, AuthEvent.Refusal refusal) {
    events.tell(new AuthEvent.GuessRefused(events.now(), identity, refusal));
  }

  /** Judged in this order: limit per IP, token authentic and in time, lock. */
  UnlockResult unlock(String token, ClientInfo client) {
    Verdict verdict = limits.unlock(client);
    if (verdict instanceof Verdict.Refused limited) {
      events.tell(
          new AuthEvent.RequestLimited(
              events.now(), "unlock", limited.name(), limited.retryAfter()));
      return new UnlockResult.Limited(limited.name(), limited.standing(), limited.retryAfter());
    }
    Optional<UnlockToken> read = otp.readUnlock(token);
    if (read.isEmpty()) {
      events.tell(new AuthEvent.UnlockRefused(events.now(), Optional.empty()));
      return new UnlockResult.Refused();
    }
    IdentityHash identity = read.get().identity();
    Optional<DeviceToken> shown = devices.of(identity, client);
    DeviceToken newcomer = devices.issue(identity);
    UnlockAnswer answer = otp.unlock(read.get(), shown.map(DeviceToken::id), newcomer.id());
    if (answer == UnlockAnswer.REFUSED) {
      events.tell(new AuthEvent.UnlockRefused(events.now(), Optional.of(identity)));
      return new UnlockResult.Refused();
    }
    DeviceToken device = answer == UnlockAnswer.KEPT ? shown.orElse(newcomer) : newcomer;
    events.tell(new AuthEvent.Unlocked(events.now(), identity, device.id().value()));
    return new UnlockResult.Unlocked(device);
  }

  private IdentityHash identity(EmailAddress address) {
    return identities.identity(address);
  }
}
