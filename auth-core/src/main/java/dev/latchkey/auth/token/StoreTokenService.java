package dev.latchkey.auth.token;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.client.IpAddress;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.crypto.SecretText;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.LiveTokens;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The service over a store: signs and verifies, and leaves every judgement to the record. */
final class StoreTokenService implements TokenService {
  /** 128 bits: names of tokens and of calls never meet. */
  private static final int NAME_BYTES = 16;

  private final SessionStore store;
  private final LiveTokens live;
  private final TokenPolicy policy;
  private final SessionPolicy sessions;
  private final Clock clock;
  private final SecureBytes random;
  private final AccessTokenSigner signer;
  private final AccessTokenVerifier verifier;
  private final RefreshTokens refreshTokens;

  StoreTokenService(
      SessionStore store,
      LiveTokens live,
      Keys keys,
      TokenPolicy policy,
      SessionPolicy sessions,
      Clock clock,
      SecureBytes random) {
    this.store = store;
    this.live = live;
    this.policy = policy;
    this.sessions = sessions;
    this.clock = Clock.tick(clock, Duration.ofMillis(1));
    this.random = random;
    this.signer = new AccessTokenSigner(keys);
    this.verifier =
        new AccessTokenVerifier(
            keys, policy.issuer(), policy.audience(), policy.leeway(), policy.accessLifetime());
    this.refreshTokens = new RefreshTokens(keys);
  }

  @Override
  public StartedSession start(Account account, DeviceToken device, ClientInfo client) {
    Instant now = clock.instant();
    Session session =
        new Session(
            SessionId.random(random),
            device.id(),
            1,
            now,
            now,
            now.plus(sessions.idle()),
            now.plus(sessions.absolute()),
            name(),
            client.address().map(IpAddress::toString),
            client.userAgent());
    // Signed first: a token that can not be made must not cost a session. It is worth nothing
    // before.
    IssuedTokens tokens = issue(account, session, device, now);
    Set<SessionId> displaced = store.start(account.id(), session, sessions.maxSessions(), now);
    if (!displaced.isEmpty()) {
      live.endedHere();
    }
    return new StartedSession(tokens, displaced);
  }

  @Override
  public Optional<RefreshToken> read(String refreshToken) {
    return refreshTokens.read(refreshToken);
  }

  @Override
  public RefreshOutcome refresh(RefreshToken token, Account account, Optional<DeviceToken> device) {
    Instant now = clock.instant();
    Rotation rotation =
        new Rotation(
            token.session(),
            token.generation(),
            device.map(DeviceToken::id),
            name(),
            sessions.idle(),
            sessions.retryWindow());
    // Asked first: claims that can not be signed must not cost the token, whose retry is reuse.
    Map<String, Object> custom = signableClaims(account, token.session(), device, now);
    RotateAnswer answer = store.rotate(token.account(), rotation, now);
    if (answer instanceof RotateAnswer.Rotated rotated && device.isPresent()) {
      Session session = rotated.session();
      return new RefreshOutcome.Refreshed(
          issue(account, session, device.get(), custom, now),
          session.generation(),
          rotated.again());
    }
    if (answer instanceof RotateAnswer.Reused reused) {
      live.endedHere();
      return new RefreshOutcome.Reused(reused.ended().size());
    }
    if (answer instanceof RotateAnswer.WrongDevice) {
      return new RefreshOutcome.WrongDevice();
    }
    if (answer instanceof RotateAnswer.Ahead) {
      live.endedHere();
      return new RefreshOutcome.Ahead();
    }
    return new RefreshOutcome.NotLive();
  }

  private IssuedTokens issue(Account account, Session session, DeviceToken device, Instant now) {
    return issue(account, session, device, policy.customClaims().apply(account), now);
  }

  private IssuedTokens issue(
      Account account,
      Session session,
      DeviceToken device,
      Map<String, Object> custom,
      Instant now) {
    Duration life = accessLife(session, now.truncatedTo(ChronoUnit.SECONDS));
    AccessClaims claims =
        claims(account, session.id(), device, session.createdAt(), life, custom, now);
    return new IssuedTokens(
        SecretText.of(signer.sign(claims)),
        life,
        refreshTokens.issue(account.id(), session.id(), session.generation()),
        Duration.between(now, session.endsAt()).truncatedTo(ChronoUnit.SECONDS),
        session.id(),
        device);
  }

