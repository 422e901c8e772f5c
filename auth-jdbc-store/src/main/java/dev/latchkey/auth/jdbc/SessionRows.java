package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.jdbc.Rows.Placed;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rows of one account, and the record that they are: {@code session_accounts}, {@code sessions}
 * and, where they matter, {@code revoked_tokens}.
 *
 * @param record the record
 * @param sessions the places of the sessions
 */
record SessionRows(AccountSessions record, List<Placed<Session>> sessions) {
  /** Reads the sessions, and the ended tokens only if the call is about one. */
  static SessionRows read(Transaction tx, AccountId account, boolean tokens, Times times)
      throws Trouble, SQLException {
    List<Placed<Session>> sessions =
        tx.query("session_load")
            .bind("account", account.value())
            .map((row, context) -> new Placed<>(session(row, times), row.getLong("position")))
            .list();
    Map<String, Instant> ended = tokens ? tokens(tx, account, times) : Map.of();
    return new SessionRows(new AccountSessions(Rows.contents(sessions), ended), sessions);
  }

  private static Map<String, Instant> tokens(Transaction tx, AccountId account, Times times)
      throws Trouble, SQLException {
    Map<String, Instant> tokens = new HashMap<>();
    tx.query("token_load")
        .bind("account", account.value())
        .map(
            (row, context) -> {
              Columns columns = new Columns(row, times);
              return tokens.put(Texts.told(columns.text("token_id")), columns.time("keep_until"));
            })
        .list();
    return tokens;
  }

  /** A session, wherever its columns are. */
  static Session session(ResultSet row, Times times) throws SQLException {
    return new Columns(row, times).read("sessions", SessionRows::session);
  }

  private static Session session(Columns row) throws SQLException {
    return new Session(
        new SessionId(row.text("session_id")),
        new DeviceId(row.text("device_id")),
        row.number("generation"),
        row.time("created_at"),
        row.time("last_used_at"),
        row.time("idle_until"),
        row.time("expires_at"),
        Texts.told(row.text("last_call")),
        row.maybeText("ip").map(Texts::told),
        row.maybeText("user_agent").map(Texts::told));
  }

  /**
   * Makes the rows those of another record. A refresh in its usual course does not lock the
   * account: a session that it has moved on meanwhile is read anew, and neither overwritten nor
   * deleted as what it was.
   */
  void write(Transaction tx, AccountId account, AccountSessions after, Instant now)
      throws Trouble, SQLException {
    tx.update("session_put_account")
        .bind("account", account.value())
        .bind("keepUntil", keepUntil(after))
        .execute();
    Rows<Session> rows = Rows.between(sessions, after.sessions(), Session::id);
    for (Placed<Session> gone : rows.gone()) {
      requireOne(
          tx.update("session_delete")
              .bind("account", account.value())
              .bind("session", gone.row().id().value())
              .bind("generation", gone.row().generation())
              .execute());
    }
    for (Placed<Session> fresh : rows.fresh()) {
      insert(tx, account, fresh);
    }
    for (Placed<Session> changed : rows.changed()) {
      rotate(tx, account, changed.row());
    }
    writeTokens(tx, account, after.endedTokens(), now);
  }

  /** The absolute end of each session counts: a refresh moves the other, and not this row. */
  private static Instant keepUntil(AccountSessions after) {
    return Stream.concat(
            after.sessions().stream().map(Session::expiresAt),
            after.endedTokens().values().stream())
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private static void insert(Transaction tx, AccountId account, Placed<Session> fresh)
      throws Trouble, SQLException {
    Session session = fresh.row();
    tx.update("session_insert")
        .bind("account", account.value())
        .bind("session", session.id().value())
        .bind("device", session.device().value())
        .bind("generation", session.generation())
        .bind("createdAt", session.createdAt())
        .bind("lastUsedAt", session.lastUsedAt())
        .bind("idleUntil", session.idleUntil())
        .bind("expiresAt", session.expiresAt())
        .bind("call", Texts.kept(session.lastCall()))
        .bind("ip", session.ip().map(Texts::kept).orElse(null))
        .bind("userAgent", session.userAgent().map(Texts::kept).orElse(null))
        .bind("position", fresh.position())
        .execute();
  }

  private static void rotate(Transaction tx, AccountId account, Session next)
      throws Trouble, SQLException {
    requireOne(
        tx.update("session_update")
            .bind("account", account.value())
            .bind("session", next.id().value())
            .bind("generation", next.generation())
            .bind("lastUsedAt", next.lastUsedAt())
            .bind("idleUntil", next.idleUntil())
            .bind("call", Texts.kept(next.lastCall()))
            .execute());
  }

  /** A refresh, or a purge, changes a row without the lock of the account. */
  private static void requireOne(int changed) throws Trouble {
    if (changed != 1) {
      throw Trouble.overtaken();
    }
  }

  /** What is over goes first; of what is ended again the later end is kept. */
  private void writeTokens(
      Transaction tx, AccountId account, Map<String, Instant> after, Instant now)
      throws Trouble, SQLException {
    forgetTokens(tx, account, now);
    for (Map.Entry<String, Instant> token : after.entrySet()) {
      Instant before = record.endedTokens().getOrDefault(token.getKey(), Instant.EPOCH);
      if (!token.getValue().equals(before)) {
        requireOne(
            tx.update(now.isBefore(before) ? "token_update" : "token_insert")
                .bind("account", account.value())
                .bind("token", Texts.kept(token.getKey()))
                .bind("keepUntil", token.getValue())
                .execute());
      }
    }
  }

  /**
   * One by one, by their names: a range without rows would be locked for all accounts beside it.
   */
  private static void forgetTokens(Transaction tx, AccountId account, Instant now)
      throws Trouble, SQLException {
    List<String> over =
        tx.query("token_find_over")
            .bind("account", account.value())
            .bind("now", now)
            .mapTo(String.class)
            .list();
    for (String token : over) {
      tx.update("token_delete").bind("account", account.value()).bind("token", token).execute();
    }
  }
}
