package dev.latchkey.auth.testkit;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.Transition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Sessions with a feed, in a form that can be seen to be right: one lock, and what a record no
 * longer holds is what ended.
 */
class FedSessions implements SessionStore, RevocationFeed {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<AccountId, AccountSessions> records = new HashMap<>();
  private final List<Ended> log = new ArrayList<>();
  private int history = 1;

  /** Stores in memory whose sessions have a feed. */
  static AuthStores stores(Clock clock) {
    FedSessions fed = new FedSessions();
    return AuthStores.mix(InMemoryStores.create(clock)).sessions(fed, fed).build();
  }

  /** Forgets everything, as a back end does that lost its data. */
  void loseEverything() {
    lock.lock();
    try {
      records.clear();
      log.clear();
      history++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Keeps what is there now, to have it again later, as a back end does that lost its last writes.
   */
  Runnable backup() {
    lock.lock();
    try {
      Map<AccountId, AccountSessions> kept = Map.copyOf(records);
      return () -> records.putAll(kept);
    } finally {
      lock.unlock();
    }
  }

  private <A> A change(
      AccountId account,
      Instant now,
      Function<AccountSessions, Transition<AccountSessions, A>> transition) {
    lock.lock();
    try {
      AccountSessions before = records.getOrDefault(account, AccountSessions.EMPTY);
      Transition<AccountSessions, A> done = transition.apply(before);
      records.put(account, done.record());
      tell(before, done.record(), now);
      return done.answer();
    } finally {
      lock.unlock();
    }
  }

  private void tell(AccountSessions before, AccountSessions after, Instant now) {
    Set<SessionId> gone = ids(before);
    gone.removeAll(ids(after));
    if (!gone.isEmpty()) {
      tell(new Ended.Sessions(gone, now.plus(retention())));
    }
    after
        .endedTokens()
        .forEach(
            (token, until) -> {
              if (!until.equals(before.endedTokens().get(token))) {
                tell(new Ended.Token(token, until));
              }
            });
  }

  /** Called under the lock. */
  void tell(Ended ended) {
    log.add(ended);
  }

  private static Set<SessionId> ids(AccountSessions record) {
    Set<SessionId> ids = new HashSet<>();
    record.sessions().forEach(session -> ids.add(session.id()));
    return ids;
  }

  private AccountSessions record(AccountId account) {
    lock.lock();
    try {
      return records.getOrDefault(account, AccountSessions.EMPTY);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Revocations read(Position from) {
    lock.lock();
    try {
      String mark = history + ":";
      boolean known = from.value().startsWith(mark);
      int at = known ? Integer.parseInt(from.value().substring(mark.length())) : 0;
      return new Revocations(
          log.subList(at, log.size()),
          new Position(mark + log.size()),
          !known && !from.equals(Position.START));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Duration retention() {
    return Duration.ofMinutes(16);
  }

  @Override
  public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
    return change(account, now, kept -> kept.start(session, max, now));
  }

  @Override
  public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
    return change(account, now, kept -> kept.rotate(rotation, now));
  }

  @Override
  public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
    return change(account, now, kept -> kept.end(scope, now));
  }

  @Override
  public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
    return record(account).isLive(session, tokenId, now);
  }

  @Override
  public List<Session> list(AccountId account, Instant now) {
    return record(account).list(now);
  }
}
