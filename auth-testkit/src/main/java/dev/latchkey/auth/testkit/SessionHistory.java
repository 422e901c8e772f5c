package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;

import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.session.EndScope;
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
import java.util.SplittableRandom;

/** Sessions of two accounts. */
final class SessionHistory {
  private static final int STEPS = 60;
  private static final int MAX_SESSIONS = 3;
  private static final Duration IDLE = Duration.ofDays(14);
  private static final Duration ABSOLUTE = Duration.ofDays(30);

  private final SessionStore store;
  private final SplittableRandom random;
  private final Duration window;
  private final List<Explanations<ModelSessions>> accounts = new ArrayList<>();
  private Instant now = Samples.START;
  private int begun;

  private SessionHistory(SessionStore store, SplittableRandom random) {
    this.store = store;
    this.random = random;
    this.window = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(10);
    for (int i = 0; i < 2; i++) {
      accounts.add(new Explanations<>(new ModelSessions()));
    }
  }

  static void run(SessionStore store, SplittableRandom random) {
    SessionHistory history = new SessionHistory(store, random);
    for (int i = 0; i < STEPS; i++) {
      history.now = Steps.onOrBack(history.now, random, Duration.ofDays(9));
      int number = random.nextInt(2);
      Explanations<ModelSessions> account = history.accounts.get(number);
      account.step(random, () -> history.draw(Samples.account(number), account.any()));
      account.make(List.of(history.list(Samples.account(number))));
    }
  }

  private Call<ModelSessions> list(AccountId who) {
    Instant time = now;
    return Call.of("list", () -> new HashSet<>(store.list(who, time)), model -> model.list(time));
  }

  private Call<ModelSessions> draw(AccountId who, ModelSessions drawFrom) {
    SessionId id = session(Math.max(0, begun - 1 - random.nextInt(5)));
    String token = "token-" + random.nextInt(4);
    Instant time = now;
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        Session fresh = begin();
        yield Call.of(
            "start",
            () -> store.start(who, fresh, MAX_SESSIONS, time),
            model -> model.start(fresh, MAX_SESSIONS, time));
      }
      case 2, 3, 4, 5 -> {
        Rotation rotation = rotation(id, generation(drawFrom, id));
        yield Call.of(
            "rotate",
            () -> store.rotate(who, rotation, time),
            model -> model.rotate(rotation, time));
      }
      case 6 -> {
        EndScope scope = scope(id, token);
        yield Call.of("end", () -> store.end(who, scope, time), model -> model.end(scope, time));
      }
      default ->
          Call.of(
              "isLive",
              () -> store.isLive(who, id, token, time),
              model -> model.isLive(id, token, time));
    };
  }

  private long generation(ModelSessions model, SessionId id) {
    long newest =
        model.list(now).stream()
            .filter(session -> session.id().equals(id))
            .mapToLong(Session::generation)
            .findFirst()
            .orElse(1);
    // Mostly the newest token, now and then an older one, seldom one that the store has lost.
    int draw = random.nextInt(20);
    return draw == 0 ? newest + 1 : Math.max(1, newest - (draw < 5 ? draw % 3 : 0));
  }

  private Rotation rotation(SessionId id, long generation) {
    Optional<DeviceId> device =
        random.nextInt(6) == 0 ? Optional.empty() : Optional.of(device(random.nextInt(9) / 8));
    return new Rotation(id, generation, device, "call-" + random.nextInt(6), IDLE, window);
  }

  private EndScope scope(SessionId id, String token) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new EndScope.One(id);
      case 2 -> new EndScope.Others(id);
      case 3 -> new EndScope.AllBy(id);
      case 4 -> new EndScope.All();
      default -> new EndScope.Token(token, now.plus(Duration.ofDays(400)));
    };
  }

  private Session begin() {
    int number = begun++;
    return new Session(
        session(number),
        device(random.nextInt(9) / 8),
        1,
        now,
        now,
        now.plus(IDLE),
        now.plus(ABSOLUTE),
        "start-" + number,
        Optional.empty(),
        Optional.empty());
  }
}
