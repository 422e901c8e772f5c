package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.jdbc.Database.Work;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeHash;
import dev.latchkey.auth.otp.DeviceLane;
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
import dev.latchkey.auth.store.Transition;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;

/**
 * Challenges, failures and locks. A verb makes the row of its identifier if there is none, locks
 * it, and runs the transition of the core on what it then reads; no other verb on that identifier
 * is under way meanwhile, on any node. A sign-in in its usual course is one statement where the
 * dialect has it, see {@code otp_sign_in.sql}.
 */
final class JdbcOtpStore implements OtpStore {
  /** The statement of the usual course, where the dialect has it. */
  static final String SIGN_IN = "otp_sign_in";

  private final Database database;
  private final Times times;

  JdbcOtpStore(Database database, Times times) {
    this.database = database;
    this.times = times;
  }

  @Override
  public OtpStanding status(
      IdentityHash identity,
      ChallengeId challenge,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    Instant at = Times.kept(now);
    return database.single(
        "otp.status",
        tx -> {
          SignInRows rows = load(tx, identity);
          tx.requireSameTime(Optional.of(at), rows.serverTime());
          return rows.state().status(challenge, device, rules, at);
        });
  }

  @Override
  public OpenAnswer open(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    LiveCode kept = kept(code);
    return change(
        "otp.open", identity, rules, now, (s, at) -> s.open(challenge, kept, device, rules, at));
  }

  @Override
  public OpenAnswer addCode(
      IdentityHash identity,
      ChallengeId challenge,
      LiveCode code,
      Optional<DeviceId> device,
      OtpRules rules,
      Instant now) {
    LiveCode kept = kept(code);
    return change(
        "otp.addCode",
        identity,
        rules,
        now,
        (s, at) -> s.addCode(challenge, kept, device, rules, at));
  }

  @Override
  public boolean withdraw(
      IdentityHash identity, ChallengeId challenge, CodeHash code, Instant now) {
    return takeAway("otp.withdraw", identity, now, state -> state.withdraw(challenge, code));
  }

  @Override
  public GuessAnswer guess(IdentityHash identity, Guess guess, OtpRules rules, Instant now) {
    Instant at = Times.kept(now);
    return change(
        "otp.guess",
        identity,
        rules,
        now,
        tx -> database.has(SIGN_IN) ? signIn(tx, identity, guess, rules, at) : Optional.empty(),
        (s, time) -> s.guess(guess, rules, time));
  }

  /** One statement, which signs in or changes nothing; if it does not, nothing is known yet. */
  private static Optional<GuessAnswer> signIn(
      Transaction tx, IdentityHash identity, Guess guess, OtpRules rules, Instant now)
      throws Trouble, SQLException {
    Optional<Instant> signedInAt =
        tx.query(SIGN_IN)
            .bind("identity", identity.text())
            .bind("challenge", guess.challenge().value())
            .bind("candidate", guess.candidate().text())
            .bind("shown", guess.device().map(DeviceId::value).orElse(null))
            .bind("device", guess.device().orElse(guess.newcomer()).value())
            .bind("knownUntil", Times.kept(now.plus(rules.deviceLifetime())))
            .bind("lock", guess.lock().value())
            .bind("attempts", rules.attempts(guess.form()))
            .bind("maxOpen", rules.maxOpen())
            .bind("maxDevices", rules.maxDevices())
            .bind("fullLane", DeviceLane.MAX_FAILURES)
            .bind("memory", rules.lockout().memory().toMillis())
            .bind("now", now)
            .bind("skewedNow", now.plus(LiveCode.MAX_SKEW))
            .mapTo(Instant.class)
            .findFirst();
    if (signedInAt.isEmpty()) {
      return Optional.empty();
    }
    tx.requireSameTime(Optional.of(now), signedInAt.get());
    return Optional.of(new GuessAnswer.Right());
  }

  @Override
  public UnlockAnswer unlock(IdentityHash identity, Unlock unlock, OtpRules rules, Instant now) {
    return change("otp.unlock", identity, rules, now, (s, at) -> s.unlock(unlock, rules, at));
  }

  @Override
  public int forgetDevices(IdentityHash identity, Instant now) {
    return takeAway("otp.forgetDevices", identity, now, SignInState::forgetDevices);
  }

  private <A> A change(
      String verb,
      IdentityHash identity,
      OtpRules rules,
      Instant now,
      BiFunction<SignInState, Instant, Transition<SignInState, A>> transition) {
    return change(verb, identity, rules, now, tx -> Optional.empty(), transition);
  }

  private <A> A change(
      String verb,
      IdentityHash identity,
      OtpRules rules,
      Instant now,
      Work<Optional<A>> inOneStatement,
      BiFunction<SignInState, Instant, Transition<SignInState, A>> transition) {
    Instant at = Times.kept(now);
    Duration memory = rules.lockout().memory();
    return database.change(
        verb,
        tx -> {
          Optional<A> answer = inOneStatement.in(tx);
          return answer.isPresent()
              ? answer.get()
              : judge(
                  tx,
                  identity,
                  at,
                  state -> transition.apply(state, at),
                  (rows, after) -> after.expiresAt(memory));
        });
  }

  /** Without rules that would say for how long: what is left needs no longer than before. */
  private <A> A takeAway(
      String verb,
      IdentityHash identity,
      Instant now,
      Function<SignInState, Transition<SignInState, A>> transition) {
    Instant at = Times.kept(now);
    return database.change(
        verb, tx -> judge(tx, identity, at, transition, (rows, after) -> rows.keepUntil()));
  }

  private <A> A judge(
      Transaction tx,
      IdentityHash identity,
      Instant now,
      Function<SignInState, Transition<SignInState, A>> transition,
      BiFunction<SignInRows, SignInState, Instant> keep)
      throws Trouble, SQLException {
    lock(tx, identity, now);
    SignInRows rows = load(tx, identity);
    Transition<SignInState, A> done = transition.apply(rows.state());
    if (done.record().equals(rows.state())) {
      tx.undo();
    } else {
      rows.write(tx, identity, done.record(), keep.apply(rows, done.record()));
    }
    return done.answer();
  }

  private static void lock(Transaction tx, IdentityHash identity, Instant now)
      throws Trouble, SQLException {
    tx.update("otp_create")
        .bind("identity", identity.text())
        .bind("ceiling", SignInState.EMPTY.ceiling().toBytes())
        .bind("epoch", Instant.EPOCH)
        .execute();
    Instant server =
        tx.query("otp_lock")
            .bind("identity", identity.text())
            .mapTo(Instant.class)
            .findOne()
            .orElseThrow(Trouble::overtaken);
    tx.requireSameTime(Optional.of(now), server);
  }

  private SignInRows load(Transaction tx, IdentityHash identity) throws Trouble, SQLException {
    Query load = tx.query("otp_load").bind("identity", identity.text());
    return SignInRows.read(load, times);
  }

  private static LiveCode kept(LiveCode code) {
    return new LiveCode(code.hash(), Times.kept(code.createdAt()), Times.kept(code.expiresAt()));
  }
}
