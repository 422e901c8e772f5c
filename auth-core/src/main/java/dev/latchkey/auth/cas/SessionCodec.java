package dev.latchkey.auth.cas;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The record of an account's sessions as bytes. */
final class SessionCodec {
  static final Codec<AccountSessions> INSTANCE =
      new Codec<>("session", 4, 1, SessionCodec::write, SessionCodec::read);

  private static final int DEVICE_BYTES = 32;

  private SessionCodec() {}

  private static void write(RecordWriter out, AccountSessions record) {
    out.list(record.sessions(), session -> session(out, session));
    out.list(
        new TreeMap<>(record.endedTokens()).entrySet(),
        ended -> {
          out.text(ended.getKey());
          out.time(ended.getValue());
        });
  }

  private static AccountSessions read(RecordReader in) {
    List<Session> sessions = in.list(() -> session(in));
    Map<String, Instant> ended =
        in.list(() -> Map.entry(in.text(), in.time())).stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return new AccountSessions(sessions, ended);
  }

  private static void session(RecordWriter out, Session session) {
    out.base64(session.id().value());
    out.base64(session.device().value());
    out.number(session.generation());
    out.time(session.createdAt());
    out.time(session.lastUsedAt());
    out.time(session.idleUntil());
    out.time(session.expiresAt());
    out.text(session.lastCall());
    out.optional(session.ip(), out::text);
    out.optional(session.userAgent(), out::text);
  }

  private static Session session(RecordReader in) {
    return new Session(
        new SessionId(in.base64(SessionId.BYTES)),
        new DeviceId(in.base64(DEVICE_BYTES)),
        in.number(),
        in.time(),
        in.time(),
        in.time(),
        in.time(),
        in.text(),
        in.optional(in::text),
        in.optional(in::text));
  }
}
