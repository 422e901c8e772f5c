package dev.latchkey.auth.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.session.AccountSessions;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.store.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The sessions of one account, told to a store and to the pure functions. */
final class SessionComparison {
  private static final Duration LONGEST = Duration.ofDays(40);

  private final SessionStore store;
  private final Draw draw;
  private final Answers answers;
  private final AccountId who;
  private final Duration retryWindow;
  private AccountSessions state = AccountSessions.EMPTY;
  private Instant now;
  private int step;

  SessionComparison(SessionStore store, long seed, Answers answers) {
    this.store = store;
    this.draw = new Draw(seed);
    this.answers = answers;
    this.who = draw.account();
    this.retryWindow = draw.oneIn(3) ? Duration.ZERO : draw.upTo(Duration.ofMinutes(1));
    this.now = Draw.START;
  }

  void run(int steps) {
    for (step = 1; step <= steps; step++) {
      now = draw.next(now, edges());
      step();
    }
  }

  private void step() {
    SessionId id = draw.mostly(state.sessions().stream().map(Session::id).toList(), draw.session());
    String token = draw.token();
    switch (draw.below(12)) {
      case 0, 1, 2 -> {
        Session begun = begin(id);
        int max = draw.between(1, 5);
        compare("start", state.start(begun, max, now), store.start(who, begun, max, now));
      }
      case 3, 4, 5, 6 -> {
        Rotation rotation = rotation(id);
        compare("rotate", state.rotate(rotation, now), store.rotate(who, rotation, now));
      }
      case 7, 8 -> {
        EndScope scope = scope(id, token);
        compare("end", state.end(scope, now), store.end(who, scope, now));
      }
      case 9 -> compare("list", new Transition<>(state, state.list(now)), store.list(who, now));
      default ->
          compare(
              "isLive",
              new Transition<>(state, state.isLive(id, token, now)),
              store.isLive(who, id, token, now));
    }
  }

  private Session begin(SessionId id) {
    Instant created = now.plusMillis(draw.oneIn(8) ? draw.between(1_990, 2_010) : 0);
    return new Session(
        id,
        draw.device(),
        draw.between(1, 2),
        created,
        created,
        created.plus(draw.upTo(LONGEST)),
        created.plus(draw.upTo(LONGEST)),
        draw.text(),
        draw.maybe("192.0.2.1"),
        draw.maybe(draw.text()));
  }

  /** Mostly the newest token from the right device, so that histories go on. */
  private Rotation rotation(SessionId id) {
    Session known =
        state.sessions().stream().filter(s -> s.id().equals(id)).findFirst().orElse(begin(id));
    long behind = draw.from(List.of(-1, 0, 0, 0, 0, 1, 1, 1, 1, 2));
    return new Rotation(
        id,
        Math.max(1, known.generation() - behind),
        draw.oneIn(6) ? draw.maybe(draw.device()) : Optional.of(known.device()),
        draw.oneIn(4) ? known.lastCall() : draw.text(),
        draw.upTo(LONGEST),
        retryWindow);
  }

  private EndScope scope(SessionId id, String token) {
    return switch (draw.below(8)) {
      case 0 -> new EndScope.All();
      case 1 -> new EndScope.AllBy(id);
      case 2 -> new EndScope.Others(id);
      case 3, 4 -> new EndScope.One(id);
      default -> new EndScope.Token(token, now.plus(draw.upTo(LONGEST)).minusMillis(5));
    };
  }

  private <A> void compare(String verb, Transition<AccountSessions, A> expected, A answer) {
    assertThat(answer).as("step %d, %s", step, verb).isEqualTo(expected.answer());
    answers.saw(verb, answer);
    state = expected.record();
  }

  /** When something of the record ends or begins to count. */
  private List<Instant> edges() {
    return Stream.concat(
            state.sessions().stream()
                .flatMap(
                    session ->
                        Stream.of(
                            session.endsAt(),
                            session.createdAt().minus(Session.MAX_SKEW),
                            session.lastUsedAt().plus(retryWindow),
                            session.lastUsedAt().minus(Session.MAX_SKEW))),
            state.endedTokens().values().stream())
        .toList();
  }
}
