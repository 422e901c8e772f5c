package dev.latchkey.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.auth.account.Account;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.EmailAddress;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.account.Role;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.client.DeviceToken;
import dev.latchkey.auth.client.DeviceTokens;
import dev.latchkey.auth.crypto.SecureBytes;
import dev.latchkey.auth.key.Keys;
import dev.latchkey.auth.key.TestClock;
import dev.latchkey.auth.key.TestKeyStore;
import dev.latchkey.auth.key.TestNode;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.LiveTokens;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.token.RefreshOutcome.Refreshed;
import dev.latchkey.auth.token.TokenCheck.Accepted;
import dev.latchkey.auth.token.TokenCheck.Reason;
import dev.latchkey.auth.token.TokenCheck.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StoreTokenServiceTest {
  private static final Instant START = TestClock.START;
  private static final EmailAddress ADDRESS = EmailAddress.parse("ada@example.com").orElseThrow();
  private static final Account ADA =
      new Account(new AccountId("acc-1"), ADDRESS, Set.of(new Role("viewer"), new Role("maker")));
  private static final ClientInfo BROWSER = ClientInfo.of("192.0.2.1").userAgent("Browser/1");
  private static final TokenPolicy TOKENS = TokenPolicy.standard(TestNode.ISSUER, "shop");
  private static final SessionPolicy SESSIONS = SessionPolicy.standard();
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestClock clock = new TestClock();
  private final Keys keys = TestNode.start(new TestKeyStore(), clock).keys();
  private final DeviceTokens devices = new DeviceTokens(keys, SecureBytes.system());
  private final DeviceToken phone = device();
  private final SessionStore store = InMemoryStores.create().sessions();
  private final TokenService service = service(TOKENS, SESSIONS);

  private DeviceToken device() {
    return devices.issue(IdentityHash.of(keys.identityKey(), ADDRESS), START);
  }

  private TokenService service(TokenPolicy tokens, SessionPolicy sessions) {
    return TokenService.over(
        store, LiveTokens.of(store), keys, tokens, sessions, clock, SecureBytes.system());
  }

  private IssuedTokens start() {
    return service.start(ADA, phone, BROWSER).tokens();
  }

  private RefreshToken read(IssuedTokens tokens) {
    return service.read(tokens.refreshToken().revealText()).orElseThrow();
  }

  private RefreshOutcome refresh(TokenService by, IssuedTokens tokens) {
    return by.refresh(read(tokens), ADA, Optional.of(phone));
  }

  private TokenCheck check(IssuedTokens tokens) {
    return service.check(tokens.accessToken().revealText(), Optional.of(phone));
  }

  private AccessClaims claims(IssuedTokens tokens) {
    return ((Accepted) check(tokens)).claims();
  }

  private static TokenCheck refused(Reason reason) {
    return new Refused(reason);
  }

  @Test
  void start_givesTokensThatSayWhoWhereAndHowLong() {
    IssuedTokens tokens = start();

    assertThat(tokens.accessExpiresIn()).hasMinutes(15);
    assertThat(tokens.refreshExpiresIn()).hasDays(14);
    assertThat(tokens.device()).isSameAs(phone);
    AccessClaims claims = claims(tokens);
    assertThat(claims)
        .isEqualTo(
            new AccessClaims(
                TestNode.ISSUER,
                ADA.id(),
                "shop",
                START,
                START,
                START.plus(Duration.ofMinutes(15)),
                claims.tokenId(),
                START,
                "shop",
                phone.id(),
                tokens.session().value(),
                ADA.roles(),
                Map.of()));
    RefreshToken refresh = read(tokens);
    assertThat(refresh.account()).isEqualTo(ADA.id());
    assertThat(refresh.session()).isEqualTo(tokens.session());
    assertThat(refresh.generation()).isOne();
  }

  @Test
  void start_writesTheSessionDown_withBothItsEndsAndItsClient() {
    clock.move(Duration.ofNanos(1_999_999));
    Instant now = START.plusMillis(1);
    IssuedTokens tokens = start();

    Session session = service.sessions(ADA.id()).get(0);
    assertThat(session.lastCall()).hasSize(22);
    assertThat(session)
        .isEqualTo(
            new Session(
                tokens.session(),
                phone.id(),
                1,
                now,
                now,
                now.plus(Duration.ofDays(14)),
                now.plus(Duration.ofDays(30)),
                session.lastCall(),
                Optional.of("192.0.2.1"),
                Optional.of("Browser/1")));
  }

  @Test
  void start_pastTheBound_tellsWhichSessionsWent() {
    TokenService one = service(TOKENS, SESSIONS.maxSessions(1));
    StartedSession first = one.start(ADA, phone, BROWSER);
    StartedSession second = one.start(ADA, phone, BROWSER);

    assertThat(first.displaced()).isEmpty();
    assertThat(second.displaced()).containsExactly(first.tokens().session());
    assertThat(check(first.tokens())).isEqualTo(refused(Reason.REVOKED));
  }

  @Test
  void start_withClaimsThatCanNotBeMade_costsNoSession() {
    TokenService broken =
        service(
            TOKENS.customClaims(
                account -> {
                  throw new IllegalStateException("the host's own");
                }),
            SESSIONS.maxSessions(1));
    IssuedTokens before = start();

    assertThatIllegalStateException().isThrownBy(() -> broken.start(ADA, phone, BROWSER));
    assertThat(check(before)).isInstanceOf(Accepted.class);
  }

  @Test
  void tokens_areNeverTheSame() {
    IssuedTokens one = start();
    IssuedTokens two = start();

    assertThat(one.session()).isNotEqualTo(two.session());
    assertThat(claims(one).tokenId()).hasSize(22).isNotEqualTo(claims(two).tokenId());
  }

  @Test
  void refresh_givesASuccessor_andTheAccessTokenBeforeLivesOn() {
    IssuedTokens first = start();
    clock.move(Duration.ofMinutes(10));

    Refreshed refreshed = (Refreshed) refresh(service, first);

    assertThat(refreshed.generation()).isEqualTo(2);
    assertThat(refreshed.again()).isFalse();
    assertThat(read(refreshed.tokens()).generation()).isEqualTo(2);
    assertThat(refreshed.tokens().refreshExpiresIn()).hasDays(14);
    AccessClaims claims = claims(refreshed.tokens());
    assertThat(claims.issuedAt()).isEqualTo(START.plus(Duration.ofMinutes(10)));
    assertThat(claims.authTime()).as("when the code was entered").isEqualTo(START);
    assertThat(claims.deviceId()).isEqualTo(phone.id());
    assertThat(claims(first).sessionId()).isEqualTo(claims.sessionId());
  }

  @Test
  void refresh_takesUpWhatTheHostNowSaysOfTheAccount() {
    IssuedTokens first = start();
    Account promoted = new Account(ADA.id(), ADDRESS, Set.of(new Role("admin")));
    TokenService richer = service(TOKENS.customClaims(account -> Map.of("plan", "gold")), SESSIONS);

    Refreshed refreshed = (Refreshed) richer.refresh(read(first), promoted, Optional.of(phone));

    assertThat(claims(refreshed.tokens()).roles()).containsExactly(new Role("admin"));
    assertThat(claims(refreshed.tokens()).custom()).containsEntry("plan", "gold");
  }

  @Test
  void refresh_ofAnOlderToken_isReuse_andTellsHowManySessionsItEnded() {
    IssuedTokens first = start();
    IssuedTokens other = start();
    IssuedTokens next = ((Refreshed) refresh(service, first)).tokens();

    assertThat(refresh(service, first)).isEqualTo(new RefreshOutcome.Reused(2));

    assertThat(check(next)).isEqualTo(refused(Reason.REVOKED));
    assertThat(check(other)).isEqualTo(refused(Reason.REVOKED));
    assertThat(refresh(service, next)).isEqualTo(new RefreshOutcome.NotLive());
  }

  @Test
  void refresh_retriedWithinTheWindow_givesTheSameSuccessor() {
    TokenService lenient = service(TOKENS, SESSIONS.retryWindow(Duration.ofSeconds(10)));
    IssuedTokens first = start();
    Refreshed next = (Refreshed) refresh(lenient, first);
    clock.move(Duration.ofMillis(9_999));

    Refreshed again = (Refreshed) refresh(lenient, first);

    assertThat(again.again()).isTrue();
    assertThat(again.generation()).isEqualTo(2);
    assertThat(again.tokens().refreshToken()).isEqualTo(next.tokens().refreshToken());
    clock.move(Duration.ofMillis(1));
    assertThat(refresh(lenient, first)).isEqualTo(new RefreshOutcome.Reused(1));
  }

  @Test
  void refresh_withoutTheSessionsDevice_isRefused_andTheSessionGoesOn() {
    IssuedTokens first = start();
    TokenService asked =
        service(
            TOKENS.customClaims(
                account -> {
                  throw new IllegalStateException("not to be asked for nobody's device");
                }),
            SESSIONS);

    assertThat(asked.refresh(read(first), ADA, Optional.empty()))
        .isEqualTo(new RefreshOutcome.WrongDevice());
    assertThat(service.refresh(read(first), ADA, Optional.of(device())))
        .isEqualTo(new RefreshOutcome.WrongDevice());
    assertThat(refresh(service, first)).isInstanceOf(Refreshed.class);
  }

  @Test
  void refresh_aheadOfTheRecord_isTold_andEndsThatSessionAlone() {
    IssuedTokens first = start();
    IssuedTokens other = start();
    RefreshToken ahead = new RefreshToken(ADA.id(), first.session(), 2);

    assertThat(service.refresh(ahead, ADA, Optional.of(phone)))
        .isEqualTo(new RefreshOutcome.Ahead());
    assertThat(check(first)).isEqualTo(refused(Reason.REVOKED));
    assertThat(check(other)).isInstanceOf(Accepted.class);
  }

  @Test
  void refresh_withClaimsTooLargeToSign_costsNothing() {
    IssuedTokens first = start();
    String text = "x".repeat(AccessClaims.MAX_CUSTOM_TEXT);
    TokenService tooLarge =
        service(
            TOKENS.customClaims(
                account -> Map.of("a", text, "b", text, "c", text, "d", text, "e", text)),
            SESSIONS);

    assertThatIllegalArgumentException().isThrownBy(() -> refresh(tooLarge, first));

    Refreshed refreshed = (Refreshed) refresh(service, first);
    assertThat(refreshed.generation()).as("the first to go through").isEqualTo(2);
    assertThat(refreshed.again()).isFalse();
  }

  @Test
  void tokens_nearTheEndOfTheSession_endWithIt_inWholeSeconds() {
    Duration hour = Duration.ofHours(1);
    TokenService brief = service(TOKENS, SESSIONS.lasting(hour, hour));
    clock.move(Duration.ofMillis(300));
    IssuedTokens tokens = brief.start(ADA, phone, BROWSER).tokens();
    assertThat(tokens.accessExpiresIn()).hasMinutes(15);
    assertThat(tokens.refreshExpiresIn()).isEqualTo(hour);

    clock.set(START.plus(hour).minusSeconds(30).plusMillis(700));
    tokens = ((Refreshed) refresh(brief, tokens)).tokens();
    assertThat(tokens.accessExpiresIn()).hasSeconds(30);
    assertThat(claims(tokens).expiresAt()).isEqualTo(START.plus(hour));
    assertThat(tokens.refreshExpiresIn()).hasSeconds(29);

    clock.set(START.plus(hour).plusMillis(200));
    tokens = ((Refreshed) refresh(brief, tokens)).tokens();
    assertThat(tokens.accessExpiresIn()).as("never nothing").isEqualTo(SECOND);
    assertThat(tokens.refreshExpiresIn()).isZero();
    clock.set(START.plus(hour).plusMillis(300));
    assertThat(refresh(brief, tokens)).isEqualTo(new RefreshOutcome.NotLive());
  }

  @Test
  void check_judgesTokenThenExpiryThenDeviceThenRevocation() {
    IssuedTokens tokens = start();
    String text = tokens.accessToken().revealText();
    Optional<DeviceToken> own = Optional.of(phone);
    assertThat(service.check(text, own)).isInstanceOf(Accepted.class);

    service.end(ADA.id(), new EndScope.All());
    assertThat(service.check(text, own)).isEqualTo(refused(Reason.REVOKED));
    assertThat(service.check(text, Optional.empty())).isEqualTo(refused(Reason.WRONG_DEVICE));
    assertThat(service.check(text, Optional.of(device()))).isEqualTo(refused(Reason.WRONG_DEVICE));
    clock.move(Duration.ofMinutes(15).plusSeconds(30).minusMillis(1));
    assertThat(service.check(text, own)).isEqualTo(refused(Reason.REVOKED));
    clock.move(Duration.ofMillis(1));
    assertThat(service.check(text, Optional.empty())).isEqualTo(refused(Reason.EXPIRED));
    assertThat(service.check(text + "A", own)).isEqualTo(refused(Reason.INVALID));
  }

  /** A token that this service signed, but for a session that can not be one. */
  private String tokenOfAnOddSession() {
    return new AccessTokenSigner(keys)
        .sign(
            new AccessClaims(
                TestNode.ISSUER,
                ADA.id(),
                "shop",
                START,
                START,
                START.plus(Duration.ofMinutes(15)),
                "jti-1",
                START,
                "shop",
                phone.id(),
                "session-1",
                Set.of(),
                Map.of()));
  }

  @Test
  void aTokenOfWhatCanBeNoSession_isInvalid_andEndsNothing() {
    String odd = tokenOfAnOddSession();

    assertThat(service.check(odd, Optional.of(phone))).isEqualTo(refused(Reason.INVALID));
    assertThat(service.readForSignOut(odd)).isEmpty();
  }

  @Test
  void readForSignOut_takesATokenOfOursThatHasExpired_andNoForgedOne() {
    IssuedTokens tokens = start();
    AccessClaims claims = claims(tokens);
    String text = tokens.accessToken().revealText();

    assertThat(service.readForSignOut(text)).hasValue(claims);
    clock.move(Duration.ofDays(1));
    assertThat(service.readForSignOut(text)).hasValue(claims);
    assertThat(service.readForSignOut(text + "A")).isEmpty();
  }

  @Test
  void scopeOf_endsOneTokenAlone_untilNobodyAcceptsItAnyMore() {
    IssuedTokens first = start();
    AccessClaims claims = claims(first);
    IssuedTokens next = ((Refreshed) refresh(service, first)).tokens();

    EndScope scope = service.scopeOf(claims);
    assertThat(scope)
        .isEqualTo(new EndScope.Token(claims.tokenId(), claims.expiresAt().plusSeconds(32)));
    assertThat(service.end(ADA.id(), scope)).isEmpty();

    assertThat(check(first)).isEqualTo(refused(Reason.REVOKED));
    assertThat(check(next)).isInstanceOf(Accepted.class);
  }

  @Test
  void sessions_areTheLiveOnes_theNewestFirst_andEndTellsWhichItEnded() {
    SessionId one = start().session();
    clock.move(SECOND);
    SessionId two = start().session();

    assertThat(service.sessions(ADA.id())).extracting(Session::id).containsExactly(two, one);
    assertThat(service.sessions(new AccountId("acc-2"))).isEmpty();
    assertThat(service.end(ADA.id(), new EndScope.One(one))).containsExactly(one);
    assertThat(service.sessions(ADA.id())).extracting(Session::id).containsExactly(two);
    clock.move(Duration.ofDays(14));
    assertThat(service.sessions(ADA.id())).isEqualTo(List.of());
  }

  @Test
  void read_ofAnythingElse_isEmpty() {
    assertThat(service.read("no token")).isEmpty();
    assertThat(service.read(start().accessToken().revealText())).isEmpty();
  }
}
