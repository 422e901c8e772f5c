package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.Latchkey;
import dev.latchkey.auth.Limits;
import dev.latchkey.auth.RefreshResult;
import dev.latchkey.auth.RequestCodeResult;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.UnlockResult;
import dev.latchkey.auth.VerifyCodeResult;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.ClientInfo;
import dev.latchkey.auth.delivery.Message;
import dev.latchkey.auth.delivery.Receipt;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.session.Revocation;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionPolicy;
import dev.latchkey.auth.store.StoreUnavailableException;
import dev.latchkey.auth.token.IssuedTokens;
import dev.latchkey.auth.token.TokenCheck;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A small service in one thread's time: several nodes over one bundle of stores that may be faulty,
 * and actors (owners, guessers, thieves, the host) who do all that there is to do with whatever any
 * of them has got hold of, in an order that a seed decides, interleaved at each call of a store.
 *
 * <p>What reaches the stores is watched by a {@link SimulationJudge}; what the façades answer is
 * held against it here.
 */
final class Simulation {
  /** How a simulation is made up. */
  enum Kind {
    /** One actor on one node: what fails is the store alone. */
    FAULTS(1, 24, 12),
    /** Several on several nodes, over stores that work. */
    FLEET(4, 6, 0),
    /** Both. */
    FAULTY_FLEET(4, 6, 5);

    final int actors;
    final int deeds;
    final int faultPercent;

    Kind(int actors, int deeds, int faultPercent) {
      this.actors = actors;
      this.deeds = deeds;
      this.faultPercent = faultPercent;
    }
  }

  private static final int NODES = 2;
  private static final int MAX_SESSIONS = 3;
  private static final List<String> PEOPLE = List.of("ada@example.com", "grace@example.com");
  private static final ClientInfo STRANGER = ClientInfo.of("192.0.2.1");

  /** Past every lock that so few guesses bring. */
  private static final Duration PAST_LOCKS = Duration.ofHours(25);

  private static final Quota ANY = Quota.of(120, Duration.ofMinutes(1));

  /** So lax that the records alone stand between a guesser and an account. */
  private static final Limits NO_LIMITS =
      Limits.builder()
          .sendIdentifier(ANY)
          .sendIp(ANY)
          .sendGlobal(ANY)
          .verifyIp(ANY)
          .refreshSession(ANY)
          .refreshIp(ANY)
          .unlock(ANY)
          .unlockMail(ANY)
          .build();

  private final SplittableRandom random;
  private final Kind kind;
  private final MutableClock clock = MutableClock.create();
  private final Scheduler scheduler;
  private final FaultyStores faulty;
  private final SimulationJudge judge;
  private final Duration retryWindow;
  private final Revocation revocation;
  private final List<Latchkey> nodes = new ArrayList<>();

  private final Map<Integer, Message> lastMail = new HashMap<>();
  private final Map<String, Set<String>> codes = new HashMap<>();
  private final List<String> unlockTokens = new ArrayList<>();
  private final List<Challenge> challenges = new ArrayList<>();
  private final List<Held> tokens = new ArrayList<>();
  private final Map<SessionId, Instant> ended = new HashMap<>();
  private final Map<String, Set<String>> successors = new HashMap<>();
  private final Set<String> usedChallenges = new HashSet<>();
  private final Map<String, String> devices = new HashMap<>();
  private final Map<String, IdentityHash> identities = new HashMap<>();
  private final Map<Integer, String> asking = new HashMap<>();
  private int signIns;

  private Simulation(Kind kind, long seed, Function<Clock, AuthStores> stores) {
    this.random = new SplittableRandom(seed);
    this.kind = kind;
    this.retryWindow = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(10);
    this.scheduler = new Scheduler(random.split(), this::timePasses);
    AuthStores real = stores.apply(clock);
    boolean replicated = real.revocations().isPresent() && random.nextBoolean();
    this.revocation = replicated ? Revocation.replica() : Revocation.strict();
    TestLatchkey.lendRing(real.keys());
    this.judge = new SimulationJudge(real.sessions(), MAX_SESSIONS, scheduler::actor);
    this.faulty =
        FaultyStores.over(
            WrappedStores.of(real, this::watched),
            seed,
            kind.faultPercent,
            () -> clock.advance(Duration.ofMillis(1_500)));
    AuthStores stepped = WrappedStores.of(faulty, this::stepped);
    for (int i = 0; i < NODES; i++) {
      nodes.add(node(stepped));
    }
  }

  private record Challenge(String email, String handle, String code) {}

  private record Held(String email, AccountId account, IssuedTokens tokens) {}

