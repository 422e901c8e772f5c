package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.session.RotateAnswer.Ahead;
import dev.latchkey.auth.session.RotateAnswer.NotLive;
import dev.latchkey.auth.session.RotateAnswer.Reused;
import dev.latchkey.auth.session.RotateAnswer.Rotated;
import dev.latchkey.auth.session.RotateAnswer.WrongDevice;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AccountSessionsTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration IDLE = Duration.ofDays(14);
  private static final Duration ABSOLUTE = Duration.ofDays(30);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final DeviceId PHONE = device(1);
  private static final DeviceId LAPTOP = device(2);
  private static final SessionId ONE = id(1);
  private static final SessionId TWO = id(2);

  private AccountSessions record = AccountSessions.EMPTY;

  private static SessionId id(int number) {
    byte[] bytes = new byte[SessionId.BYTES];
    bytes[0] = (byte) number;
    return SessionId.of(bytes);
  }

  private static DeviceId device(int number) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) number;
    return new DeviceId(Base64Url.encode(bytes));
  }

  private static Session session(SessionId id, Instant now) {
    return new Session(
        id,
        PHONE,
        1,
        now,
        now,
        now.plus(IDLE),
        now.plus(ABSOLUTE),
        "start",
        Optional.empty(),
        Optional.empty());
  }

  private <T> T keep(Transition<AccountSessions, T> done) {
    record = done.record();
    return done.answer();
  }

  private Set<SessionId> start(SessionId id, Instant now) {
    return keep(record.start(session(id, now), 50, now));
  }

  private RotateAnswer rotate(
      SessionId id, long generation, String call, Duration window, Instant now) {
    return keep(
        record.rotate(new Rotation(id, generation, Optional.of(PHONE), call, IDLE, window), now));
  }

  private boolean live(SessionId id, Instant now) {
    return record.isLive(id, "token", now);
  }

  @Test
  void start_pastTheBound_endsTheOldest_andTheSameAgainChangesNothing() {
    start(ONE, NOW);
    start(TWO, NOW.plusSeconds(1));
    AccountSessions before = record;

    assertThat(keep(record.start(session(TWO, NOW), 1, NOW))).isEmpty();
    assertThat(record).isSameAs(before);
    assertThat(keep(record.start(session(id(3), NOW), 2, NOW))).containsExactly(ONE);
    assertThat(live(ONE, NOW)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> record.start(session(id(4), NOW), 0, NOW))
        .withMessage("max must be 1 or more, got 0");
  }

  @Test
  void rotate_isJudgedBySessionThenDeviceThenGeneration() {
    start(ONE, NOW);
    start(TWO, NOW);
    rotate(ONE, 1, "a", Duration.ZERO, NOW);
    Rotation older = new Rotation(ONE, 1, Optional.of(LAPTOP), "b", IDLE, Duration.ZERO);
    Rotation newer = new Rotation(ONE, 9, Optional.empty(), "b", IDLE, Duration.ZERO);
    AccountSessions before = record;

    assertThat(keep(record.rotate(older, NOW))).isInstanceOf(WrongDevice.class);
    assertThat(keep(record.rotate(newer, NOW))).isInstanceOf(WrongDevice.class);
    assertThat(rotate(id(9), 1, "b", WINDOW, NOW)).isEqualTo(new NotLive());
    assertThat(record).isSameAs(before);
    assertThat(rotate(ONE, 1, "b", Duration.ZERO, NOW)).isEqualTo(new Reused(Set.of(ONE, TWO)));
    assertThat(rotate(ONE, 2, "c", Duration.ZERO, NOW)).isEqualTo(new NotLive());
  }

  @Test
  void rotate_ofAGenerationAhead_endsThatSessionAlone() {
    start(ONE, NOW);
    start(TWO, NOW);

    assertThat(rotate(ONE, 2, "a", WINDOW, NOW)).isEqualTo(new Ahead());
    assertThat(record.sessions().stream().map(Session::id)).containsExactly(TWO);
  }

  @Test
  void rotate_retriedWithinTheWindow_givesTheSameSuccessor_toTheMillisecond() {
    start(ONE, NOW);
    Rotated first = (Rotated) rotate(ONE, 1, "a", WINDOW, NOW);

    assertThat(rotate(ONE, 1, "b", WINDOW, NOW.plus(WINDOW).minusMillis(1)))
        .isEqualTo(new Rotated(first.session(), true));
    assertThat(rotate(ONE, 1, "a", Duration.ZERO, NOW.plus(WINDOW)))
        .as("the same call delivered twice")
        .isEqualTo(new Rotated(first.session(), true));
    assertThat(rotate(ONE, 1, "b", WINDOW, NOW.plus(WINDOW))).isInstanceOf(Reused.class);
  }

  @Test
  void rotate_withoutAWindow_isReuse_alsoForAClockALittleBehind() {
    start(ONE, NOW.minusSeconds(60));
    rotate(ONE, 1, "a", Duration.ZERO, NOW);

    assertThat(rotate(ONE, 1, "b", Duration.ZERO, NOW.minusMillis(1))).isInstanceOf(Reused.class);
  }

  @Test
  void isLive_endsWithTheEarlierEnd_andBeginsTwoSecondsBefore() {
    Session session = session(ONE, NOW);
    assertThat(session.endsAt()).isEqualTo(NOW.plus(IDLE));
    assertThat(session.isLive(NOW.plus(IDLE).minusMillis(1))).isTrue();
    assertThat(session.isLive(NOW.plus(IDLE))).isFalse();
    assertThat(session.isLive(NOW.minusMillis(2_000))).isTrue();
    assertThat(session.isLive(NOW.minusMillis(2_001))).isFalse();

    Session late = session.rotated("a", IDLE, NOW.plus(Duration.ofDays(29)));
    assertThat(late.endsAt()).isEqualTo(NOW.plus(ABSOLUTE));
    assertThat(late.isLive(NOW.plus(ABSOLUTE).minusMillis(1))).isTrue();
    assertThat(late.isLive(NOW.plus(ABSOLUTE))).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Session(
                    ONE, PHONE, 0, NOW, NOW, NOW, NOW, "a", Optional.empty(), Optional.empty()));
  }

  @Test
  void end_ofAToken_endsItAlone_andRemembersTheLaterEnd() {
    start(ONE, NOW);
    Instant until = NOW.plusSeconds(960);
    keep(record.end(new EndScope.Token("token", until), NOW));
    keep(record.end(new EndScope.Token("token", until.minusSeconds(60)), NOW));
    start(TWO, until.minusMillis(1));

    assertThat(live(ONE, until.minusMillis(1))).isFalse();
    assertThat(record.isLive(ONE, "another", NOW)).isTrue();
    assertThat(record.endedTokens()).containsEntry("token", until);
    start(id(3), until);
    assertThat(record.endedTokens()).isEmpty();
  }

  @Test
  void end_ofMoreTokensThanThereIsRoomFor_endsTheSessions() {
    start(ONE, NOW);
    Map<String, Instant> full =
        IntStream.range(0, AccountSessions.MAX_ENDED_TOKENS)
            .boxed()
            .collect(Collectors.toMap(i -> "t" + i, i -> NOW.plusSeconds(60)));
    record = new AccountSessions(record.sessions(), full);

    assertThat(keep(record.end(new EndScope.Token("t0", NOW.plusSeconds(60)), NOW))).isEmpty();
    assertThat(keep(record.end(new EndScope.Token("more", NOW.plusSeconds(60)), NOW)))
        .containsExactly(ONE);
    assertThat(record.isLive(ONE, "more", NOW)).isFalse();
  }

  @Test
  void list_isOfTheSessionsThatGoOn_theNewestFirst() {
    start(ONE, NOW);
    start(id(3), NOW.plusSeconds(2));
    start(TWO, NOW.plusSeconds(1));

    assertThat(record.list(NOW.plusSeconds(2)))
        .extracting(Session::id)
        .containsExactly(id(3), TWO, ONE);
    assertThat(record.list(NOW.plus(IDLE))).extracting(Session::id).containsExactly(id(3), TWO);
  }

  @Test
  void expiresAt_isTheEndOfTheLastThingThatItHolds() {
    assertThat(AccountSessions.EMPTY.expiresAt()).isEqualTo(Instant.EPOCH);
    start(ONE, NOW);
    assertThat(record.expiresAt()).isEqualTo(NOW.plus(IDLE));
    keep(record.end(new EndScope.Token("token", NOW.plus(ABSOLUTE)), NOW));
    assertThat(record.expiresAt()).isEqualTo(NOW.plus(ABSOLUTE));
  }

  /** Whatever happens in whatever order, and however the clock steps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void randomHistories_bringNoEndedSessionBack_andMakeEachGenerationOnce(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int history = 0; history < 30; history++) {
      record = AccountSessions.EMPTY;
      Set<SessionId> ended = new HashSet<>();
      Set<String> made = new HashSet<>();
      Instant now = NOW;
      for (int i = 0; i < 200; i++) {
        now =
            switch (random.nextInt(10)) {
              case 0 -> now.minus(Duration.ofMinutes(random.nextInt(90)));
              case 1 -> now.plus(Duration.ofDays(random.nextInt(5)));
              default -> now.plusSeconds(random.nextInt(8));
            };
        SessionId id = id(random.nextInt(12));
        if (random.nextInt(3) == 0) {
          if (!ended.contains(id)) {
            ended.addAll(keep(record.start(session(id, now), 4, now)));
          }
        } else if (random.nextInt(8) == 0) {
          EndScope scope =
              switch (random.nextInt(4)) {
                case 0 -> new EndScope.One(id);
                case 1 -> new EndScope.Others(id);
                case 2 -> new EndScope.AllBy(id);
                default -> new EndScope.Token("t" + i, now.plusSeconds(60));
              };
          ended.addAll(keep(record.end(scope, now)));
        } else {
          RotateAnswer answer =
              rotate(
                  id,
                  1 + random.nextInt(4),
                  "call" + i,
                  random.nextBoolean() ? WINDOW : Duration.ZERO,
                  now);
          if (answer instanceof Rotated rotated && !rotated.again()) {
            Session session = rotated.session();
            assertThat(made.add(id.value() + session.createdAt() + session.generation())).isTrue();
            assertThat(session.endsAt()).isBeforeOrEqualTo(session.createdAt().plus(ABSOLUTE));
          } else if (answer instanceof Reused reused) {
            ended.addAll(reused.ended());
          } else if (answer instanceof Ahead) {
            ended.add(id);
          }
        }
        assertThat(record.sessions()).hasSizeLessThanOrEqualTo(4);
        for (SessionId gone : ended) {
          assertThat(live(gone, now)).isFalse();
          assertThat(rotate(gone, 1, "late", WINDOW, now)).isEqualTo(new NotLive());
        }
      }
    }
  }
}
