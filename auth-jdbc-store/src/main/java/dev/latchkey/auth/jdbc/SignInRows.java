package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.jdbc.Rows.Placed;
import dev.latchkey.auth.lockout.Lane;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.Penalty;
import dev.latchkey.auth.otp.Challenge;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.DeviceLane;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.SignInState;
import dev.latchkey.auth.ratelimit.RateLog;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The rows of one identifier, and the record that they are: {@code lockouts}, {@code known_devices}
 * and {@code one_time_codes}.
 *
 * @param state the record
 * @param keepUntil from when on the rows may be purged
 * @param challenges the places of the challenges
 * @param devices the places of the devices
 * @param serverTime when they were read, by the server
 */
record SignInRows(
    SignInState state,
    Instant keepUntil,
    List<Placed<Challenge>> challenges,
    List<Placed<DeviceLane>> devices,
    Instant serverTime) {
  /** What the three code columns of a row are called; the newest first. */
  private static final List<String> CODES = List.of("newest", "previous", "oldest");

  /** Reads them in one statement, so that they are of one moment. */
  static SignInRows read(Query load, Times times) throws SQLException {
    return load.scanResultSet(
        (rows, context) -> {
          Reading reading = new Reading();
          try (context) {
            var found = rows.get();
            while (found.next()) {
              reading.add(new Columns(found, times));
            }
          }
          return reading.result();
        });
  }

  /** Gathers the rows. Not safe for concurrent use. */
  private static final class Reading {
    private Lane strangers = Lane.CLEAR;
    private RateLog ceiling = RateLog.EMPTY;
    private Instant keepUntil = Instant.EPOCH;
    private Instant serverTime = Instant.EPOCH;
    private final List<Placed<Challenge>> challenges = new ArrayList<>();
    private final List<Placed<DeviceLane>> devices = new ArrayList<>();

    void add(Columns row) throws SQLException {
      if (row.has("lane")) {
        devices.add(
            new Placed<>(row.read("known_devices", SignInRows::device), row.number("position")));
        return;
      }
      serverTime = row.time("server_time");
      if (row.has("failures")) {
        strangers = row.read("lockouts", SignInRows::lane);
        ceiling = log(row.bytes("ceiling"));
        keepUntil = row.time("keep_until");
      }
      if (row.has("challenge")) {
        challenges.add(
            new Placed<>(
                row.read("one_time_codes", SignInRows::challenge), row.number("position")));
      }
    }

    SignInRows result() {
      SignInState state =
          new SignInState(Rows.contents(challenges), strangers, ceiling, Rows.contents(devices));
      return new SignInRows(state, keepUntil, challenges, devices, serverTime);
    }
  }

  private static RateLog log(byte[] bytes) throws SQLException {
    return RateLog.fromBytes(bytes).orElseThrow(() -> new UnreadableException("lockouts"));
  }

  private static Lane lane(Columns row) throws SQLException {
    return new Lane(
        (int) row.number("failures"),
        row.time("last_failure_at"),
        Penalty.Kind.valueOf(row.text("penalty")),
        row.time("penalty_until"),
        row.maybeText("lock_id").map(LockId::new));
  }

  private static DeviceLane device(Columns row) throws SQLException {
    return new DeviceLane(
        row.text("lane"), new DeviceId(row.text("device_id")), lane(row), row.time("known_until"));
  }

  private static Challenge challenge(Columns row) throws SQLException {
    List<LiveCode> codes = new ArrayList<>();
    for (String name : CODES) {
      if (row.has(name + "_hash")) {
        codes.add(0, code(row, name));
      }
    }
    return new Challenge(
        new ChallengeId(row.text("challenge")),
        row.time("opened_at"),
        codes,
        (int) row.number("guesses"));
  }

  private static LiveCode code(Columns row, String name) throws SQLException {
    return new LiveCode(
        CodeHash.parse(row.text(name + "_hash"))
            .orElseThrow(() -> new UnreadableException("one_time_codes")),
        row.time(name + "_created_at"),
        row.time(name + "_expires_at"));
  }

  /** Makes the rows those of another record. */
  void write(Transaction tx, IdentityHash identity, SignInState after, Instant keep)
      throws Trouble, SQLException {
    String who = identity.text();
    var lockout = tx.update("otp_put_lockout").bind("identity", who);
    bind(lockout, after.strangers());
    lockout.bind("ceiling", after.ceiling().toBytes()).bind("keepUntil", keep).execute();
    Rows<DeviceLane> lanes = Rows.between(devices, after.devices(), DeviceLane::name);
    Rows<Challenge> codes = Rows.between(challenges, after.challenges(), Challenge::id);
    delete(tx, "otp_delete_device", who, lanes.gone());
    delete(tx, "otp_delete_code", who, codes.gone());
    putDevices(tx, "otp_insert_device", who, lanes.fresh());
    putDevices(tx, "otp_update_device", who, lanes.changed());
    putCodes(tx, "otp_insert_code", who, codes.fresh());
    putCodes(tx, "otp_update_code", who, codes.changed());
  }

  private static void delete(
      Transaction tx, String statement, String who, List<? extends Placed<?>> rows)
      throws Trouble, SQLException {
    for (Placed<?> gone : rows) {
      tx.update(statement).bind("identity", who).bind("position", gone.position()).execute();
    }
  }

  private static void putDevices(
      Transaction tx, String statement, String who, List<Placed<DeviceLane>> rows)
      throws Trouble, SQLException {
    for (Placed<DeviceLane> placed : rows) {
      var put =
          tx.update(statement)
              .bind("identity", who)
              .bind("lane", placed.row().name())
              .bind("device", placed.row().device().value())
              .bind("knownUntil", placed.row().until())
              .bind("position", placed.position());
      bind(put, placed.row().lane());
      put.execute();
    }
  }

  private static void bind(SqlStatement<?> put, Lane lane) {
    put.bind("failures", lane.failures())
        .bind("lastFailureAt", lane.lastFailureAt())
        .bind("penalty", lane.penalty().name())
        .bind("penaltyUntil", lane.until())
        .bind("lock", lane.lock().map(LockId::value).orElse(null));
  }

  private static void putCodes(
      Transaction tx, String statement, String who, List<Placed<Challenge>> rows)
      throws Trouble, SQLException {
    for (Placed<Challenge> placed : rows) {
      Challenge challenge = placed.row();
      var put =
          tx.update(statement)
              .bind("identity", who)
              .bind("challenge", challenge.id().value())
              .bind("openedAt", challenge.openedAt())
              .bind("guesses", challenge.guesses())
              .bind("position", placed.position());
      for (int i = 0; i < CODES.size(); i++) {
        int age = challenge.codes().size() - 1 - i;
        bind(
            put,
            CODES.get(i),
            age < 0 ? Optional.empty() : Optional.of(challenge.codes().get(age)));
      }
      put.execute();
    }
  }

  private static void bind(SqlStatement<?> put, String name, Optional<LiveCode> code) {
    put.bind(name + "Hash", code.map(LiveCode::hash).map(CodeHash::text).orElse(null))
        .bindByType(name + "CreatedAt", code.map(LiveCode::createdAt).orElse(null), Instant.class)
        .bindByType(name + "ExpiresAt", code.map(LiveCode::expiresAt).orElse(null), Instant.class);
  }
}
