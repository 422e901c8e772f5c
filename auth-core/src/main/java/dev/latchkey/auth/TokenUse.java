package dev.latchkey.auth;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountDirectory;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.delivery.AlertReason;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.event.AuthEvent.EndCause;
import dev.latchkey.auth.event.AuthEvent.Refusal;
import dev.latchkey.auth.otp.OtpIssuer;
import dev.latchkey.auth.ratelimit.Verdict;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.token.AccessClaims;
import dev.latchkey.auth.token.RefreshOutcome;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenCheck;
import dev.latchkey.auth.token.TokenService;
import java.util.Optional;

/** From a session on: refreshing, checking and ending. */
final class TokenUse {
  private final TokenService tokens;
  private final AccountDirectory accounts;
  private final LimitedRequests limits;
  private final Mailroom mail;
  private final Devices devices;
  private final OtpIssuer otp;
  private final Events events;

  TokenUse(
      TokenService tokens,
      AccountDirectory accounts,
      LimitedRequests limits,
      Mailroom mail,
      Devices devices,
      OtpIssuer otp,
      Events events) {
    this.tokens = tokens;
    this.accounts = accounts;
    this.limits = limits;
    this.mail = mail;
    this.devices = devices;
    this.otp = otp;
    this.events = events;
  }

  /** Judged in this order: token authentic, limits, account, session live, device, generation. */
  RefreshResult refresh(String refreshToken, ClientInfo client) {
    Optional<RefreshToken> token = tokens.read(refreshToken);
    if (token.isEmpty()) {
      return refused(Optional.empty(), Refusal.INVALID, RefreshResult.Reason.INVALID);
    }
    Optional<DeviceToken> device = devices.shown(client);
    Verdict verdict = limits.refresh(token.get().session(), device, client);
    if (verdict instanceof Verdict.Refused limited) {
      events.tell(
          new AuthEvent.RequestLimited(
              events.now(), "refresh", limited.name(), limited.retryAfter()));
      return new RefreshResult.Limited(limited.name(), limited.standing(), limited.retryAfter());
    }
    try {
      return refresh(token.get(), device);
    } catch (RuntimeException e) {
      // The fault is ours: whoever tries again through an outage finds the budget as it was.
      limits.refund((Verdict.Granted) verdict);
      throw e;
    }
  }

  private RefreshResult refresh(RefreshToken token, Optional<DeviceToken> device) {
    Optional<Account> account = accounts.find(token.account());
    if (account.isEmpty()) {
      end(token.account(), new EndScope.All(), EndCause.ACCOUNT_GONE);
      return refused(Optional.of(token), Refusal.ACCOUNT_GONE, RefreshResult.Reason.INVALID);
    }
    return judge(token, account.get(), tokens.refresh(token, account.get(), device));
  }

  private RefreshResult judge(RefreshToken token, Account account, RefreshOutcome outcome) {
    if (outcome instanceof RefreshOutcome.Refreshed refreshed) {
      events.tell(
          new AuthEvent.TokenRefreshed(
              events.now(),
              account.id(),
              token.session().value(),
              refreshed.generation(),
              refreshed.again()));
      return new RefreshResult.Refreshed(account, refreshed.tokens());
    }
    if (outcome instanceof RefreshOutcome.Reused reused) {
      events.tell(
          new AuthEvent.RefreshReused(
              events.now(), account.id(), token.session().value(), reused.ended()));
      events.tell(
          new AuthEvent.SessionsEnded(events.now(), account.id(), reused.ended(), EndCause.REUSED));
      forgetDevices(account);
      mail.alert(account, AlertReason.REFRESH_TOKEN_REUSED);
      return new RefreshResult.Refused(RefreshResult.Reason.REUSED);
    }
    if (outcome instanceof RefreshOutcome.WrongDevice) {
      mail.alert(account, AlertReason.WRONG_DEVICE);
      return refused(Optional.of(token), Refusal.WRONG_DEVICE, RefreshResult.Reason.WRONG_DEVICE);
    }
    if (outcome instanceof RefreshOutcome.Ahead) {
      events.tell(
          new AuthEvent.SessionsEnded(events.now(), account.id(), 1, EndCause.AHEAD_OF_STORE));
      return refused(Optional.of(token), Refusal.AHEAD_OF_STORE, RefreshResult.Reason.INVALID);
    }
    return refused(Optional.of(token), Refusal.ENDED, RefreshResult.Reason.INVALID);
  }

  private RefreshResult refused(
      Optional<RefreshToken> token, Refusal refusal, RefreshResult.Reason reason) {
    events.tell(
        new AuthEvent.RefreshRefused(
            events.now(),
            token.map(RefreshToken::account),
            token.map(ours -> ours.session().value()),
            refusal));
    return new RefreshResult.Refused(reason);
  }