  private Latchkey node(AuthStores stores) {
    // Told until it starts: a node that can not read its ring does not start, and harms nothing.
    while (true) {
      try {
        return TestLatchkey.builder()
            .stores(stores)
            .clock(clock)
            .limits(NO_LIMITS)
            .revocation(revocation)
            .sessions(SessionPolicy.standard().maxSessions(MAX_SESSIONS).retryWindow(retryWindow))
            .codeSender(this::mail)
            .build();
      } catch (StoreUnavailableException e) {
        assertThat(kind.faultPercent).as("faults of stores that have none").isPositive();
      }
    }
  }

  /** Runs one to its end; throws an {@link AssertionError} where a promise is broken. */
  static Simulation run(Kind kind, long seed, Function<Clock, AuthStores> stores) {
    Simulation simulation = new Simulation(kind, seed, stores);
    simulation.scheduler.run(
        IntStream.range(0, kind.actors)
            .mapToObj(i -> (Runnable) () -> simulation.act(simulation.random.split()))
            .toList());
    simulation.settle();
    return simulation;
  }

  int signIns() {
    return signIns;
  }

  int compared() {
    return judge.compared();
  }

  int refreshes() {
    return successors.size();
  }

  int revocations() {
    return ended.size();
  }

  long faults() {
    return faulty.faults();
  }

  private Receipt mail(Message message) {
    if (message instanceof Message.Code code) {
      lastMail.put(scheduler.actor(), message);
      codes
          .computeIfAbsent(code.to().identity(), any -> new HashSet<>())
          .add(code.code().revealText());
    } else if (message instanceof Message.Lock lock) {
      unlockTokens.add(lock.token().revealText());
    }
    return new Receipt.Accepted("mail");
  }

  private @Nullable Object watched(String verb, List<Object> arguments, WrappedStores.Call call) {
    Object answer = call.make();
    if (!arguments.isEmpty() && arguments.get(0) instanceof IdentityHash identity) {
      String email = asking.get(scheduler.actor());
      if (verb.equals("otp.status") && email != null) {
        identities.put(email, identity);
      }
    }
    judge.done(verb, arguments, answer);
    return answer;
  }

  private @Nullable Object stepped(String verb, List<Object> arguments, WrappedStores.Call call) {
    if (!verb.startsWith("key.")) {
      scheduler.step();
    }
    return call.make();
  }

  private void timePasses() {
    int chance = random.nextInt(100);
    if (chance < 20) {
      clock.advance(Duration.ofMillis(random.nextInt(5)));
    } else if (chance < 26) {
      clock.advance(Duration.ofSeconds(random.nextInt(1, 40)));
    } else if (chance < 28) {
      clock.advance(Duration.ofMinutes(random.nextInt(1, 7)));
    } else if (chance < 29) {
      clock.stepBack(Duration.ofMillis(random.nextInt(1_500)));
    }
  }

  private void act(SplittableRandom own) {
    for (int i = 0; i < kind.deeds; i++) {
      deed(own);
    }
  }

  private void deed(SplittableRandom own) {
    Latchkey node = nodes.get(own.nextInt(nodes.size()));
    switch (own.nextInt(16)) {
      case 0, 1, 2 -> ask(node, pick(PEOPLE, own), own);
      case 3, 4, 5 -> guessWrong(node, own);
      case 6, 7, 8 -> guessRight(node, own);
      case 9, 10, 11 -> refresh(node, own);
      case 12 -> check(node, own);
      case 13 -> signOut(node, own);
      case 14 -> hostEnds(node, own);
      default -> unlock(node, own);
    }
  }

  private static <T> T pick(List<T> all, SplittableRandom own) {
    return all.get(own.nextInt(all.size()));
  }

  /** Whoever gets no answer tries once more, half of the time. */
  private <T> Optional<T> attempt(SplittableRandom own, Supplier<T> call) {
    int tries = own.nextInt(1, 3);
    for (int i = 0; i < tries; i++) {
      try {
        return Optional.of(call.get());
      } catch (StoreUnavailableException e) {
        assertThat(kind.faultPercent).as("faults of stores that have none").isPositive();
      }
    }
    return Optional.empty();
  }

  private ClientInfo client(String email, SplittableRandom own) {
    String device = devices.get(email);
    return device != null && own.nextBoolean() ? STRANGER.deviceToken(device) : STRANGER;
  }

  private static ClientInfo from(IssuedTokens tokens) {
    return STRANGER.deviceToken(tokens.device().text().revealText());
  }