  /** The host's claims, once it is known that a token of this account and session can hold them. */
  private Map<String, Object> signableClaims(
      Account account, SessionId session, Optional<DeviceToken> device, Instant now) {
    if (device.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> custom = policy.customClaims().apply(account);
    AccessTokenSigner.requireFits(
        claims(account, session, device.get(), now, policy.accessLifetime(), custom, now));
    return custom;
  }

  private AccessClaims claims(
      Account account,
      SessionId session,
      DeviceToken device,
      Instant signedInAt,
      Duration life,
      Map<String, Object> custom,
      Instant now) {
    Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
    return new AccessClaims(
        policy.issuer(),
        account.id(),
        policy.audience(),
        issuedAt,
        issuedAt,
        issuedAt.plus(life),
        name(),
        signedInAt,
        policy.clientId(),
        device.id(),
        session.value(),
        account.roles(),
        custom);
  }

  /** No longer than the session, in whole seconds, and never nothing. */
  private Duration accessLife(Session session, Instant issuedAt) {
    Duration left = Duration.between(issuedAt, session.endsAt()).truncatedTo(ChronoUnit.SECONDS);
    Duration life = left.compareTo(policy.accessLifetime()) < 0 ? left : policy.accessLifetime();
    return life.isZero() ? Duration.ofSeconds(1) : life;
  }

  @Override
  public TokenCheck check(String accessToken, Optional<DeviceToken> device) {
    Instant now = clock.instant();
    AccessTokenVerifier.Result result = verifier.verify(accessToken, now);
    if (result instanceof AccessTokenVerifier.Expired) {
      return new TokenCheck.Refused(TokenCheck.Reason.EXPIRED);
    }
    if (!(result instanceof AccessTokenVerifier.Verified verified)) {
      return new TokenCheck.Refused(TokenCheck.Reason.INVALID);
    }
    AccessClaims claims = verified.claims();
    Optional<SessionId> session = SessionId.parse(claims.sessionId());
    if (session.isEmpty()) {
      return new TokenCheck.Refused(TokenCheck.Reason.INVALID);
    }
    DeviceId bound = claims.deviceId();
    if (device.map(DeviceToken::id).filter(bound::equals).isEmpty()) {
      return new TokenCheck.Refused(TokenCheck.Reason.WRONG_DEVICE);
    }
    LiveTokens.Token token =
        new LiveTokens.Token(
            claims.subject(),
            session.get(),
            claims.tokenId(),
            claims.issuedAt(),
            claims.expiresAt());
    return live.isLive(token, now)
        ? new TokenCheck.Accepted(claims)
        : new TokenCheck.Refused(TokenCheck.Reason.REVOKED);
  }

  @Override
  public Optional<AccessClaims> readForSignOut(String accessToken) {
    AccessTokenVerifier.Result result = verifier.verify(accessToken, clock.instant());
    Optional<AccessClaims> claims = Optional.empty();
    if (result instanceof AccessTokenVerifier.Verified verified) {
      claims = Optional.of(verified.claims());
    } else if (result instanceof AccessTokenVerifier.Expired expired) {
      claims = Optional.of(expired.claims());
    }
    return claims.filter(said -> SessionId.parse(said.sessionId()).isPresent());
  }

  @Override
  public List<Session> sessions(AccountId account) {
    return store.list(account, clock.instant());
  }

  @Override
  public Set<SessionId> end(AccountId account, EndScope scope) {
    Set<SessionId> ended = store.end(account, scope, clock.instant());
    // Also if nothing did: what another node has just ended is then to be known here too.
    live.endedHere();
    return ended;
  }

  @Override
  public EndScope scopeOf(AccessClaims claims) {
    return new EndScope.Token(claims.tokenId(), claims.expiresAt().plus(policy.afterlife()));
  }

  private String name() {
    return Base64Url.encode(random.next(NAME_BYTES));
  }
}
