package dev.latchkey.auth.jdbc;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateLimitStore.Request;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.ratelimit.Thresholds;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RevocationFeed.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every verb of the stores, each called so that it reaches its statements, whatever is there.
 *
 * @param name the operation that its exceptions name
 * @param timed whether it judges the caller's time
 * @param body the call
 */
record Verb(String name, boolean timed, Body body) {
  static final String ADDRESS = "ada.lovelace@example.org";
  static final String ISSUER = "https://issuer.example";

  private static final Subject SUBJECT = new Subject("send", "ada");
  private static final List<Quota> QUOTAS = List.of(Quota.of(1_000, Duration.ofMinutes(5)));

  static final List<Verb> ALL =
      List.of(
          timed(
              "otp.status",
              (s, now) ->
                  s.otp()
                      .status(
                          Sample.identity(1),
                          Sample.challenge(1),
                          Optional.empty(),
                          Sample.RULES,
                          now)),
          timed(
              "otp.open",
              (s, now) ->
                  s.otp()
                      .open(
                          Sample.identity(1),
                          Sample.challenge(1),
                          Sample.live(1, now),
                          Optional.empty(),
                          Sample.RULES,
                          now)),
          timed(
              "otp.addCode",
              (s, now) ->
                  s.otp()
                      .addCode(
                          Sample.identity(1),
                          Sample.challenge(1),
                          Sample.live(2, now),
                          Optional.empty(),
                          Sample.RULES,
                          now)),
          timed(
              "otp.withdraw",
              (s, now) ->
                  s.otp().withdraw(Sample.identity(1), Sample.challenge(1), Sample.code(2), now)),
          timed(
              "otp.guess",
              (s, now) ->
                  s.otp().guess(Sample.identity(1), Sample.guess(1, 1, 1), Sample.RULES, now)),
          timed(
              "otp.unlock",
              (s, now) ->
                  s.otp()
                      .unlock(
                          Sample.identity(1),
                          new Unlock(
                              Unlock.Kind.BUDGET,
                              Sample.lock(7),
                              Optional.empty(),
                              Sample.device(2)),
                          Sample.RULES,
                          now)),
          timed("otp.forgetDevices", (s, now) -> s.otp().forgetDevices(Sample.identity(1), now)),
          timed(
              "session.start",
              (s, now) -> s.sessions().start(Sample.account(1), Sample.fresh(1, now), 5, now)),
          timed(
              "session.rotate",
              (s, now) ->
                  s.sessions().rotate(Sample.account(1), Sample.rotation(1, 1, "call"), now)),
          timed(
              "session.isLive",
              (s, now) -> s.sessions().isLive(Sample.account(1), Sample.session(1), "token", now)),
          untimed("session.list", (s, now) -> s.sessions().list(Sample.account(1), now)),
          timed(
              "session.end",
              (s, now) ->
                  s.sessions()
                      .end(
                          Sample.account(1),
                          new EndScope.Token("token", now.plusSeconds(300)),
                          now)),
          timed("rate.acquire", (s, now) -> s.rateLimits().acquire(SUBJECT, QUOTAS, now)),
          timed(
              "rate.acquireAll",
              (s, now) ->
                  s.rateLimits()
                      .acquireAll(
                          List.of(
                              new Request(SUBJECT, QUOTAS),
                              new Request(new Subject("send", "bob"), QUOTAS)),
                          now)),
          untimed(
              "rate.refund",
              (s, now) -> {
                s.rateLimits().refund(new Reservation(SUBJECT, 1));
                return "refunded";
              }),
          timed(
              "rate.observe", (s, now) -> s.rateLimits().observe(SUBJECT, Thresholds.DEFAULT, now)),
          untimed("rate.surgeUntil", (s, now) -> s.rateLimits().surgeUntil(SUBJECT)),
          untimed("feed.read", (s, now) -> s.revocations().orElseThrow().read(Position.START)),
          untimed("key.replace", (s, now) -> s.keys().replace(ISSUER, Sample.ring(1))),
          untimed("key.read", (s, now) -> s.keys().read(ISSUER)),
          untimed("account.signIn", (s, now) -> s.accounts().signIn(Sample.address(ADDRESS))),
          untimed("account.find", (s, now) -> s.accounts().find(new AccountId("nobody"))),
          untimed("account.admits", (s, now) -> s.accounts().admits(Sample.address(ADDRESS))),
          untimed(
              "account.assignRoles",
              (s, now) -> {
                s.accounts().assignRoles(Sample.address(ADDRESS), Set.of(new Role("admin")));
                return "assigned";
              }),
          untimed(
              "account.bar",
              (s, now) -> {
                s.accounts().bar(Sample.address(ADDRESS));
                return "barred";
              }),
          untimed(
              "account.readmit",
              (s, now) -> {
                s.accounts().readmit(Sample.address(ADDRESS));
                return "readmitted";
              }),
          timed("jdbc.purge", (s, now) -> s.purge(now, 1_000)));

  /** A call, and what it answers. */
  @FunctionalInterface
  interface Body {
    Object on(JdbcStores stores, Instant now);
  }

  private static Verb timed(String name, Body body) {
    return new Verb(name, true, body);
  }

  private static Verb untimed(String name, Body body) {
    return new Verb(name, false, body);
  }

  Object call(JdbcStores stores, Instant now) {
    return body.on(stores, now);
  }

  @Override
  public String toString() {
    return name;
  }
}
