package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.event.AuthEvent;
import dev.latchkey.auth.memory.InMemoryStores;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Two nodes that judge tokens by a replica of what ended. */
class ReplicaFleetTest {
  private static final String ADA = "ada@example.com";

  /** The longest there is: real time counts too, and a busy machine takes its time. */
  private static final Duration BOUND = Duration.ofMinutes(1);

  private static final Duration NANO = Duration.ofNanos(1);
  private static final TokenCheck REVOKED = new TokenCheck.Refused(TokenCheck.Reason.REVOKED);

  private final MutableClock clock = MutableClock.create();
  private final CapturedMailbox mailbox = CapturedMailbox.create();
  private final FedSessions sessions = new FedSessions();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
  private final AuthStores stores = watched(clock);
  private int people;

  private AuthStores watched(Clock time) {
    InMemoryStores rest = InMemoryStores.create(time);
    TestLatchkey.lendRing(rest.keys());
    return WrappedStores.of(
        AuthStores.mix(rest).sessions(sessions, sessions).build(),
        (verb, arguments, call) -> {
          calls.add(verb);
          if (gone.contains(verb.split("\\.", 2)[0])) {
            throw new StoreUnavailableException(verb, true, null);
          }
          return call.make();
        });
  }

  private Latchkey.Builder builder() {
    return defaults().revocation(Revocation.replica(BOUND));
  }

  private Latchkey.Builder defaults() {
    return TestLatchkey.builder().stores(stores).clock(clock).codeSender(mailbox);
  }

  private Latchkey node() {
    return builder().build();
  }

  private IssuedTokens signIn(Latchkey node) {
    // Each from an IP of its own, and no more codes an address than it gets.
    ClientInfo client = ClientInfo.of("192.0.2." + ++people);
    String email = people <= 3 ? ADA : "person-" + people + "@example.com";
    RequestCodeResult asked = node.requestCode(email, client);
    assertThat(asked).isInstanceOf(RequestCodeResult.Sent.class);
    VerifyCodeResult given =
        node.verifyCode(
            ((RequestCodeResult.Sent) asked).challenge().revealText(),
            mailbox.lastCode(email),
            client);
    assertThat(given).isInstanceOf(VerifyCodeResult.SignedIn.class);
    return ((VerifyCodeResult.SignedIn) given).tokens();
  }

  private static ClientInfo from(IssuedTokens tokens) {
    return ClientInfo.of("192.0.2.200").deviceToken(tokens.device().text().revealText());
  }

  private static TokenCheck check(Latchkey node, IssuedTokens tokens) {
    return node.authenticate(tokens.accessToken().revealText(), from(tokens));
  }

  private static void assertAccepted(Latchkey node, IssuedTokens tokens) {
    assertThat(check(node, tokens)).isInstanceOf(TokenCheck.Accepted.class);
  }

  private static void signOut(Latchkey node, IssuedTokens tokens, SignOutResult.Scope scope) {
    assertThat(
            node.signOut(
                Optional.of(tokens.accessToken().revealText()),
                Optional.empty(),
                scope,
                from(tokens)))
        .isInstanceOf(SignOutResult.SignedOut.class);
  }

  private static RefreshResult refresh(Latchkey node, IssuedTokens tokens) {
    return node.refresh(tokens.refreshToken().revealText(), from(tokens));
  }

  @Test
  void authenticate_overStoresWithAFeed_asksNoStoreByDefault() {
    Latchkey node = defaults().build();
    IssuedTokens tokens = signIn(node);
    calls.clear();
    for (int i = 0; i < 10; i++) {
      assertAccepted(node, tokens);
    }

    assertThat(calls).containsOnly("feed.read");
  }

  @Test
  void authenticate_whenTheHostIsStrict_asksTheStoreEachTime() {
    Latchkey node = builder().revocation(Revocation.strict()).build();
    IssuedTokens tokens = signIn(node);
    calls.clear();
    assertAccepted(node, tokens);
    assertAccepted(node, tokens);

    assertThat(calls).containsExactly("session.isLive", "session.isLive");
  }

  @Test
  void signOut_onOneNode_isKnownThereAtOnce() {
    Latchkey node = node();
    for (SignOutResult.Scope scope : SignOutResult.Scope.values()) {
      IssuedTokens one = signIn(node);
      assertAccepted(node, one);

      signOut(node, one, scope);

      assertThat(check(node, one))
          .isEqualTo(scope == SignOutResult.Scope.OTHERS ? check(node(), one) : REVOKED);
    }
  }

