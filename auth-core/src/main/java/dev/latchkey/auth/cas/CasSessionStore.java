package dev.latchkey.auth.cas;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Sessions and revocations. */
final class CasSessionStore implements SessionStore {
  private final CasRecords<AccountSessions> records;

  CasSessionStore(CasRecords.Where where) {
    this.records =
        new CasRecords<>(
            where, SessionCodec.INSTANCE, AccountSessions.EMPTY, AccountSessions::expiresAt);
  }

  @Override
  public Set<SessionId> start(AccountId account, Session session, int max, Instant now) {
    return records.change("session.start", account.value(), kept -> kept.start(session, max, now));
  }

  @Override
  public RotateAnswer rotate(AccountId account, Rotation rotation, Instant now) {
    return records.change("session.rotate", account.value(), kept -> kept.rotate(rotation, now));
  }

  @Override
  public Set<SessionId> end(AccountId account, EndScope scope, Instant now) {
    return records.change("session.end", account.value(), kept -> kept.end(scope, now));
  }

  @Override
  public boolean isLive(AccountId account, SessionId session, String tokenId, Instant now) {
    return records.read("session.isLive", account.value()).isLive(session, tokenId, now);
  }

  @Override
  public List<Session> list(AccountId account, Instant now) {
    return records.read("session.list", account.value()).list(now);
  }
}
