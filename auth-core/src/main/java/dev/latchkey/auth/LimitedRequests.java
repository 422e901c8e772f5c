package dev.latchkey.auth;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.client.IpSubject;
import dev.latchkey.auth.ratelimit.Limit;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateLimiter;
import dev.latchkey.auth.ratelimit.Standing;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Verdict;
import dev.latchkey.auth.session.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which layers each request is limited by, and what their subjects are: the one place that says so.
 */
final class LimitedRequests {
  private static final String IDENTIFIER = "identifier";
  private static final String IP = "ip";
  private static final String GLOBAL = "global";
  private static final String SESSION = "session";
  private static final String NO_DEVICE = "none";

  /** People sign in to one service under few names of one mailbox. */
  private static final int NAMES_OF_A_MAILBOX = 4;

  private final RateLimiter limiter;
  private final Limits limits;

  LimitedRequests(RateLimiter limiter, Limits limits) {
    this.limiter = limiter;
    this.limits = limits;
  }

  /**
   * A request for a code: identifier, IP, everybody, in this order. A known device has a budget of
   * its own in place of the identifier's, and a part of everybody's that strangers can not use.
   */
  Verdict send(IdentityHash mailbox, Optional<String> lane, ClientInfo client) {
    List<Limit> layers = new ArrayList<>();
    layers.add(
        new Limit(
            IDENTIFIER,
            lane.map(name -> new Subject("send.device", mailbox.text() + "/" + name))
                .orElseGet(() -> new Subject("send.identifier", mailbox.text())),
            limits.sendIdentifier()));
    layers.addAll(byIp("send.ip", client, limits.sendIp()));
    if (lane.isEmpty()) {
      layers.add(
          new Limit(
              GLOBAL,
              new Subject("send.global", "strangers"),
              limits.sendGlobal().stream().map(LimitedRequests::withoutReserve).toList()));
    }
    layers.add(new Limit(GLOBAL, new Subject("send.global", "all"), limits.sendGlobal()));
    return limiter.tryAcquire(layers);
  }

  /** What strangers may use of a budget of everybody. */
  static Quota withoutReserve(Quota quota) {
    int strangers = quota.limit() - quota.limit() / Limits.KNOWN_SHARE;
    return Quota.of(strangers, quota.period());
  }

  /**
   * Whether what refused a stranger is the budget of the identifier, which others may have used.
   */
  static boolean isIdentifier(Verdict.Refused refused) {
    return refused.name().equals(IDENTIFIER);
  }

  Verdict unlock(ClientInfo client) {
    return limiter.tryAcquire(byIp("unlock.ip", client, limits.unlock()));
  }

  /**
   * A mail with an unlock token beyond the one of each lock. Strangers cause it, so that their IP
   * and everybody count it too, and the mailbox, which an address with tags has many names for.
   */
  Verdict unlockMail(IdentityHash identity, IdentityHash mailbox, ClientInfo client) {
    List<Limit> layers = new ArrayList<>();
    layers.add(unlockMail("unlock.mail", identity, limits.unlockMail()));
    layers.add(
        unlockMail(
            "unlock.mailbox",
            mailbox,
            limits.unlockMail().stream().map(quota -> quota.times(NAMES_OF_A_MAILBOX)).toList()));
    layers.addAll(causedBy(client));
    return limiter.tryAcquire(layers);
  }

  /**
   * The first mail of a day for a used-up budget. It goes out even if repeats for a lock, whose
   * tokens may be dead by now, have used up all others: or strangers could lock an owner out.
   */
  Verdict firstUnlockMail(IdentityHash identity, ClientInfo client) {
    List<Limit> layers = new ArrayList<>();
    layers.add(
        unlockMail(
            "unlock.first",
            identity,
            limits.unlockMail().stream().map(quota -> Quota.of(1, quota.period())).toList()));
    layers.addAll(causedBy(client));
    return limiter.tryAcquire(layers);
  }

  private static Limit unlockMail(String action, IdentityHash whose, List<Quota> quotas) {
    return new Limit("unlock_mail", new Subject(action, whose.text()), quotas);
  }

  private List<Limit> causedBy(ClientInfo client) {
    List<Limit> layers = new ArrayList<>(byIp("unlock.mail.ip", client, limits.sendIp()));
    layers.add(new Limit(GLOBAL, new Subject("unlock.mail.global", "all"), limits.sendGlobal()));
    return layers;
  }

  /** How the caller's own IP stands after {@link #send}: all that a success may tell. */
  static Standing ownIp(Verdict.Granted sent) {
    return sent.standings().get(1);
  }

  Verdict verify(ClientInfo client) {
    return limiter.tryAcquire(byIp("verify.ip", client, limits.verifyIp()));
  }

  /** A refresh: those without an authentic device token share one budget of the session. */
  Verdict refresh(SessionId session, Optional<DeviceToken> device, ClientInfo client) {
    String holder = device.map(token -> token.id().value()).orElse(NO_DEVICE);
    List<Limit> layers = new ArrayList<>();
    layers.add(
        new Limit(
            SESSION,
            new Subject("refresh.session", session.value() + "/" + holder),
            limits.refreshSession()));
    layers.addAll(byIp("refresh.ip", client, limits.refreshIp()));
    return limiter.tryAcquire(layers);
  }

  Verdict alert(AccountId account) {
    return limiter.tryAcquire(
        List.of(new Limit("alert", new Subject("alert.account", account.value()), limits.alert())));
  }

  void refund(Verdict.Granted granted) {
    limiter.refund(granted);
  }

  private static List<Limit> byIp(String action, ClientInfo client, List<Quota> quotas) {
    return IpSubject.of(client.address()).stream()
        .map(
            subject ->
                new Limit(
                    IP,
                    new Subject(action, subject.key()),
                    quotas.stream().map(quota -> quota.times(subject.factor())).toList()))
        .toList();
  }
}