  @Test
  void signOut_ofTheOthers_isKnownAtOnce() {
    Latchkey node = node();
    IssuedTokens one = signIn(node);
    IssuedTokens two = signIn(node);
    assertAccepted(node, one);

    signOut(node, two, SignOutResult.Scope.OTHERS);

    assertThat(check(node, one)).isEqualTo(REVOKED);
    assertAccepted(node, two);
  }

  @Test
  void signOut_onOneNode_isKnownOnTheOtherWithinTheBound() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    assertAccepted(two, tokens);
    signOut(one, tokens, SignOutResult.Scope.SESSION);

    assertAccepted(two, tokens);
    clock.advance(BOUND);

    assertThat(check(two, tokens)).isEqualTo(REVOKED);
  }

  @Test
  void signOut_whileTheOthersFeedIsGone_isKnownThereOneNanosecondPastTheBound() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    assertAccepted(two, tokens);
    signOut(one, tokens, SignOutResult.Scope.SESSION);
    gone.add("feed");

    clock.advance(BOUND);
    assertAccepted(two, tokens);
    clock.advance(NANO);
    assertThat(check(two, tokens)).isEqualTo(REVOKED);
  }

  @Test
  void signOut_thatAnotherNodeWasFasterWith_isKnownHereAtOnce() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    assertAccepted(two, tokens);
    signOut(one, tokens, SignOutResult.Scope.SESSION);
    assertAccepted(two, tokens);

    signOut(two, tokens, SignOutResult.Scope.SESSION);

    assertThat(check(two, tokens)).isEqualTo(REVOKED);
  }

  @Test
  void endToken_isKnownAtOnceHere_andWithinTheBoundThere() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    TokenCheck accepted = check(two, tokens);

    one.endToken(((TokenCheck.Accepted) accepted).claims());

    assertThat(check(one, tokens)).isEqualTo(REVOKED);
    clock.advance(BOUND);
    assertThat(check(two, tokens)).isEqualTo(REVOKED);
    assertThat(refresh(two, tokens)).isInstanceOf(RefreshResult.Refreshed.class);
  }

  @Test
  void signIn_thatDisplacesASession_isKnownAtOnceHere_andWithinTheBoundThere() {
    Latchkey one = builder().sessions(SessionPolicy.standard().maxSessions(1)).build();
    Latchkey two = node();
    IssuedTokens old = signIn(one);
    assertAccepted(one, old);
    assertAccepted(two, old);

    IssuedTokens young = signIn(one);

    assertThat(check(one, old)).isEqualTo(REVOKED);
    assertAccepted(one, young);
    clock.advance(BOUND);
    assertThat(check(two, old)).isEqualTo(REVOKED);
    assertAccepted(two, young);
  }

  @Test
  void refresh_thatIsReuse_isKnownAtOnceHere_andWithinTheBoundThere() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    IssuedTokens bystander = signIn(one);
    refresh(one, tokens);
    assertAccepted(one, bystander);
    assertAccepted(two, bystander);

    assertThat(refresh(one, tokens))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.REUSED));

    assertThat(check(one, bystander)).isEqualTo(REVOKED);
    clock.advance(BOUND);
    assertThat(check(two, bystander)).isEqualTo(REVOKED);
  }

  @Test
  void refresh_thatIsAheadOfTheStore_isKnownAtOnceHere_andWithinTheBoundThere() {
    Latchkey one = node();
    Latchkey two = node();
    IssuedTokens tokens = signIn(one);
    Runnable before = sessions.backup();
    IssuedTokens next = ((RefreshResult.Refreshed) refresh(one, tokens)).tokens();
    assertAccepted(one, next);
    assertAccepted(two, next);
    before.run();

    assertThat(refresh(one, next))
        .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.INVALID));

    assertThat(check(one, next)).isEqualTo(REVOKED);
    clock.advance(BOUND);
    assertThat(check(two, next)).isEqualTo(REVOKED);
  }

  @Test
  void authenticate_withoutTheSessionStore_goesOnToTheBoundAndSignsNobodyInPastIt() {
    Latchkey node = node();
    IssuedTokens tokens = signIn(node);
    assertAccepted(node, tokens);
    gone.addAll(List.of("session", "feed"));

    clock.advance(BOUND);
    assertAccepted(node, tokens);
    clock.advance(NANO);
    assertThatThrownBy(() -> check(node, tokens)).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> refresh(node, tokens)).isInstanceOf(StoreUnavailableException.class);

    gone.clear();
    clock.advance(BOUND);
    assertAccepted(node, tokens);
    assertThat(refresh(node, tokens)).isInstanceOf(RefreshResult.Refreshed.class);
  }

  @Test
  void authenticate_withoutTheFeed_tellsOfTheOutageAndAsksTheStore() {
    ConcurrentLinkedQueue<AuthEvent> told = new ConcurrentLinkedQueue<>();
    Latchkey node = builder().listener(told::add).build();
    IssuedTokens tokens = signIn(node);
    gone.add("feed");
    calls.clear();

    assertAccepted(node, tokens);

    assertThat(calls).containsExactly("feed.read", "session.isLive");
    assertThat(told)
        .filteredOn(AuthEvent.StoreUnavailable.class::isInstance)
        .singleElement()
        .satisfies(
            event ->
                assertThat(((AuthEvent.StoreUnavailable) event).operation())
                    .isEqualTo("feed.read"));
  }

  @Test
  void authenticate_onceTheStoreHasLostEverything_acceptsNothingFromBefore() {
    Latchkey node = node();
    IssuedTokens lost = signIn(node);
    assertAccepted(node, lost);

    sessions.loseEverything();
    clock.advance(BOUND);

    assertThat(check(node, lost)).isEqualTo(REVOKED);
    assertAccepted(node, signIn(node));
  }

  @Test
  void authenticate_ofATokenThatLivesOnLeewayAlone_endsWithItsSession() {
    Duration life = Duration.ofMinutes(5);
    Latchkey node = builder().sessions(SessionPolicy.standard().lasting(life, life)).build();
    IssuedTokens tokens = signIn(node);
    clock.advance(life.minus(Duration.ofMillis(1)));
    assertAccepted(node, tokens);

    clock.advance(Duration.ofMillis(1));
    assertThat(check(node, tokens)).isEqualTo(REVOKED);
  }

  @Test
  void build_ofAReplicaOverStoresWithoutAFeed_isRefused() {
    AuthStores without = AuthStores.mix(stores).sessions(sessions).build();

    assertThatIllegalStateException()
        .isThrownBy(() -> defaults().stores(without).revocation(Revocation.replica()).build())
        .withMessageContaining("feed");
    assertAccepted(defaults().stores(without).build(), signIn(defaults().stores(without).build()));
  }

  @Test
  void build_overAFeedThatForgetsTooSoon_isRefused() {
    // 15 min, 30 s and 2 s are what the default policy wants; the feed retains 16 min.
    builder().tokens(policy -> policy.leeway(Duration.ofSeconds(58))).build();
    UnaryOperator<Latchkey.Builder> tooLong =
        it -> it.tokens(policy -> policy.leeway(Duration.ofSeconds(59)));

    assertThatIllegalStateException()
        .isThrownBy(() -> tooLong.apply(builder()).build())
        .withMessageContaining("retain");
    tooLong.apply(builder().revocation(Revocation.strict())).build();
  }

  @Test
  void mix_withSessionsFromElsewhere_neverTakesTheFeedOfTheBase() {
    RevocationFeed other = new FedSessions();

    assertThat(AuthStores.mix(stores).build().revocations()).isEqualTo(stores.revocations());
    assertThat(AuthStores.mix(stores).sessions(sessions).build().revocations()).isEmpty();
    assertThat(AuthStores.mix(stores).sessions(sessions, other).build().revocations())
        .containsSame(other);
  }

  @Test
  void signOut_whileTheOtherNodeIsBusy_isKnownThereWithinTheBoundOfRealTime() {
    Duration bound = Duration.ofMillis(20);
    AuthStores real = watched(Clock.systemUTC());
    UnaryOperator<Latchkey.Builder> change =
        it -> it.stores(real).codeSender(mailbox).revocation(Revocation.replica(bound));
    Latchkey one = change.apply(TestLatchkey.builder()).build();
    Latchkey two = change.apply(TestLatchkey.builder()).build();
    int rounds = 12;
    AtomicLong acceptedLate = new AtomicLong();
    for (int round = 0; round < rounds; round++) {
      IssuedTokens tokens = signIn(one);
      assertAccepted(two, tokens);
      AtomicLong endedAt = new AtomicLong(Long.MAX_VALUE);
      Race.of(4)
          .run(
              racer -> {
                if (racer == 0) {
                  signOut(one, tokens, SignOutResult.Scope.SESSION);
                  endedAt.set(System.nanoTime());
                  return true;
                }
                while (true) {
                  long begun = System.nanoTime();
                  long ended = endedAt.get();
                  if (check(two, tokens) instanceof TokenCheck.Refused) {
                    return true;
                  }
                  if (ended != Long.MAX_VALUE && begun - ended >= bound.toNanos()) {
                    acceptedLate.incrementAndGet();
                  }
                }
              });
    }

    assertThat(acceptedLate).hasValue(0);
  }
}