  TokenCheck authenticate(String accessToken, ClientInfo client) {
    TokenCheck check = tokens.check(accessToken, devices.shown(client));
    if (check instanceof TokenCheck.Accepted accepted) {
      AccessClaims claims = accepted.claims();
      events.tell(new AuthEvent.TokenUsed(events.now(), claims.subject(), claims.sessionId()));
    } else if (check instanceof TokenCheck.Refused refused) {
      Optional<AccessClaims> ours = tokens.readForSignOut(accessToken);
      events.tell(
          new AuthEvent.TokenRefused(
              events.now(),
              ours.map(AccessClaims::subject),
              ours.map(AccessClaims::sessionId),
              refusal(refused.reason())));
    }
    return check;
  }

  private static Refusal refusal(TokenCheck.Reason reason) {
    return switch (reason) {
      case INVALID -> Refusal.INVALID;
      case EXPIRED -> Refusal.EXPIRED;
      case WRONG_DEVICE -> Refusal.WRONG_DEVICE;
      case REVOKED -> Refusal.ENDED;
    };
  }

  SignOutResult signOut(
      Optional<String> accessToken,
      Optional<String> refreshToken,
      SignOutResult.Scope scope,
      ClientInfo client) {
    Optional<AccessClaims> access = accessToken.flatMap(tokens::readForSignOut);
    Optional<RefreshToken> refresh = refreshToken.flatMap(tokens::read);
    if (accessToken.isPresent() && access.isEmpty()) {
      return refused(SignOutResult.Reason.INVALID_ACCESS_TOKEN);
    }
    if (refreshToken.isPresent() && refresh.isEmpty()) {
      return refused(SignOutResult.Reason.INVALID_REFRESH_TOKEN);
    }
    Optional<Holder> holder = access.map(Holder::of);
    Optional<Holder> other = refresh.map(Holder::of);
    if (holder.isPresent() && other.isPresent() && !holder.get().isSame(other.get())) {
      return refused(SignOutResult.Reason.DIFFERENT_SESSIONS);
    }
    return holder
        .or(() -> other)
        .map(found -> signOut(found, scope, devices.shown(client)))
        .orElseGet(() -> refused(SignOutResult.Reason.MISSING_TOKEN));
  }

  private SignOutResult signOut(
      Holder holder, SignOutResult.Scope scope, Optional<DeviceToken> device) {
    Optional<DeviceId> bound = holder.device().or(() -> deviceOf(holder));
    if (device.isEmpty() || bound.filter(id -> !id.equals(device.get().id())).isPresent()) {
      return refused(SignOutResult.Reason.WRONG_DEVICE);
    }
    EndScope ends =
        switch (scope) {
          case SESSION -> new EndScope.One(holder.session());
          case OTHERS -> new EndScope.Others(holder.session());
          case ALL -> new EndScope.AllBy(holder.session());
        };
    return new SignOutResult.SignedOut(end(holder.account(), ends, EndCause.SIGNED_OUT));
  }

  /** The device of a session that is live; of one that has ended nothing is known or acted on. */
  private Optional<DeviceId> deviceOf(Holder holder) {
    return tokens.sessions(holder.account()).stream()
        .filter(session -> session.id().equals(holder.session()))
        .map(Session::device)
        .findFirst();
  }

  private static SignOutResult refused(SignOutResult.Reason reason) {
    return new SignOutResult.Refused(reason);
  }

  /** Ends what the scope says, and tells of it. */
  int end(AccountId account, EndScope scope, EndCause cause) {
    int ended = tokens.end(account, scope).size();
    boolean everything = scope instanceof EndScope.All || scope instanceof EndScope.AllBy;
    if (everything && (ended > 0 || scope instanceof EndScope.All)) {
      accounts.find(account).ifPresent(this::forgetDevices);
    }
    if (ended > 0) {
      events.tell(new AuthEvent.SessionsEnded(events.now(), account, ended, cause));
    }
    return ended;
  }

  /**
   * Who ended all sessions trusts no device of the past. A second step, which can be done again,
   * and which no promise rests on: a device that is not forgotten has a budget of its own and no
   * more.
   */
  private void forgetDevices(Account account) {
    try {
      otp.forgetDevices(account.email());
    } catch (StoreUnavailableException e) {
      events.tell(e);
    }
  }

  void endToken(AccessClaims claims) {
    end(claims.subject(), tokens.scopeOf(claims), EndCause.REVOKED);
    events.tell(new AuthEvent.TokenEnded(events.now(), claims.subject(), claims.sessionId()));
  }

  /** Whose token asks to sign out; an access token says which device it is bound to. */
  private record Holder(AccountId account, SessionId session, Optional<DeviceId> device) {
    static Holder of(AccessClaims claims) {
      return new Holder(
          claims.subject(), new SessionId(claims.sessionId()), Optional.of(claims.deviceId()));
    }

    static Holder of(RefreshToken token) {
      return new Holder(token.account(), token.session(), Optional.empty());
    }

    boolean isSame(Holder other) {
      return account.equals(other.account) && session.equals(other.session);
    }
  }
}
