package dev.latchkey.auth.redis;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sessions and revocations: one key for each account, each verb one script of {@code
 * account_sessions.lua}. What ends is told in the stream of the account's bucket in the same step,
 * see {@link RedisRevocationFeed}. Times are kept in whole milliseconds, rounded down.
 */
final class RedisSessionStore implements SessionStore {
  private static final Script START = script("session_start");
  private static final Script ROTATE = script("session_rotate");
  private static final Script END = script("session_end");
  private static final Script IS_LIVE = script("session_is_live");
  private static final Script LIST = script("session_list");

  private final Commands commands;

  RedisSessionStore(Commands commands) {
    this.commands = commands;
  }

  private static Script script(String name) {
    return Script.of(name, "records", "revocations", "account_sessions");
  }

  @Override
  public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
    return ids(
        change(
            "session.start",
            START,
            account,
            now,
            Integer.toString(max),
            session.id().value(),
            session.device().value(),
            Long.toString(session.generation()),
            Millis.of(session.createdAt()),
            Millis.of(session.lastUsedAt()),
            Millis.of(session.idleUntil()),
            Millis.of(session.expiresAt()),
            session.lastCall(),
            maybe(session.ip()),
            maybe(session.userAgent())));
  }

  @Override
  public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
    Reply reply =
        change(
            "session.rotate",
            ROTATE,
            account,
            now,
            rotation.session().value(),
            Long.toString(rotation.generation()),
            rotation.device().map(DeviceId::value).orElse(""),
            rotation.call(),
            Millis.of(rotation.idle()),
            Millis.of(rotation.retryWindow()),
            Millis.of(Session.MAX_SKEW));
    return switch (reply.text(0)) {
      case "rotated" -> new RotateAnswer.Rotated(session(reply.list(1)), reply.flag(2));
      case "not_live" -> new RotateAnswer.NotLive();
      case "wrong_device" -> new RotateAnswer.WrongDevice(session(reply.list(1)));
      case "reused" -> new RotateAnswer.Reused(ids(reply.list(1)));
      case "ahead" -> new RotateAnswer.Ahead();
      default -> throw reply.unknown();
    };
  }

  @Override
  public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
    return ids(change("session.end", END, account, now, args(scope)));
  }

  private static String[] args(EndScope scope) {
    if (scope instanceof EndScope.One one) {
      return args("one", one.id().value(), Instant.EPOCH);
    }
    if (scope instanceof EndScope.Others others) {
      return args("others", others.keep().value(), Instant.EPOCH);
    }
    if (scope instanceof EndScope.AllBy all) {
      return args("all_by", all.by().value(), Instant.EPOCH);
    }
    if (scope instanceof EndScope.Token token) {
      return args("token", token.tokenId(), token.until());
    }
    return args("all", "", Instant.EPOCH);
  }

  private static String[] args(String kind, String name, Instant until) {
    return new String[] {
      Integer.toString(AccountSessions.MAX_ENDED_TOKENS), kind, name, Millis.of(until)
    };
  }

  @Override
  public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
    return read(
            "session.isLive",
            IS_LIVE,
            account,
            now,
            session.value(),
            tokenId,
            Millis.of(Session.MAX_SKEW))
        .flag(0);
  }

  @Override
  public List<Session> list(AccountId account, Instant now) {
    List<Session> all =
        read("session.list", LIST, account, now).lists().stream()
            .map(RedisSessionStore::session)
            .toList();
    return new AccountSessions(all, Map.of()).list(now);
  }

  private Reply change(String verb, Script script, AccountId account, Instant now, String... args) {
    Bucket bucket = Bucket.of(account);
    return commands.run(
        verb,
        script,
        List.of(bucket.sessions(account), bucket.stream()),
        with(Stream.of(Millis.of(now), Millis.of(RedisRevocationFeed.KEPT)), args));
  }

  private Reply read(String verb, Script script, AccountId account, Instant now, String... args) {
    return commands.run(
        verb,
        script,
        List.of(Bucket.of(account).sessions(account)),
        with(Stream.of(Millis.of(now)), args));
  }

  private static String[] with(Stream<String> first, String... rest) {
    return Stream.concat(first, Stream.of(rest)).toArray(String[]::new);
  }

  private static Session session(Reply fields) {
    return new Session(
        new SessionId(fields.text(0)),
        new DeviceId(fields.text(1)),
        fields.number(2),
        fields.time(3),
        fields.time(4),
        fields.time(5),
        fields.time(6),
        fields.text(7),
        maybe(fields.text(8)),
        maybe(fields.text(9)));
  }

  private static Set<SessionId> ids(Reply names) {
    return names.texts().stream()
        .map(SessionId::new)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Nothing, or a text behind a sign that it is there, since a text can be empty. */
  private static String maybe(Optional<String> text) {
    return text.map(there -> "=" + there).orElse("");
  }

  private static Optional<String> maybe(String kept) {
    return kept.isEmpty() ? Optional.empty() : Optional.of(kept.substring(1));
  }
}
