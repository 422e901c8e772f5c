package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
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
import java.util.function.BiFunction;

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
    return change(
        database.call("session.start"),
        account,
        now,
        (record, at) -> record.start(kept, max, at),
        JdbcSessionStore::sessions);
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
    Database.Call call = database.call("session.rotate");
    if (database.has(ROTATE) && rotation.device().isPresent()) {
      Optional<Session> next =
          rotated(call, account, rotation, rotation.device().get(), Times.kept(now));
      if (next.isPresent()) {
        return new RotateAnswer.Rotated(next.get(), false);
      }
    }
    return change(
        call,
        account,
        now,
        (record, at) -> record.rotate(rotation, at),
        (answer, at) -> ended(rotation, answer, at));
  }

  /** One statement, which rotates or changes nothing; if it does not, nothing is known yet. */
  private Optional<Session> rotated(
      Database.Call call, AccountId account, Rotation rotation, DeviceId device, Instant now) {
    Instant giveUpAt = call.giveUpAt();
    return call.single(
        tx ->
            tx.query(ROTATE)
                .bind("account", account.value())
                .bind("session", rotation.session().value())
                .bind("generation", rotation.generation())
                .bind("device", device.value())
                .bind("call", Texts.kept(rotation.call()))
                .bind("now", now)
                .bind("idleUntil", Times.kept(now.plus(rotation.idle())))
                .bind("skewedNow", now.plus(Session.MAX_SKEW))
                .bind("earliest", Times.kept(now.minus(database.skew())))
                .bind("latest", Times.kept(now.plus(database.skew())))
                .bind("giveUpAt", giveUpAt)
                .map(SessionRows.mapper(times))
                .findOne());
  }

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
    if (scope instanceof EndScope.Token token) {
      return endToken(account, new EndScope.Token(token.tokenId(), Times.kept(token.until())), now);
    }
    return change(
        database.call("session.end"),
        account,
        now,
        (record, at) -> record.end(scope, at),
        JdbcSessionStore::sessions);
  }

  private Set<SessionId> endToken(AccountId account, EndScope.Token token, Instant now) {
    return change(
        database.call("session.end"),
        account,
        now,
        true,
        (record, at) -> record.end(token, at),
        // None went: so the token is remembered, and not all sessions ended in its place.
        (ended, at) ->
            ended.isEmpty()
                ? List.of(new Ended.Token(token.tokenId(), token.until()))
                : sessions(ended, at));
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
                    .map(SessionRows.mapper(times))
                    .list());
    return new AccountSessions(all, Map.of()).list(Times.kept(now));
  }

  private <A> A change(
      Database.Call call,
      AccountId account,
      Instant now,
      BiFunction<AccountSessions, Instant, Transition<AccountSessions, A>> transition,
      Telling<A> telling) {
    return change(call, account, now, false, transition, telling);
  }

  /** What ended, as the feed tells it. */
  @FunctionalInterface
  private interface Telling<A> {
    List<Ended> of(A answer, Instant now);
  }

  private <A> A change(
      Database.Call call,
      AccountId account,
      Instant now,
      boolean tokens,
      BiFunction<AccountSessions, Instant, Transition<AccountSessions, A>> transition,
      Telling<A> telling) {
    Instant at = Times.kept(now);
    return call.change(
        tx -> {
          lock(tx, account, at);
          SessionRows rows = SessionRows.read(tx, account, tokens, times);
          Transition<AccountSessions, A> done = transition.apply(rows.record(), at);
          if (done.record().equals(rows.record())) {
            tx.undo();
          } else {
            rows.write(tx, account, done.record(), at);
            JdbcRevocationFeed.tell(tx, telling.of(done.answer(), at));
          }
          return done.answer();
        });
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
