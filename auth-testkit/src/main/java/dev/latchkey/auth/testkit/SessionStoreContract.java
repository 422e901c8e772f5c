package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.MILLI;
import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.account;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.RotateAnswer;
import dev.latchkey.auth.session.RotateAnswer.Ahead;
import dev.latchkey.auth.session.RotateAnswer.NotLive;
import dev.latchkey.auth.session.RotateAnswer.Reused;
import dev.latchkey.auth.session.RotateAnswer.Rotated;
import dev.latchkey.auth.session.RotateAnswer.WrongDevice;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SessionStore} promises. Extended by store authors: answer {@link #emptyStore}
 * with an empty store, and every test must pass.
 *
 * <p>Time is an argument of each verb: a store that checks it against a clock of its own must leave
 * that out here. Tests may run in parallel.
 */
@DisplayName("A store of sessions")
public abstract class SessionStoreContract {
  private static final Duration IDLE = Duration.ofDays(14);
  private static final Duration ABSOLUTE = Duration.ofDays(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int MAX = 5;

  private static final AccountId ADA = account(1);
  private static final AccountId BOB = account(2);
  private static final SessionId ONE = session(1);
  private static final SessionId TWO = session(2);
  private static final SessionId THREE = session(3);
  private static final SessionId UNKNOWN = session(99);
  private static final DeviceId PHONE = device(1);
  private static final DeviceId LAPTOP = device(2);
  private static final String TOKEN = "token-1";
  private static final int RACERS = 64;

  private SessionStore store;

  /** Called by test frameworks, through a subclass. */
  protected SessionStoreContract() {}

  /**
   * A store in which there is nothing yet, and into which no other test writes. Called once a test.
   *
   * @return the store
   */
  protected abstract SessionStore emptyStore();

  @BeforeEach
  final void openStore() {
    store = emptyStore();
  }

  private static Session fresh(SessionId id, DeviceId device, Instant now) {
    return new Session(
        id,
        device,
        1,
        now,
        now,
        now.plus(IDLE),
        now.plus(ABSOLUTE),
        "start-" + id.value(),
        Optional.of("2001:db8::1"),
        Optional.of("Firefox \u2013 caf\u00e9 \ud83d\ude80"));
  }

  private Set<SessionId> start(SessionId id, Instant now) {
    return store.start(ADA, fresh(id, PHONE, now), MAX, now);
  }

  private static Rotation rotation(SessionId id, long generation, String call, Duration window) {
    return new Rotation(id, generation, Optional.of(PHONE), call, IDLE, window);
  }

  private RotateAnswer rotate(SessionId id, long generation, String call, Instant now) {
    return store.rotate(ADA, rotation(id, generation, call, Duration.ZERO), now);
  }

  private boolean live(SessionId id, Instant now) {
    return store.isLive(ADA, id, TOKEN, now);
  }

  private static void assertRotated(RotateAnswer answer, long generation, boolean again) {
    assertThat(answer).isInstanceOf(Rotated.class);
    assertThat(((Rotated) answer).session().generation()).isEqualTo(generation);
    assertThat(((Rotated) answer).again()).isEqualTo(again);
  }

  /** Others come, so that a store which clears away what is over on such an occasion does so. */
  private void othersCome(Instant now) {
    for (int i = 1_000; i < 1_020; i++) {
      store.start(account(i), fresh(session(i), PHONE, now), MAX, now);
    }
  }

  @Nested
  @DisplayName("begins sessions")
  class Starting {
    @Test
    @DisplayName("that are live and come back as they were")
    void start_thenTheSessionIsLiveAndListed() {
      Session whole = fresh(ONE, PHONE, START);
      Session bare =
          new Session(
              TWO,
              LAPTOP,
              7,
              START.plus(MILLI),
              START.plusMillis(2),
              START.plusMillis(3).plus(IDLE),
              START.plusMillis(4).plus(ABSOLUTE),
              "call",
              Optional.empty(),
              Optional.empty());

      assertThat(store.start(ADA, whole, MAX, START)).isEmpty();
      assertThat(store.start(ADA, bare, MAX, START.plusMillis(2))).isEmpty();

      assertThat(live(ONE, START)).isTrue();
      assertThat(store.list(ADA, START.plusMillis(2))).containsExactly(bare, whole);
    }

    @Test
    @DisplayName("once, however often the same call is delivered")
    void start_deliveredTwice_beginsOne() {
      start(ONE, START);
      assertRotated(rotate(ONE, 1, "a", START), 2, false);

      assertThat(start(ONE, START)).isEmpty();
      assertThat(store.list(ADA, START)).hasSize(1);
      assertRotated(rotate(ONE, 2, "b", START), 3, false);
    }

    @Test
    @DisplayName("up to the bound, past which the oldest go, and says which")
    void start_pastTheBound_endsTheOldest() {
      for (int i = 1; i <= MAX; i++) {
        assertThat(start(session(i), START.plusSeconds(i))).isEmpty();
      }

      assertThat(start(session(6), START.plusSeconds(6))).containsExactly(ONE);
      assertThat(live(ONE, START.plusSeconds(6))).isFalse();
      assertThat(
              store.start(
                  ADA, fresh(session(7), PHONE, START.plusSeconds(7)), 2, START.plusSeconds(7)))
          .containsExactlyInAnyOrder(TWO, THREE, session(4), session(5));
      assertThat(store.list(ADA, START.plusSeconds(7)).stream().map(Session::id))
          .containsExactly(session(7), session(6));
    }

    @Test
    @DisplayName("also after a refresh the oldest are those that began first")
    void start_pastTheBound_endsTheOldestThoughItWasUsedLast() {
      start(ONE, START);
      start(TWO, START.plusSeconds(1));
      rotate(ONE, 1, "a", START.plusSeconds(2));

      assertThat(
              store.start(ADA, fresh(THREE, PHONE, START.plusSeconds(3)), 2, START.plusSeconds(3)))
          .containsExactly(ONE);
    }

    @Test
    @DisplayName("and what has expired takes no room")
    void start_whenOthersHaveExpired_endsNone() {
      for (int i = 1; i <= MAX; i++) {
        start(session(i), START);
      }
      Instant end = START.plus(IDLE);

      assertThat(start(session(6), end)).isEmpty();
      assertThat(store.list(ADA, end).stream().map(Session::id)).containsExactly(session(6));
    }

    @Test
    @DisplayName("each for one account alone")
    void start_ofOneAccount_isNoOtherAccounts() {
      start(ONE, START);

      assertThat(store.isLive(BOB, ONE, TOKEN, START)).isFalse();
      assertThat(store.list(BOB, START)).isEmpty();
      assertThat(store.rotate(BOB, rotation(ONE, 1, "a", WINDOW), START)).isEqualTo(new NotLive());
      assertThat(store.end(BOB, new EndScope.One(ONE), START)).isEmpty();
      assertThat(store.end(BOB, new EndScope.All(), START)).isEmpty();
      assertThat(live(ONE, START)).isTrue();
    }
  }

  @Nested
  @DisplayName("ends sessions in time")
  class Expiry {
    @Test
    @DisplayName("that were idle too long, to the millisecond")
    void isLive_atTheIdleEnd_isFalse() {
      start(ONE, START);
      Instant end = START.plus(IDLE);

      othersCome(end.minus(MILLI));
      assertThat(live(ONE, end.minus(MILLI))).isTrue();
      assertThat(store.list(ADA, end.minus(MILLI))).hasSize(1);
      assertThat(live(ONE, end)).isFalse();
      assertThat(store.list(ADA, end)).isEmpty();
      assertThat(rotate(ONE, 1, "a", end)).isEqualTo(new NotLive());
    }

    @Test
    @DisplayName("unless they are refreshed in the last millisecond")
    void rotate_beforeTheIdleEnd_goesOn() {
      start(ONE, START);
      Instant late = START.plus(IDLE).minus(MILLI);

      assertRotated(rotate(ONE, 1, "a", late), 2, false);
      assertThat(live(ONE, late.plus(IDLE).minus(MILLI))).isTrue();
      assertThat(live(ONE, late.plus(IDLE))).isFalse();
    }

    @Test
    @DisplayName("and never later than at their absolute end")
    void rotate_neverExtendsTheAbsoluteEnd() {
      start(ONE, START);
      Instant end = START.plus(ABSOLUTE);
      assertRotated(rotate(ONE, 1, "a", START.plus(Duration.ofDays(13))), 2, false);
      assertRotated(rotate(ONE, 2, "b", START.plus(Duration.ofDays(26))), 3, false);

      assertRotated(rotate(ONE, 3, "c", end.minus(MILLI)), 4, false);
      othersCome(end.minus(MILLI));
      assertThat(live(ONE, end.minus(MILLI))).isTrue();
      assertThat(live(ONE, end)).isFalse();
      assertThat(rotate(ONE, 4, "d", end)).isEqualTo(new NotLive());
    }
  }

  @Nested
  @DisplayName("refreshes")
  class Rotating {
    @BeforeEach
    void startTwo() {
      start(ONE, START);
      store.start(ADA, fresh(TWO, LAPTOP, START), MAX, START);
    }

    @Test
    @DisplayName("the newest token into its successor")
    void rotate_ofTheNewest_makesTheNext() {
      Instant now = START.plusSeconds(60);
      Session before = fresh(ONE, PHONE, START);
      Session after =
          new Session(
              ONE,
              PHONE,
              2,
              START,
              now,
              now.plus(IDLE),
              START.plus(ABSOLUTE),
              "a",
              before.ip(),
              before.userAgent());

      assertThat(rotate(ONE, 1, "a", now)).isEqualTo(new Rotated(after, false));
      assertThat(store.list(ADA, now)).contains(after).hasSize(2);
      assertRotated(rotate(ONE, 2, "b", now), 3, false);
    }

    @Test
    @DisplayName("and an older one from its own device ends all sessions of the account")
    void rotate_ofAnOlder_endsAll() {
      rotate(ONE, 1, "a", START);

      assertThat(rotate(ONE, 1, "b", START)).isEqualTo(new Reused(Set.of(ONE, TWO)));
      assertThat(live(ONE, START)).isFalse();
      assertThat(live(TWO, START)).isFalse();
      assertThat(rotate(ONE, 2, "c", START)).isEqualTo(new NotLive());
      assertThat(rotate(ONE, 1, "d", START)).isEqualTo(new NotLive());
    }

    @Test
    @DisplayName("no token of another device, and changes nothing for one")
    void rotate_fromAnotherDevice_changesNothing() {
      Session whole = fresh(ONE, PHONE, START);
      for (long generation = 1; generation <= 2; generation++) {
        for (Optional<DeviceId> device : List.of(Optional.of(LAPTOP), Optional.<DeviceId>empty())) {
          assertThat(
                  store.rotate(
                      ADA, new Rotation(ONE, generation, device, "a", IDLE, WINDOW), START))
              .isEqualTo(new WrongDevice(whole));
        }
      }

      assertRotated(rotate(ONE, 1, "a", START), 2, false);
    }

    @Test
    @DisplayName("no older token of another device, and ends nothing for one")
    void rotate_ofAnOlderFromAnotherDevice_endsNothing() {
      rotate(ONE, 1, "a", START);

      assertThat(
              store.rotate(
                  ADA, new Rotation(ONE, 1, Optional.of(LAPTOP), "b", IDLE, Duration.ZERO), START))
          .isInstanceOf(WrongDevice.class);
      assertThat(live(ONE, START)).isTrue();
      assertThat(live(TWO, START)).isTrue();
    }

    @Test
    @DisplayName("no token of a session that has ended, and ends nothing for one")
    void rotate_ofAnEndedSession_changesNothing() {
      rotate(ONE, 1, "a", START);
      store.end(ADA, new EndScope.One(ONE), START);

      assertThat(rotate(ONE, 2, "b", START)).isEqualTo(new NotLive());
      assertThat(rotate(ONE, 1, "c", START)).isEqualTo(new NotLive());
      assertThat(rotate(UNKNOWN, 1, "d", START)).isEqualTo(new NotLive());
      assertThat(live(TWO, START)).isTrue();
    }

    @Test
    @DisplayName("no token that the store has never made: that session alone ends")
    void rotate_ofANewer_endsThatSessionAlone() {
      assertThat(rotate(ONE, 2, "a", START)).isEqualTo(new Ahead());
      assertThat(live(ONE, START)).isFalse();
      assertThat(live(TWO, START)).isTrue();
      assertThat(rotate(ONE, 1, "b", START)).isEqualTo(new NotLive());
    }

    @Test
    @DisplayName("once for one call, however often it is delivered")
    void rotate_deliveredTwice_answersAlike() {
      Instant now = START.plusSeconds(60);
      RotateAnswer first = rotate(ONE, 1, "a", now);
      RotateAnswer second = rotate(ONE, 1, "a", now.plus(HOUR));

      assertRotated(first, 2, false);
      assertRotated(second, 2, true);
      assertThat(((Rotated) second).session()).isEqualTo(((Rotated) first).session());
      assertRotated(rotate(ONE, 2, "b", now), 3, false);
    }

    @Test
    @DisplayName("a retry within the window into the same successor, to the millisecond")
    void rotate_ofTheParentWithinTheWindow_givesTheSameSuccessor() {
      Instant used = START.plusSeconds(60);
      rotate(ONE, 1, "a", used);
      Instant end = used.plus(WINDOW);

      assertRotated(store.rotate(ADA, rotation(ONE, 1, "b", WINDOW), used), 2, true);
      assertRotated(store.rotate(ADA, rotation(ONE, 1, "c", WINDOW), end.minus(MILLI)), 2, true);
      assertThat(store.rotate(ADA, rotation(ONE, 1, "d", WINDOW), end))
          .isEqualTo(new Reused(Set.of(ONE, TWO)));
    }

    @Test
    @DisplayName("no retry of a grandparent, window or not")
    void rotate_ofTheGrandparentWithinTheWindow_isReuse() {
      rotate(ONE, 1, "a", START);
      rotate(ONE, 2, "b", START);

      assertThat(store.rotate(ADA, rotation(ONE, 1, "a", WINDOW), START))
          .isInstanceOf(Reused.class);
      assertThat(live(ONE, START)).isFalse();
    }

    @Test
    @DisplayName("no retry without a window, not even in the same millisecond")
    void rotate_ofTheParentWithoutAWindow_isReuse() {
      rotate(ONE, 1, "a", START);

      assertThat(rotate(ONE, 1, "b", START)).isInstanceOf(Reused.class);
    }

    @Test
    @DisplayName("no retry without a window, not even for a clock that is a little behind")
    void rotate_ofTheParentWithoutAWindowAndTheClockBehind_isReuse() {
      rotate(ONE, 1, "a", START.plus(Session.MAX_SKEW));

      assertThat(rotate(ONE, 1, "b", START.plus(MILLI))).isInstanceOf(Reused.class);
    }

    @Test
    @DisplayName("and a retry does not count as use")
    void rotate_retried_extendsNothing() {
      rotate(ONE, 1, "a", START);
      store.rotate(ADA, rotation(ONE, 1, "b", WINDOW), START.plusSeconds(9));

      assertThat(store.rotate(ADA, rotation(ONE, 1, "c", WINDOW), START.plusSeconds(10)))
          .isInstanceOf(Reused.class);
    }
  }

  @Nested
  @DisplayName("ends")
  class Ending {
    @BeforeEach
    void startThree() {
      start(ONE, START);
      start(TWO, START.plusSeconds(1));
      start(THREE, START.plusSeconds(2));
    }

    private final Instant now = START.plusSeconds(3);

    private List<SessionId> left() {
      return store.list(ADA, now).stream().map(Session::id).toList();
    }

    @Test
    @DisplayName("one session, once")
    void end_one_endsThatOne() {
      assertThat(store.end(ADA, new EndScope.One(TWO), now)).containsExactly(TWO);
      assertThat(store.end(ADA, new EndScope.One(TWO), now)).isEmpty();
      assertThat(store.end(ADA, new EndScope.One(UNKNOWN), now)).isEmpty();
      assertThat(live(TWO, now)).isFalse();
      assertThat(left()).containsExactly(THREE, ONE);
    }

    @Test
    @DisplayName("all others at the word of a live one")
    void end_others_keepsTheOneThatAsks() {
      assertThat(store.end(ADA, new EndScope.Others(TWO), now))
          .containsExactlyInAnyOrder(ONE, THREE);
      assertThat(store.end(ADA, new EndScope.Others(TWO), now)).isEmpty();
      assertThat(left()).containsExactly(TWO);
    }

    @Test
    @DisplayName("none at the word of one that has ended")
    void end_atTheWordOfAnEndedOne_endsNone() {
      store.end(ADA, new EndScope.One(TWO), now);

      assertThat(store.end(ADA, new EndScope.Others(TWO), now)).isEmpty();
      assertThat(store.end(ADA, new EndScope.AllBy(TWO), now)).isEmpty();
      assertThat(store.end(ADA, new EndScope.Others(UNKNOWN), now)).isEmpty();
      assertThat(store.end(ADA, new EndScope.AllBy(UNKNOWN), now)).isEmpty();
      assertThat(left()).containsExactly(THREE, ONE);
    }

    @Test
    @DisplayName("all at the word of a live one")
    void end_allBy_endsAll() {
      assertThat(store.end(ADA, new EndScope.AllBy(TWO), now))
          .containsExactlyInAnyOrder(ONE, TWO, THREE);
      assertThat(store.end(ADA, new EndScope.AllBy(TWO), now)).isEmpty();
      assertThat(left()).isEmpty();
    }

    @Test
    @DisplayName("all at the word of the service")
    void end_all_endsAll() {
      assertThat(store.end(ADA, new EndScope.All(), now))
          .containsExactlyInAnyOrder(ONE, TWO, THREE);
      assertThat(store.end(ADA, new EndScope.All(), now)).isEmpty();
      assertThat(left()).isEmpty();
      assertThat(rotate(ONE, 1, "a", now)).isEqualTo(new NotLive());
    }

    @Test
    @DisplayName("no session that has expired")
    void end_all_doesNotTellOfExpiredOnes() {
      start(session(4), START.plus(IDLE));

      assertThat(store.end(ADA, new EndScope.All(), START.plus(IDLE).plusSeconds(2)))
          .containsExactly(session(4));
    }

    @Test
    @DisplayName("an ended session for good: a later sign-in does not bring it back")
    void start_afterTheEnd_bringsNothingBack() {
      store.end(ADA, new EndScope.All(), now);
      start(session(4), now);

      assertThat(live(ONE, now)).isFalse();
      assertThat(live(session(4), now)).isTrue();
    }

    @Test
    @DisplayName("one access token while its session goes on, as long as it is remembered")
    void end_token_endsThatTokenAlone() {
      Instant until = now.plus(Duration.ofMinutes(16));

      assertThat(store.end(ADA, new EndScope.Token(TOKEN, until), now)).isEmpty();

      othersCome(until.minus(MILLI));
      for (Instant at : List.of(now, until.minus(MILLI))) {
        assertThat(store.isLive(ADA, ONE, TOKEN, at)).isFalse();
        assertThat(store.isLive(ADA, ONE, "token-2", at)).isTrue();
        assertThat(store.isLive(ADA, ONE, "TOKEN-1", at)).isTrue();
      }
      assertRotated(rotate(ONE, 1, "a", now), 2, false);
      assertThat(store.isLive(ADA, ONE, TOKEN, now)).isFalse();
    }

    @Test
    @DisplayName("one access token again, without remembering it any shorter")
    void end_tokenAgain_remembersItAsLong() {
      Instant until = now.plus(Duration.ofMinutes(16));
      store.end(ADA, new EndScope.Token(TOKEN, until), now);
      store.end(ADA, new EndScope.Token(TOKEN, until.minusSeconds(30)), now);
      start(session(4), until.minus(MILLI));

      assertThat(store.isLive(ADA, ONE, TOKEN, until.minus(MILLI))).isFalse();
    }

    @Test
    @DisplayName("and remembers ended tokens through every other change")
    void end_token_isRememberedThroughOtherChanges() {
      store.end(ADA, new EndScope.Token(TOKEN, now.plus(HOUR)), now);
      start(session(4), now);
      rotate(ONE, 1, "a", now);
      store.end(ADA, new EndScope.One(TWO), now);
      rotate(THREE, 9, "b", now);

      assertThat(store.isLive(ADA, ONE, TOKEN, now)).isFalse();
      assertThat(store.isLive(ADA, ONE, "token-2", now)).isTrue();
    }

    @Test
    @DisplayName("never forgets an ended token for want of room: then all sessions end")
    void end_tokensPastTheBound_endsAllSessions() {
      for (int i = 0; i < AccountSessions.MAX_ENDED_TOKENS; i++) {
        assertThat(store.end(ADA, new EndScope.Token("t" + i, now.plus(HOUR)), now)).isEmpty();
      }
      assertThat(left()).hasSize(3);

      assertThat(store.end(ADA, new EndScope.Token("one more", now.plus(HOUR)), now))
          .containsExactlyInAnyOrder(ONE, TWO, THREE);
      assertThat(store.isLive(ADA, ONE, "one more", now)).isFalse();
      assertThat(store.isLive(ADA, ONE, "t0", now)).isFalse();
    }
  }

  @Nested
  @DisplayName("gives nothing away to a clock that steps back")
  class ClockSteps {
    @Test
    @DisplayName("a session waits until the clock is no more than 2 s behind it")
    void isLive_withTheClockBehind_isFalse() {
      start(ONE, START);
      Instant tolerated = START.minus(Session.MAX_SKEW);

      assertThat(live(ONE, START.minus(HOUR))).isFalse();
      assertThat(rotate(ONE, 1, "a", START.minus(HOUR))).isEqualTo(new NotLive());
      assertThat(store.list(ADA, START.minus(HOUR))).as("what can be ended").hasSize(1);
      assertThat(live(ONE, tolerated.minus(MILLI))).isFalse();
      assertThat(live(ONE, tolerated)).isTrue();
    }

    @Test
    @DisplayName("a session is not lost to it")
    void start_ofAnotherWithTheClockBehind_keepsTheFirst() {
      start(ONE, START);
      start(TWO, START.minus(HOUR));

      assertThat(live(TWO, START.minus(HOUR))).isTrue();
      assertRotated(rotate(ONE, 1, "a", START), 2, false);
      assertThat(store.list(ADA, START).stream().map(Session::id)).containsExactly(ONE, TWO);
    }

    @Test
    @DisplayName("a session can be ended by it")
    void end_withTheClockBehind_ends() {
      start(ONE, START);
      start(TWO, START);

      start(THREE, START);
      start(session(4), START);
      Instant behind = START.minus(HOUR);

      assertThat(store.end(ADA, new EndScope.One(ONE), behind)).containsExactly(ONE);
      assertThat(store.end(ADA, new EndScope.Others(TWO), behind))
          .containsExactlyInAnyOrder(THREE, session(4));
      assertThat(store.end(ADA, new EndScope.AllBy(TWO), behind)).containsExactly(TWO);
      assertThat(store.list(ADA, START)).isEmpty();
    }

    @Test
    @DisplayName("all sessions can be ended at the word of one that is ahead of it")
    void endAllBy_withTheClockBehind_endsThem() {
      start(ONE, START);
      start(TWO, START);
      Instant behind = START.minus(HOUR);

      assertThat(store.end(ADA, new EndScope.AllBy(ONE), behind)).isEqualTo(Set.of(ONE, TWO));
      assertThat(live(ONE, START)).isFalse();
      assertThat(live(TWO, START)).isFalse();
    }

    @Test
    @DisplayName("a refresh after the step lengthens no session")
    void rotate_withTheClockBehind_lengthensNothing() {
      start(ONE, START.minus(HOUR));
      rotate(ONE, 1, "a", START);
      Instant behind = START.minus(Duration.ofMinutes(59));
      assertRotated(rotate(ONE, 2, "b", behind), 3, false);

      assertThat(live(ONE, behind.plus(IDLE).minus(MILLI))).isTrue();
      assertThat(live(ONE, behind.plus(IDLE))).isFalse();
    }

    @Test
    @DisplayName("a retry window does not open again by it")
    void rotate_ofTheParentWithTheClockBehind_isReuse() {
      start(ONE, START);
      Instant used = START.plus(HOUR);
      rotate(ONE, 1, "a", used);
      Instant tolerated = used.minus(Session.MAX_SKEW);

      assertRotated(store.rotate(ADA, rotation(ONE, 1, "b", WINDOW), tolerated), 2, true);
      assertThat(store.rotate(ADA, rotation(ONE, 1, "c", WINDOW), tolerated.minus(MILLI)))
          .isInstanceOf(Reused.class);
    }
  }

  @Nested
  @DisplayName("is exact under concurrency")
  class Races {
    private final int rounds = Thorough.rounds(5, 1_000);

    @Test
    @DisplayName("of many parallel refreshes with one token one makes a new generation")
    void rotate_inParallel_makesOneGeneration() {
      for (int round = 0; round < rounds; round++) {
        SessionId id = session(100 + round);
        start(id, START);

        Tally<RotateAnswer> tally = Race.of(RACERS).run(i -> rotate(id, 1, "call-" + i, START));

        assertThat(tally.countOf(Rotated.class)).isOne();
        assertRotated(tally.all(Rotated.class).get(0), 2, false);
        // The first loser is the proof of reuse; the others come to a session that has ended.
        assertThat(tally.count(new Reused(Set.of(id)))).isOne();
        assertThat(tally.count(new NotLive())).isEqualTo(RACERS - 2);
        assertThat(live(id, START)).isFalse();
      }
    }

    @Test
    @DisplayName("and within the retry window all share one successor")
    void rotate_inParallelWithinTheWindow_sharesOneSuccessor() {
      for (int round = 0; round < rounds; round++) {
        SessionId id = session(100 + round);
        start(id, START);

        Tally<RotateAnswer> tally =
            Race.of(RACERS)
                .run(i -> store.rotate(ADA, rotation(id, 1, "call-" + i, WINDOW), START));

        List<Rotated> rotated = tally.all(Rotated.class);
        assertThat(rotated).hasSize(RACERS);
        assertThat(rotated.stream().filter(answer -> !answer.again())).hasSize(1);
        assertThat(rotated.stream().map(Rotated::session).distinct()).hasSize(1);
        assertRotated(rotate(id, 2, "next", START), 3, false);
        store.end(ADA, new EndScope.All(), START);
      }
    }

    @Test
    @DisplayName("one call that is delivered many times at once makes one generation")
    void rotate_theSameCallInParallel_makesOneGeneration() {
      for (int round = 0; round < rounds; round++) {
        SessionId id = session(100 + round);
        start(id, START);

        Tally<RotateAnswer> tally = Race.of(RACERS).run(i -> rotate(id, 1, "the call", START));

        List<Rotated> rotated = tally.all(Rotated.class);
        assertThat(rotated).hasSize(RACERS);
        assertThat(rotated.stream().filter(answer -> !answer.again())).hasSize(1);
        assertRotated(rotate(id, 2, "next", START), 3, false);
        store.end(ADA, new EndScope.All(), START);
      }
    }

    @Test
    @DisplayName("revoke beats refresh: after any end has returned, no token is accepted")
    void rotate_racingEnd_leavesNothingLive() {
      List<EndScope> scopes =
          List.of(
              new EndScope.One(ONE),
              new EndScope.Others(TWO),
              new EndScope.AllBy(TWO),
              new EndScope.All());
      for (int round = 0; round < rounds; round++) {
        for (EndScope scope : scopes) {
          AccountId account = account(100 + round * scopes.size() + scopes.indexOf(scope));
          store.start(account, fresh(ONE, PHONE, START), MAX, START);
          store.start(account, fresh(TWO, LAPTOP, START), MAX, START);

          Tally<Boolean> tally =
              Race.of(2)
                  .run(
                      i ->
                          i == 0
                              ? store.end(account, scope, START).contains(ONE)
                              : refreshesWhileItCan(account));

          assertThat(tally.outcomes().get(0)).as("%s ended the session", scope).isTrue();
          assertThat(store.isLive(account, ONE, TOKEN, START)).isFalse();
          for (long generation = 1; generation < 100; generation++) {
            assertThat(store.rotate(account, rotation(ONE, generation, "late", WINDOW), START))
                .isEqualTo(new NotLive());
          }
        }
      }
    }

    /** Refreshes as a client does, until its session has ended. */
    private boolean refreshesWhileItCan(AccountId account) {
      long generation = 1;
      for (int i = 0; i < 20; i++) {
        RotateAnswer answer =
            store.rotate(account, rotation(ONE, generation, "call-" + i, WINDOW), START);
        if (!(answer instanceof Rotated rotated)) {
          return false;
        }
        generation = rotated.session().generation();
      }
      return true;
    }

    @Test
    @DisplayName("a sign-in that races the end of all sessions is ended by it or begins after it")
    void start_racingEndAll_isEndedOrLive() {
      for (int round = 0; round < rounds; round++) {
        AccountId account = account(100 + round);

        Tally<Set<SessionId>> tally =
            Race.of(RACERS)
                .run(
                    i ->
                        i == RACERS / 2
                            ? store.end(account, new EndScope.All(), START)
                            : store.start(account, fresh(session(i), PHONE, START), RACERS, START));

        Set<SessionId> ended = tally.outcomes().get(RACERS / 2);
        for (int i = 0; i < RACERS; i++) {
          if (i != RACERS / 2) {
            assertThat(store.isLive(account, session(i), TOKEN, START))
                .isNotEqualTo(ended.contains(session(i)));
          }
        }
      }
    }

    @Test
    @DisplayName("no more sessions than the bound are live after many begin at once")
    void start_inParallel_keepsToTheBound() {
      for (int round = 0; round < rounds; round++) {
        AccountId account = account(100 + round);

        Tally<Set<SessionId>> tally =
            Race.of(RACERS)
                .run(i -> store.start(account, fresh(session(i), PHONE, START), MAX, START));

        List<SessionId> live = store.list(account, START).stream().map(Session::id).toList();
        List<SessionId> gone = tally.outcomes().stream().flatMap(Set::stream).toList();
        assertThat(live).hasSize(MAX);
        assertThat(gone).hasSize(RACERS - MAX).doesNotHaveDuplicates();
        List<SessionId> all = new ArrayList<>(live);
        all.addAll(gone);
        assertThat(new HashSet<>(all)).hasSize(RACERS);
      }
    }

    @Test
    @DisplayName("of many parallel ends each session is ended by one")
    void end_inParallel_endsEachOnce() {
      for (int round = 0; round < rounds; round++) {
        AccountId account = account(100 + round);
        for (int i = 0; i < MAX; i++) {
          store.start(account, fresh(session(i), PHONE, START), MAX, START);
        }

        Tally<Set<SessionId>> tally =
            Race.of(16)
                .run(
                    i ->
                        store.end(
                            account,
                            i % 2 == 0 ? new EndScope.All() : new EndScope.One(session(i % MAX)),
                            START));

        assertThat(tally.outcomes().stream().flatMap(Set::stream))
            .containsExactlyInAnyOrderElementsOf(
                IntStream.range(0, MAX).mapToObj(Samples::session).toList());
      }
    }

    @Test
    @DisplayName("refreshes of different sessions lose nothing to each other")
    void rotate_ofDifferentSessionsInParallel_losesNothing() {
      for (int round = 0; round < rounds; round++) {
        AccountId account = account(100 + round);
        for (int i = 0; i < 8; i++) {
          store.start(account, fresh(session(i), PHONE, START), 8, START);
        }

        Race.of(8)
            .run(
                i -> {
                  for (long generation = 1; generation <= 10; generation++) {
                    assertRotated(
                        store.rotate(
                            account,
                            rotation(session(i), generation, "call-" + generation, Duration.ZERO),
                            START),
                        generation + 1,
                        false);
                  }
                  return i;
                });

        assertThat(store.list(account, START).stream().map(Session::generation))
            .hasSize(8)
            .containsOnly(11L);
      }
    }
  }
}
