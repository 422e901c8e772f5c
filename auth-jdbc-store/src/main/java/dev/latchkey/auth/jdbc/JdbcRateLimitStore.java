package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateDecision.Admitted;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.RateLog;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Surge;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.store.Transition;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Logs and surges, one row each. Several logs are asked in one transaction, which locks them in the
 * order of their keys: so no two wait for each other.
 */
final class JdbcRateLimitStore implements RateLimitStore {
  private final Database database;
  private final Times times;

  JdbcRateLimitStore(Database database, Times times) {
    this.database = database;
    this.times = times;
  }

  @Override
  public RateDecision acquire(Subject subject, List<Quota> quotas, Instant now) {
    return acquire("rate.acquire", List.of(new Request(subject, quotas)), now).get(0);
  }

  @Override
  public List<RateDecision> acquireAll(List<Request> requests, Instant now) {
    Request.requireDistinct(requests);
    return requests.isEmpty() ? List.of() : acquire("rate.acquireAll", requests, now);
  }

  private List<RateDecision> acquire(String verb, List<Request> requests, Instant now) {
    Instant at = Times.kept(now);
    List<String> keys = requests.stream().map(r -> r.subject().key()).sorted().toList();
    return database.change(
        verb,
        tx -> {
          create(tx, keys);
          Map<String, RateLog> logs = lock(tx, keys, Optional.of(at));
          if (logs.size() < keys.size()) {
            throw Trouble.overtaken();
          }
          List<RateDecision> decisions = new ArrayList<>();
          Map<String, RateLog> admitted = new HashMap<>();
          for (Request request : requests) {
            String key = request.subject().key();
            Transition<RateLog, RateDecision> done =
                logs.getOrDefault(key, RateLog.EMPTY).admit(request.quotas(), at);
            decisions.add(done.answer());
            if (!(done.answer() instanceof Admitted)) {
              tx.undo();
              return List.copyOf(decisions);
            }
            admitted.put(key, done.record());
          }
          write(tx, keys, admitted);
          return List.copyOf(decisions);
        });
  }

  @Override
  public void refund(Reservation reservation) {
    List<String> key = List.of(reservation.subject().key());
    database.change(
        "rate.refund",
        tx -> {
          Map<String, RateLog> logs = lock(tx, key, Optional.empty());
          RateLog log = logs.getOrDefault(key.get(0), RateLog.EMPTY);
          RateLog rest = log.refund(reservation.stamp());
          if (rest.equals(log)) {
            tx.undo();
          } else {
            write(tx, key, Map.of(key.get(0), rest));
          }
          return rest;
        });
  }

  private static void create(Transaction tx, List<String> keys) throws Trouble, SQLException {
    PreparedBatch batch = tx.batch("rate_create");
    for (String key : keys) {
      batch
          .bind("subject", key)
          .bind("admissions", RateLog.EMPTY.toBytes())
          .bind("epoch", Instant.EPOCH)
          .add();
    }
    batch.execute();
  }

  /** A log as it is, and the time of the server when it was locked. */
  private record LockedLog(String key, RateLog log, Instant serverTime) {}

  private Map<String, RateLog> lock(Transaction tx, List<String> keys, Optional<Instant> now)
      throws Trouble, SQLException {
    List<LockedLog> locked =
        tx.query("rate_lock")
            .bindList("subjects", keys)
            .map((row, context) -> lockedLog(new Columns(row, times)))
            .list();
    for (LockedLog one : locked) {
      tx.requireSameTime(now, one.serverTime());
    }
    return locked.stream().collect(Collectors.toMap(LockedLog::key, LockedLog::log));
  }

  private static LockedLog lockedLog(Columns row) throws SQLException {
    return new LockedLog(
        row.text("subject"), log("rate_limits", row.bytes("admissions")), row.time("server_time"));
  }

  private static void write(Transaction tx, List<String> keys, Map<String, RateLog> logs)
      throws Trouble, SQLException {
    PreparedBatch batch = tx.batch("rate_put");
    for (String key : keys) {
      RateLog log = logs.getOrDefault(key, RateLog.EMPTY);
      batch
          .bind("subject", key)
          .bind("admissions", log.toBytes())
          .bind("keepUntil", log.expiresAt())
          .add();
    }
    batch.execute();
  }

  @Override
  public Instant observe(Subject subject, Thresholds thresholds, Instant now) {
    Instant at = Times.kept(now);
    return database.change(
        "rate.observe",
        tx -> {
          tx.update("surge_create")
              .bind("subject", subject.key())
              .bind("failures", Surge.NONE.failures().toBytes())
              .bind("onUntil", Surge.NONE.onUntil())
              .bind("epoch", Instant.EPOCH)
              .execute();
          LockedSurge locked =
              tx.query("surge_lock")
                  .bind("subject", subject.key())
                  .map((row, context) -> lockedSurge(new Columns(row, times)))
                  .findOne()
                  .orElseThrow(Trouble::overtaken);
          tx.requireSameTime(Optional.of(at), locked.serverTime());
          Transition<Surge, Instant> done = locked.surge().observe(thresholds, at);
          tx.update("surge_put")
              .bind("subject", subject.key())
              .bind("failures", done.record().failures().toBytes())
              .bind("onUntil", done.record().onUntil())
              .bind("keepUntil", done.record().expiresAt())
              .execute();
          return Times.kept(done.answer());
        });
  }

  /** A surge as it is, and the time of the server when it was locked. */
  private record LockedSurge(Surge surge, Instant serverTime) {}

  private static LockedSurge lockedSurge(Columns row) throws SQLException {
    Surge surge = new Surge(log("surges", row.bytes("failures")), row.time("on_until"));
    return new LockedSurge(surge, row.time("server_time"));
  }

  @Override
  public Instant surgeUntil(Subject subject) {
    return database.single(
        "rate.surgeUntil",
        tx ->
            tx.query("surge_until")
                .bind("subject", subject.key())
                .mapTo(Instant.class)
                .findOne()
                .orElse(Surge.NONE.onUntil()));
  }

  private static RateLog log(String table, byte[] bytes) throws SQLException {
    return RateLog.fromBytes(bytes).orElseThrow(() -> new UnreadableException(table));
  }
}
