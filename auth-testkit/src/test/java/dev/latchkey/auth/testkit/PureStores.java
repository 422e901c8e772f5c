package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.GuessAnswer;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OpenAnswer;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStanding;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.otp.UnlockAnswer;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.Transition;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The pure functions over maps from which nothing is ever dropped, one call at a time. */
class PureStores implements OtpStore, RateLimitStore, SessionStore {
  private final Lock lock = new ReentrantLock();
  private final Map<IdentityHash, SignInState> signIns = new HashMap<>();
  private final Map<AccountId, AccountSessions> accounts = new HashMap<>();
  private final Map<Subject, RateLog> logs = new HashMap<>();
  private final Map<Subject, Surge> surges = new HashMap<>();

  /** These, and what else belongs to a bundle. */
  final AuthStores bundle(Clock clock) {
    return AuthStores.mix(InMemoryStores.create(clock))
        .otp(this)
        .rateLimits(this)
        .sessions(this)
        .build();
  }

  private <K, R, A> A change(
      Map<K, R> records, K key, R empty, Function<R, Transition<R, A>> transition) {
    lock.lock();
    try {
      Transition<R, A> done = transition.apply(records.getOrDefault(key, empty));
      records.put(key, done.record());
      return done.answer();
    } finally {
      lock.unlock();
    }
  }

  private <A> A signIn(IdentityHash who, Function<SignInState, Transition<SignInState, A>> change) {
    return change(signIns, who, SignInState.EMPTY, change);
  }

  private <A> A account(
      AccountId who, Function<AccountSessions, Transition<AccountSessions, A>> change) {
    return change(accounts, who, AccountSessions.EMPTY, change);
  }

  @Override
  public OtpStanding status(
      IdentityHash who,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return signIn(
        who, state -> new Transition<>(state, state.status(challenge, device, rules, now)));
  }

  @Override
  public OpenAnswer open(
      IdentityHash who,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return signIn(who, state -> state.open(challenge, code, device, rules, now));
  }

  @Override
  public OpenAnswer addCode(
      IdentityHash who,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    return signIn(who, state -> state.addCode(challenge, code, device, rules, now));
  }

  @Override
  public boolean withdraw(IdentityHash who, ChallengeId challenge, CodeHash code, Instant now) {
    return signIn(who, state -> state.withdraw(challenge, code));
  }

  @Override
  public GuessAnswer guess(IdentityHash who, Guess guess, OtpRules rules, Instant now) {
    return signIn(who, state -> state.guess(guess, rules, now));
  }

  @Override
  public UnlockAnswer unlock(IdentityHash who, Unlock unlock, OtpRules rules, Instant now) {
    return signIn(who, state -> state.unlock(unlock, rules, now));
  }

  @Override
  public int forgetDevices(IdentityHash who, Instant now) {
    return signIn(who, SignInState::forgetDevices);
  }

  @Override
  public Set<SessionId> start(AccountId who, Session session, int max, Instant now) {
    return account(who, state -> state.start(session, max, now));
  }

  @Override
  public RotateAnswer rotate(AccountId who, Rotation rotation, Instant now) {
    return account(who, state -> state.rotate(rotation, now));
  }

  @Override
  public Set<SessionId> end(AccountId who, EndScope scope, Instant now) {
    return account(who, state -> state.end(scope, now));
  }

  @Override
  public boolean isLive(AccountId who, SessionId session, String tokenId, Instant now) {
    return account(who, state -> new Transition<>(state, state.isLive(session, tokenId, now)));
  }

  @Override
  public List<Session> list(AccountId who, Instant now) {
    return account(who, state -> new Transition<>(state, state.list(now)));
  }

  @Override
  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
    return change(logs, subject, RateLog.EMPTY, log -> log.admit(quotas, now));
  }

  @Override
  public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
    lock.lock();
    try {
      Map<Subject, RateLog> kept = new HashMap<>();
      List<RateDecision> decisions = new ArrayList<>();
      for (Request request : requests) {
        Transition<RateLog, RateDecision> done =
            logs.getOrDefault(request.subject(), RateLog.EMPTY).admit(request.quotas(), now);
        decisions.add(done.answer());
        if (!(done.answer() instanceof RateDecision.Admitted)) {
          return decisions;
        }
        kept.put(request.subject(), done.record());
      }
      logs.putAll(kept);
      return decisions;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void refund(Reservation reservation) {
    boolean refunded =
        change(
            logs,
            reservation.subject(),
            RateLog.EMPTY,
            log -> new Transition<>(log.refund(reservation.stamp()), true));
    assert refunded;
  }

  @Override
  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
    return change(surges, subject, Surge.NONE, surge -> surge.observe(thresholds, now));
  }

  @Override
  public Instant surgeUntil(Subject subject) {
    return change(surges, subject, Surge.NONE, surge -> new Transition<>(surge, surge.onUntil()));
  }
}
