package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.account;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Ended;
import dev.latchkey.auth.session.RevocationFeed;
import dev.latchkey.auth.session.RevocationFeed.Position;
import dev.latchkey.auth.session.RevocationFeed.Revocations;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RevocationFeed} promises. Extended by authors of stores that have one: answer
 * {@link #emptyStores} with empty stores, and every test must pass.
 *
 * <p>Time is an argument of each verb, ahead of every real clock: a store that checks it against a
 * clock of its own must leave that out here. A store that forgets by its own clock what need not be
 * told any more forgets nothing of a test. Tests may run in parallel.
 */
@DisplayName("A feed of what ended")
public abstract class RevocationFeedContract {
  private static final Duration IDLE = Duration.ofDays(14);
  private static final Duration ABSOLUTE = Duration.ofDays(30);
  private static final int MAX = 3;
  private static final AccountId ADA = account(1);
  private static final AccountId BOB = account(2);
  private static final SessionId ONE = session(1);
  private static final SessionId TWO = session(2);
  private static final SessionId THREE = session(3);
  private static final SessionId OF_BOB = session(4);
  private static final int RACERS = 16;
  private static final int ENDS_EACH = 20;

  private SessionStore store;
  private RevocationFeed feed;

  /** Called by test frameworks, through a subclass. */
  protected RevocationFeedContract() {}

  /**
   * Stores in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the stores, of which {@code sessions} and {@code revocations} are used
   */
  protected abstract AuthStores emptyStores();

  @BeforeEach
  final void openStores() {
    AuthStores stores = emptyStores();
    store = stores.sessions();
    feed =
        stores.revocations().orElseThrow(() -> new AssertionError("the stores must have a feed"));
  }

  private void start(AccountId account, SessionId... ids) {
    for (SessionId id : ids) {
      store.start(account, fresh(id), MAX, START);
    }
  }

  private static Session fresh(SessionId id) {
    return new Session(
        id,
        device(1),
        1,
        START,
        START,
        START.plus(IDLE),
        START.plus(ABSOLUTE),
        "start-" + id.value(),
        Optional.empty(),
        Optional.empty());
  }

  private RotateAnswer rotate(SessionId id, long generation, String call) {
    return store.rotate(
        ADA,
        new Rotation(id, generation, Optional.of(device(1)), call, IDLE, Duration.ZERO),
        START);
  }

  /** All names of sessions and tokens that an answer tells. */
  private static Set<String> names(Revocations answer) {
    Set<String> names = new HashSet<>();
    for (Ended ended : answer.ended()) {
      if (ended instanceof Ended.Sessions sessions) {
        sessions.ids().forEach(id -> names.add(id.value()));
      } else if (ended instanceof Ended.Token token) {
        names.add(token.tokenId());
      }
    }
    return names;
  }

  private static String[] names(SessionId... ids) {
    return List.of(ids).stream().map(SessionId::value).toArray(String[]::new);
  }

  private Set<String> retained() {
    return names(feed.read(Position.START));
  }

  private Instant until(String name) {
    return feed.read(Position.START).ended().stream()
        .filter(
            ended -> names(new Revocations(List.of(ended), Position.START, false)).contains(name))
        .map(Ended::until)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  @Nested
  @DisplayName("tells every end")
  class Telling {
    @Test
    @DisplayName("of one session")
    void end_ofOne_isTold() {
      start(ADA, ONE, TWO);
      store.end(ADA, new EndScope.One(ONE), START);

      assertThat(retained()).containsExactly(names(ONE));
    }

    @Test
    @DisplayName("of the others")
    void end_ofOthers_isTold() {
      start(ADA, ONE, TWO, THREE);
      store.end(ADA, new EndScope.Others(TWO), START);

      assertThat(retained()).containsExactlyInAnyOrder(names(ONE, THREE));
    }

    @Test
    @DisplayName("of all, at the word of one of them")
    void end_ofAllByOne_isTold() {
      start(ADA, ONE, TWO);
      store.end(ADA, new EndScope.AllBy(ONE), START);

      assertThat(retained()).containsExactlyInAnyOrder(names(ONE, TWO));
    }

    @Test
    @DisplayName("of all, at the word of the service, and of no other account")
    void end_ofAll_isTold() {
      start(ADA, ONE, TWO);
      start(BOB, OF_BOB);
      store.end(ADA, new EndScope.All(), START);

      assertThat(retained()).containsExactlyInAnyOrder(names(ONE, TWO));
    }

    @Test
    @DisplayName("of one token, for as long as it was said")
    void end_ofAToken_isTold() {
      start(ADA, ONE);
      Instant until = START.plusSeconds(932);
      store.end(ADA, new EndScope.Token("token-1", until), START);

      assertThat(retained()).containsExactly("token-1");
      assertThat(until("token-1")).isAfterOrEqualTo(until);
    }

    @Test
    @DisplayName("of one token, for longer if it is said again")
    void end_ofATokenAgain_isToldForTheLongerTime() {
      start(ADA, ONE);
      Instant until = START.plusSeconds(932);
      store.end(ADA, new EndScope.Token("token-1", START.plusSeconds(900)), START);
      Position before = feed.read(Position.START).next();
      store.end(ADA, new EndScope.Token("token-1", until), START);

      assertThat(names(feed.read(before))).contains("token-1");
      assertThat(until("token-1")).isAfterOrEqualTo(until);
    }

    @Test
    @DisplayName("of a token too many, which ends the sessions instead")
    void end_ofATokenTooMany_tellsTheSessions() {
      start(ADA, ONE, TWO);
      for (int i = 0; i <= AccountSessions.MAX_ENDED_TOKENS; i++) {
        store.end(ADA, new EndScope.Token("token-" + i, START.plusSeconds(932)), START);
      }

      assertThat(store.list(ADA, START)).isEmpty();
      assertThat(retained()).contains(names(ONE, TWO));
    }

    @Test
    @DisplayName("of a session that had to go for a new one")
    void start_pastTheBound_isTold() {
      start(ADA, ONE, TWO, THREE);
      store.start(ADA, fresh(session(5)), MAX, START);

      assertThat(retained()).containsExactly(names(ONE));
    }

    @Test
    @DisplayName("of all sessions at the reuse of a refresh token")
    void rotate_ofAnOlder_isTold() {
      start(ADA, ONE, TWO);
      rotate(ONE, 1, "a");
      assertThat(rotate(ONE, 1, "b")).isInstanceOf(RotateAnswer.Reused.class);

      assertThat(retained()).containsExactlyInAnyOrder(names(ONE, TWO));
    }

    @Test
    @DisplayName("of one session at a refresh token that is ahead of the store")
    void rotate_ofANewer_isTold() {
      start(ADA, ONE, TWO);
      assertThat(rotate(ONE, 2, "a")).isInstanceOf(RotateAnswer.Ahead.class);

      assertThat(retained()).containsExactly(names(ONE));
    }

    @Test
    @DisplayName("of a session, for as long as it is retained")
    void end_ofASession_isToldForAsLongAsItIsRetained() {
      start(ADA, ONE);
      store.end(ADA, new EndScope.One(ONE), START);

      assertThat(until(ONE.value())).isAfterOrEqualTo(START.plus(feed.retention()));
    }

    @Test
    @DisplayName("and nothing that goes on")
    void verbs_thatEndNothing_areNotTold() {
      start(ADA, ONE, TWO);
      start(ADA, ONE);
      rotate(ONE, 1, "a");
      rotate(ONE, 1, "a");
      store.rotate(ADA, new Rotation(TWO, 1, Optional.empty(), "b", IDLE, Duration.ZERO), START);
      store.end(ADA, new EndScope.One(THREE), START);
      store.end(ADA, new EndScope.Others(THREE), START);
      store.end(ADA, new EndScope.AllBy(THREE), START);
      store.end(BOB, new EndScope.All(), START);

      assertThat(retained()).isEmpty();
      assertThat(store.list(ADA, START)).hasSize(2);
    }
  }

  @Nested
  @DisplayName("is read on")
  class Reading {
    @Test
    @DisplayName("from where a read left off")
    void read_fromWhereItLeftOff_tellsWhatEndedSince() {
      start(ADA, ONE, TWO);
      start(BOB, OF_BOB);
      Revocations none = feed.read(Position.START);
      assertThat(none.restarted()).isFalse();
      store.end(ADA, new EndScope.One(ONE), START);
      Revocations first = feed.read(none.next());
      assertThat(first.restarted()).isFalse();
      assertThat(names(first)).containsExactly(names(ONE));
      store.end(BOB, new EndScope.All(), START);
      store.end(ADA, new EndScope.Token("token-1", START.plusSeconds(932)), START);

      Revocations second = feed.read(first.next());

      assertThat(second.restarted()).isFalse();
      assertThat(names(second)).contains("token-1", OF_BOB.value());
    }

    @Test
    @DisplayName("any number of times while nothing ends")
    void read_whileNothingEnds_restartsNothing() {
      start(ADA, ONE, TWO);
      store.end(ADA, new EndScope.One(ONE), START);
      Position at = feed.read(Position.START).next();
      for (int i = 0; i < 10; i++) {
        Revocations answer = feed.read(at);
        assertThat(answer.restarted()).isFalse();
        at = answer.next();
      }
      store.end(ADA, new EndScope.One(TWO), START);

      assertThat(names(feed.read(at))).contains(TWO.value());
    }

    @Test
    @DisplayName("by each reader on its own")
    void read_byOne_takesNothingFromAnother() {
      start(ADA, ONE, TWO);
      Position other = feed.read(Position.START).next();
      store.end(ADA, new EndScope.One(ONE), START);
      feed.read(feed.read(Position.START).next());
      store.end(ADA, new EndScope.One(TWO), START);

      assertThat(names(feed.read(other))).contains(names(ONE, TWO));
      assertThat(names(feed.read(other))).contains(names(ONE, TWO));
      assertThat(retained()).containsExactlyInAnyOrder(names(ONE, TWO));
    }

    @Test
    @DisplayName("anew from a position that is unknown here, and says so")
    void read_fromAnUnknownPosition_tellsAllAndSaysSo() {
      start(ADA, ONE, TWO);
      store.end(ADA, new EndScope.One(ONE), START);

      Revocations answer = feed.read(new Position("no position of this feed"));

      assertThat(answer.restarted()).isTrue();
      assertThat(names(answer)).containsExactly(names(ONE));
      store.end(ADA, new EndScope.One(TWO), START);
      Revocations next = feed.read(answer.next());
      assertThat(next.restarted()).isFalse();
      assertThat(names(next)).contains(TWO.value());
    }
  }

  @Test
  @DisplayName("misses no end that returned before a read began, however many end at once")
  void read_whileManyEnd_missesNothing() {
    AtomicInteger running = new AtomicInteger(RACERS);
    Set<String> returned = ConcurrentHashMap.newKeySet();
    Race.of(RACERS + 1)
        .run(
            racer -> {
              if (racer == RACERS) {
                return readDensely(running, returned);
              }
              try {
                endMany(racer, returned);
              } finally {
                running.decrementAndGet();
              }
              return true;
            });
  }

  private void endMany(int racer, Set<String> returned) {
    AccountId account = account(100 + racer);
    for (int i = 0; i < ENDS_EACH; i++) {
      SessionId id = session(1_000 * (racer + 1) + i);
      start(account, id);
      store.end(account, new EndScope.One(id), START);
      returned.add(id.value());
    }
  }

  private boolean readDensely(AtomicInteger running, Set<String> returned) {
    Set<String> told = new HashSet<>();
    Position at = Position.START;
    boolean last;
    do {
      last = running.get() == 0;
      Set<String> before = Set.copyOf(returned);
      Revocations answer = feed.read(at);
      assertThat(answer.restarted()).isFalse();
      told.addAll(names(answer));
      at = answer.next();
      assertThat(told).containsAll(before);
    } while (!last);
    assertThat(told).hasSize(RACERS * ENDS_EACH);
    return true;
  }

  @Test
  @DisplayName("remembers as long as a token of the default policy could be accepted")
  void retention_isEnoughForTheDefaultTokens() {
    assertThat(feed.retention())
        .isGreaterThanOrEqualTo(TokenPolicy.standard("https://kit.test", "kit").memory());
  }
}