  private void ask(Latchkey node, String email, SplittableRandom own) {
    asking.put(scheduler.actor(), email);
    attempt(own, () -> node.requestCode(email, client(email, own)))
        .ifPresent(
            result -> {
              if (result instanceof RequestCodeResult.Sent sent
                  && lastMail.get(scheduler.actor()) instanceof Message.Code code) {
                challenges.add(
                    new Challenge(email, sent.challenge().revealText(), code.code().revealText()));
              }
            });
    asking.remove(scheduler.actor());
  }

  private void guessWrong(Latchkey node, SplittableRandom own) {
    if (challenges.isEmpty()) {
      return;
    }
    Challenge challenge = pick(challenges, own);
    String wrong =
        Stream.iterate(100_000 + own.nextInt(100_000), number -> number + 1)
            .map(String::valueOf)
            .filter(code -> !codes.getOrDefault(challenge.email, Set.of()).contains(code))
            .findFirst()
            .orElseThrow();
    attempt(own, () -> node.verifyCode(challenge.handle, wrong, client(challenge.email, own)))
        .ifPresent(
            result ->
                assertThat(result)
                    .as("of a wrong code")
                    .isNotInstanceOf(VerifyCodeResult.SignedIn.class));
  }

  private void guessRight(Latchkey node, SplittableRandom own) {
    if (challenges.isEmpty()) {
      ask(node, pick(PEOPLE, own), own);
    }
    if (challenges.isEmpty()) {
      return;
    }
    Challenge challenge =
        own.nextInt(3) == 0 ? pick(challenges, own) : challenges.get(challenges.size() - 1);
    int before = judge.rights();
    attempt(
            own,
            () -> node.verifyCode(challenge.handle, challenge.code, client(challenge.email, own)))
        .ifPresent(
            result -> {
              if (result instanceof VerifyCodeResult.SignedIn signedIn) {
                assertThat(judge.rights()).as("the store's word").isGreaterThan(before);
                signedIn(challenge, signedIn);
              }
            });
  }

  private void signedIn(Challenge challenge, VerifyCodeResult.SignedIn signedIn) {
    signIns++;
    assertThat(usedChallenges.add(challenge.handle)).as("first use of a code").isTrue();
    assertThat(signedIn.account().email().identity()).isEqualTo(challenge.email);
    tokens.add(new Held(challenge.email, signedIn.account().id(), signedIn.tokens()));
    devices.put(challenge.email, signedIn.tokens().device().text().revealText());
  }

  private Held pickTokens(SplittableRandom own) {
    return own.nextInt(3) == 0 ? pick(tokens, own) : tokens.get(tokens.size() - 1);
  }

  private void refresh(Latchkey node, SplittableRandom own) {
    if (tokens.isEmpty()) {
      return;
    }
    Held held = pickTokens(own);
    boolean dead = ended.containsKey(held.tokens.session());
    Set<SessionId> before = sessionsOf(held.account);
    String token = held.tokens.refreshToken().revealText();
    attempt(own, () -> node.refresh(token, from(held.tokens)))
        .ifPresent(
            result -> {
              if (result instanceof RefreshResult.Refreshed refreshed) {
                assertThat(dead).as("a refresh after the end").isFalse();
                refreshed(held, token, refreshed.tokens());
              } else if (result instanceof RefreshResult.Refused refused
                  && refused.reason() == RefreshResult.Reason.REUSED) {
                before.forEach(this::over);
              }
            });
  }

  private void refreshed(Held held, String token, IssuedTokens successor) {
    Set<String> all = successors.computeIfAbsent(token, any -> new HashSet<>());
    boolean first = all.isEmpty();
    all.add(successor.refreshToken().revealText());
    assertThat(all).as("successors of one token").hasSize(1);
    if (retryWindow.isZero()) {
      assertThat(first).as("one answer a token").isTrue();
    }
    assertThat(successor.session()).isEqualTo(held.tokens.session());
    tokens.add(new Held(held.email, held.account, successor));
  }

  /** The sessions that are known to have begun. */
  private Set<SessionId> sessionsOf(AccountId account) {
    Set<SessionId> sessions = new HashSet<>();
    tokens.stream()
        .filter(held -> held.account.equals(account))
        .forEach(held -> sessions.add(held.tokens.session()));
    return sessions;
  }

  private void check(Latchkey node, SplittableRandom own) {
    if (tokens.isEmpty()) {
      return;
    }
    Held held = pickTokens(own);
    boolean dead = isKnownEverywhere(held.tokens.session());
    attempt(own, () -> node.authenticate(held.tokens.accessToken().revealText(), from(held.tokens)))
        .filter(TokenCheck.Accepted.class::isInstance)
        .ifPresent(accepted -> assertThat(dead).as("a token accepted after its end").isFalse());
  }

