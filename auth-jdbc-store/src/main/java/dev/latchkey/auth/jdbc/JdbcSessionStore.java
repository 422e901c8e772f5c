package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.Transition;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Sessions and revocations. A verb makes the row of its account if there is none, locks it, runs
 * the transition of the core on what it then reads, and tells in the same transaction what ended. A
 * refresh in its usual course is one statement where the dialect has it, see {@code
 * session_rotate.sql}.
 */
final class JdbcSessionStore implements SessionStore {
  /** The statement of the usual course, where the dialect has it. */
  static final String ROTATE = "session_rotate";

  private final Database database;
  private final Times times;

  JdbcSessionStore(Database database, Times times) {
    this.database = database;
    this.times = times;
  }

  @Override
  public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
    Session kept = kept(session);
    Instant at = Times.kept(now);
    return database.change(
        "session.start",
        tx ->
            judge(
                tx,
                account,
                at,
                false,
                record -> record.start(kept, max, at),
                gone -> sessions(gone, at)));
  }

  private static Session kept(Session session) {
    return new Session(
        session.id(),
        session.device(),
        session.generation(),
        Times.kept(session.createdAt()),
        Times.kept(session.lastUsedAt()),
        Times.kept(session.idleUntil()),
        Times.kept(session.expiresAt()),
        session.lastCall(),
        session.ip(),
        session.userAgent());
  }

  @Override
  public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
    Instant at = Times.kept(now);
    return database.change(
        "session.rotate",
        tx -> {
          Optional<RotateAnswer> answer = inOneStatement(tx, account, rotation, at);
          return answer.isPresent()
              ? answer.get()
              : judge(
                  tx,
                  account,
                  at,
                  false,
                  record -> record.rotate(rotation, at),
                  outcome -> ended(rotation, outcome, at));
        });
  }

  /** One statement, which rotates or changes nothing; if it does not, nothing is known yet. */
  private Optional<RotateAnswer> inOneStatement(
      Transaction tx, AccountId account, Rotation rotation, Instant now)
      throws Trouble, SQLException {
    if (!database.has(ROTATE) || rotation.device().isEmpty()) {
      return Optional.empty();
    }
    Optional<Rotated> rotated =
        tx.query(ROTATE)
            .bind("account", account.value())
            .bind("session", rotation.session().value())
            .bind("generation", rotation.generation())
            .bind("device", rotation.device().get().value())
            .bind("call", Texts.kept(rotation.call()))
            .bind("now", now)
            .bind("idleUntil", Times.kept(now.plus(rotation.idle())))
            .bind("skewedNow", now.plus(Session.MAX_SKEW))
            .map(
                (row, context) ->
                    new Rotated(
                        SessionRows.session(row, times),
                        new Columns(row, times).time("server_time")))
            .findOne();
    if (rotated.isEmpty()) {
      return Optional.empty();
    }
    tx.requireSameTime(Optional.of(now), rotated.get().serverTime());
    return Optional.of(new RotateAnswer.Rotated(rotated.get().session(), false));
  }

  private record Rotated(Session session, Instant serverTime) {}

  private static List<Ended> ended(Rotation rotation, RotateAnswer answer, Instant now) {
    if (answer instanceof RotateAnswer.Reused reused) {
      return sessions(reused.ended(), now);
    }
    return answer instanceof RotateAnswer.Ahead
        ? sessions(Set.of(rotation.session()), now)
        : List.of();
  }

  @Override
  public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
    Instant at = Times.kept(now);
    if (scope instanceof EndScope.Token token) {
      EndScope.Token kept = new EndScope.Token(token.tokenId(), Times.kept(token.until()));
      return end(account, kept, true, at, ended -> told(kept, ended, at));
    }
    return end(account, scope, false, at, ended -> sessions(ended, at));
  }

  private Set<SessionId> end(
      AccountId account,
      EndScope scope,
      boolean tokens,
      Instant now,
      Function<Set<SessionId>, List<Ended>> telling) {
    return database.change(
        "session.end",
        tx -> judge(tx, account, now, tokens, record -> record.end(scope, now), telling));
  }

  /** Where a token was one too many to remember, all sessions ended in its place. */
  private static List<Ended> told(EndScope.Token token, Set<SessionId> ended, Instant now) {
    return ended.isEmpty()
        ? List.of(new Ended.Token(token.tokenId(), token.until()))
        : sessions(ended, now);
  }

  @Override
  public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
    Instant at = Times.kept(now);
    return database.single(
        "session.isLive",
        tx -> {
          Liveness found =
              tx.query("session_is_live")
                  .bind("account", account.value())
                  .bind("session", session.value())
                  .bind("token", Texts.kept(tokenId))
                  .bind("now", at)
                  .bind("skewedNow", at.plus(Session.MAX_SKEW))
                  .map(
                      (row, context) -> {
                        Columns columns = new Columns(row, times);
                        return new Liveness(
                            columns.number("sessions") == 1 && columns.number("tokens") == 0,
                            columns.time("server_time"));
                      })
                  .one();
          tx.requireSameTime(Optional.of(at), found.serverTime());
          return found.live();
        });
  }

  private record Liveness(boolean live, Instant serverTime) {}

  @Override
  public List<Session> list(AccountId account, Instant now) {
    List<Session> all =
        database.single(
            "session.list",
            tx ->
                tx.query("session_load")
                    .bind("account", account.value())
                    .map((row, context) -> SessionRows.session(row, times))
                    .list());
    return new AccountSessions(all, Map.of()).list(Times.kept(now));
  }

  /**
   * Locks the account, and runs a transition on what it then reads.
   *
   * @param tokens whether the ended tokens matter
   * @param telling what ended, as the feed tells it; asked only if something has changed
   */
  private <A> A judge(
      Transaction tx,
      AccountId account,
      Instant now,
      boolean tokens,
      Function<AccountSessions, Transition<AccountSessions, A>> transition,
      Function<A, List<Ended>> telling)
      throws Trouble, SQLException {
    lock(tx, account, now);
    SessionRows rows = SessionRows.read(tx, account, tokens, times);
    Transition<AccountSessions, A> done = transition.apply(rows.record());
    if (done.record().equals(rows.record())) {
      tx.undo();
    } else {
      rows.write(tx, account, done.record(), now);
      JdbcRevocationFeed.tell(tx, telling.apply(done.answer()));
    }
    return done.answer();
  }

  private static void lock(Transaction tx, AccountId account, Instant now)
      throws Trouble, SQLException {
    tx.update("session_create")
        .bind("account", account.value())
        .bind("epoch", Instant.EPOCH)
        .execute();
    Instant server =
        tx.query("session_lock")
            .bind("account", account.value())
            .mapTo(Instant.class)
            .findOne()
            .orElseThrow(Trouble::overtaken);
    tx.requireSameTime(Optional.of(now), server);
  }

  private static List<Ended> sessions(Set<SessionId> ids, Instant now) {
    return ids.isEmpty()
        ? List.of()
        : List.of(new Ended.Sessions(ids, now.plus(JdbcRevocationFeed.RETENTION)));
  }
}
