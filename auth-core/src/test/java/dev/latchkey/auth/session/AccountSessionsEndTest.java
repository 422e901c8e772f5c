package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.crypto.Base64Url;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccountSessionsEndTest {
  private static final Instant NOW = Instant.parse("2026-01-15T12:00:00Z");
  private static final Duration IDLE = Duration.ofDays(14);
  private static final SessionId ONE = id(1);
  private static final SessionId TWO = id(2);
  private static final SessionId THREE = id(3);
  private static final SessionId STRANGER = id(4);

  private AccountSessions record = AccountSessions.EMPTY;

  private static SessionId id(int number) {
    byte[] bytes = new byte[SessionId.BYTES];
    bytes[0] = (byte) number;
    return SessionId.of(bytes);
  }

  private static Session session(SessionId id, Instant now) {
    return new Session(
        id,
        new DeviceId(Base64Url.encode(new byte[32])),
        1,
        now,
        now,
        now.plus(IDLE),
        now.plus(IDLE),
        "start",
        Optional.empty(),
        Optional.empty());
  }

  @BeforeEach
  void startThree() {
    for (SessionId id : new SessionId[] {ONE, TWO, THREE}) {
      record = record.start(session(id, NOW), 50, NOW).record();
    }
  }

  private Set<SessionId> end(EndScope scope, Instant now) {
    Transition<AccountSessions, Set<SessionId>> ended = record.end(scope, now);
    record = ended.record();
    return ended.answer();
  }

  private boolean live(SessionId id) {
    return record.isLive(id, "token", NOW);
  }

  @Test
  void end_ofOne_endsThatOneAlone() {
    assertThat(end(new EndScope.One(TWO), NOW)).containsExactly(TWO);
    assertThat(live(ONE)).isTrue();
    assertThat(live(TWO)).isFalse();
    assertThat(live(THREE)).isTrue();
  }

  @Test
  void end_ofTheOthers_keepsTheOneThatAsks() {
    assertThat(end(new EndScope.Others(TWO), NOW)).containsExactlyInAnyOrder(ONE, THREE);
    assertThat(live(TWO)).isTrue();
  }

  @Test
  void end_ofAllByOne_endsThatOneToo() {
    assertThat(end(new EndScope.AllBy(TWO), NOW)).containsExactlyInAnyOrder(ONE, TWO, THREE);
  }

  @Test
  void end_atTheWordOfASessionThatIsNotThere_endsNothing() {
    assertThat(end(new EndScope.Others(STRANGER), NOW)).isEmpty();
    assertThat(end(new EndScope.AllBy(STRANGER), NOW)).isEmpty();
    assertThat(record.sessions()).hasSize(3);
  }

  @Test
  void end_atTheWordOfASessionAtItsEnd_endsNothing() {
    Instant later = NOW.plusMillis(1);
    record = record.start(session(STRANGER, later), 50, later).record();

    assertThat(end(new EndScope.AllBy(ONE), NOW.plus(IDLE))).isEmpty();
    assertThat(record.sessions()).extracting(Session::id).contains(STRANGER);
  }

  @Test
  void end_ofAll_tellsThoseThatWereLiveAndForgetsTheRest() {
    Instant later = NOW.plusMillis(1);
    record = record.start(session(STRANGER, later), 50, later).record();

    assertThat(end(new EndScope.All(), NOW.plus(IDLE))).containsExactly(STRANGER);
    assertThat(record.sessions()).isEmpty();
  }
}