  /** What one node has ended, others refuse within the bound of their replica. */
  private boolean isKnownEverywhere(SessionId session) {
    Duration bound =
        revocation instanceof Revocation.Replica replica ? replica.maxAge() : Duration.ZERO;
    return ended.containsKey(session) && !clock.instant().isBefore(ended.get(session).plus(bound));
  }

  private void over(SessionId session) {
    ended.putIfAbsent(session, clock.instant());
  }

  private void signOut(Latchkey node, SplittableRandom own) {
    if (tokens.isEmpty()) {
      return;
    }
    Held held = pickTokens(own);
    SignOutResult.Scope scope = pick(List.of(SignOutResult.Scope.values()), own);
    Set<SessionId> before = sessionsOf(held.account);
    attempt(
            own,
            () ->
                node.signOut(
                    Optional.of(held.tokens.accessToken().revealText()),
                    Optional.empty(),
                    scope,
                    from(held.tokens)))
        .ifPresent(
            result -> {
              if (result instanceof SignOutResult.SignedOut signedOut) {
                SessionId session = held.tokens.session();
                if (scope == SignOutResult.Scope.SESSION) {
                  over(session);
                } else if (signedOut.ended() > 0) {
                  before.removeIf(
                      each -> scope == SignOutResult.Scope.OTHERS && each.equals(session));
                  before.forEach(this::over);
                }
              }
            });
  }

  private void hostEnds(Latchkey node, SplittableRandom own) {
    if (tokens.isEmpty()) {
      return;
    }
    Held held = pickTokens(own);
    Set<SessionId> before = sessionsOf(held.account);
    if (own.nextBoolean()) {
      attempt(own, () -> node.endAllSessions(held.account))
          .ifPresent(count -> before.forEach(this::over));
    } else {
      attempt(own, () -> node.endSession(held.account, held.tokens.session()))
          .ifPresent(any -> over(held.tokens.session()));
    }
  }

  private void unlock(Latchkey node, SplittableRandom own) {
    if (unlockTokens.isEmpty()) {
      guessWrong(node, own);
      return;
    }
    String token = pick(unlockTokens, own);
    String email = pick(PEOPLE, own);
    attempt(own, () -> node.unlock(token, client(email, own)))
        .ifPresent(
            result -> {
              if (result instanceof UnlockResult.Unlocked unlocked) {
                devices.put(email, unlocked.device().text().revealText());
              }
            });
  }

  /** When all is quiet: what was ended is over, what was locked is locked, the owner gets in. */
  private void settle() {
    faulty.heal();
    Latchkey node = nodes.get(0);
    identities.forEach(
        (email, identity) -> {
          if (judge.isLocked(identity, clock.instant())) {
            assertThat(node.requestCode(email, STRANGER))
                .as("a lock in the end")
                .isInstanceOf(RequestCodeResult.Locked.class);
          }
        });
    clock.advance(Revocation.DEFAULT_MAX_AGE);
    for (Held held : tokens) {
      if (ended.containsKey(held.tokens.session())) {
        assertThat(node.authenticate(held.tokens.accessToken().revealText(), from(held.tokens)))
            .as("an ended session in the end")
            .isInstanceOf(TokenCheck.Refused.class);
        assertThat(node.refresh(held.tokens.refreshToken().revealText(), from(held.tokens)))
            .as("an ended session in the end")
            .isNotInstanceOf(RefreshResult.Refreshed.class);
      }
    }
    clock.advance(PAST_LOCKS);
    getsIn(node, pick(PEOPLE, random));
  }

  private void getsIn(Latchkey node, String email) {
    RequestCodeResult asked = node.requestCode(email, STRANGER);
    assertThat(asked).as("for an owner in the end").isInstanceOf(RequestCodeResult.Sent.class);
    if (!(lastMail.get(-1) instanceof Message.Code mailed)) {
      throw new AssertionError("no code was mailed");
    }
    String code = mailed.code().revealText();
    String handle = ((RequestCodeResult.Sent) asked).challenge().revealText();
    VerifyCodeResult given = node.verifyCode(handle, code, STRANGER);
    assertThat(given).as("for an owner in the end").isInstanceOf(VerifyCodeResult.SignedIn.class);
    VerifyCodeResult.SignedIn signedIn = (VerifyCodeResult.SignedIn) given;
    assertThat(
            node.authenticate(
                signedIn.tokens().accessToken().revealText(), from(signedIn.tokens())))
        .isInstanceOf(TokenCheck.Accepted.class);
    assertThat(node.sessions(signedIn.account().id())).hasSizeLessThanOrEqualTo(MAX_SESSIONS);
    assertThat(node.verifyCode(handle, code, STRANGER))
        .as("of a used code")
        .isInstanceOf(VerifyCodeResult.Expired.class);
  }
}
