package dev.latchkey.auth.testkit;

import static dev.latchkey.auth.testkit.Samples.START;
import static dev.latchkey.auth.testkit.Samples.account;
import static dev.latchkey.auth.testkit.Samples.device;
import static dev.latchkey.auth.testkit.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthStores;
import dev.latchkey.auth.account.AccountId;
import dev.latchkey.auth.account.IdentityHash;
import dev.latchkey.auth.client.DeviceId;
import dev.latchkey.auth.lockout.LockId;
import dev.latchkey.auth.lockout.LockoutPolicy;
import dev.latchkey.auth.lockout.LockoutTable;
import dev.latchkey.auth.otp.ChallengeId;
import dev.latchkey.auth.otp.CodeForm;
import dev.latchkey.auth.otp.Guess;
import dev.latchkey.auth.otp.LiveCode;
import dev.latchkey.auth.otp.OtpRules;
import dev.latchkey.auth.otp.OtpStore;
import dev.latchkey.auth.otp.Unlock;
import dev.latchkey.auth.ratelimit.Quota;
import dev.latchkey.auth.ratelimit.RateDecision;
import dev.latchkey.auth.ratelimit.RateLimitStore;
import dev.latchkey.auth.ratelimit.Reservation;
import dev.latchkey.auth.ratelimit.Subject;
import dev.latchkey.auth.session.EndScope;
import dev.latchkey.auth.session.Rotation;
import dev.latchkey.auth.session.Session;
import dev.latchkey.auth.session.SessionId;
import dev.latchkey.auth.session.SessionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random histories, every answer of which is the one that a slow and simple model gives: one that
 * keeps lists of all that ever happened, and knows nothing of the rules' real code. Extended by
 * store authors: give it fresh stores, and every test must pass.
 *
 * <p>Time goes on by milliseconds, minutes and weeks, and sometimes a little back. A failure names
 * its seed; {@code -Dlatchkey.seed=} replays that one alone.
 */
@DisplayName("Random histories over these stores")
public abstract class HistoryContract {
  private static final int DEFAULT_SEEDS = 500;
  private static final int STEPS = 60;
  private static final int MAX_SESSIONS = 3;
  private static final Duration IDLE = Duration.ofDays(14);
  private static final Duration ABSOLUTE = Duration.ofDays(30);

  /** Small numbers, so that a short history meets all of them. */
  private static final OtpRules RULES =
      new OtpRules(
          new LockoutTable(
              LockoutTable.of(LockoutPolicy.standard()).penalties(),
              12,
              Duration.ofDays(2),
              Duration.ofDays(3),
              Duration.ofDays(1)),
          3,
          3,
          2,
          Duration.ofSeconds(20),
          2,
          Duration.ofDays(5));

  /** Made by test frameworks, which call subclasses only. */
  protected HistoryContract() {}

  /**
   * Fresh stores, with nothing in them that another history has put there. Called once a seed.
   *
   * @param clock the time at which the history begins; its verbs bring times of their own
   * @return the stores
   */
  protected abstract AuthStores stores(Clock clock);

  /**
   * How many histories of each kind the default build runs. Overridden where a call is slow.
   *
   * @return 1 or more
   */
  protected int seeds() {
    return DEFAULT_SEEDS;
  }

  private AuthStores fresh() {
    return stores(MutableClock.at(START));
  }

  /** Mostly on, and sometimes back by less than the skew that stores allow. */
  private static Instant later(Instant now, SplittableRandom random, Duration longest) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> now;
      case 4, 5 -> now.plusMillis(random.nextInt(1, 20));
      case 6, 7 -> now.plusSeconds(random.nextInt(1, 15));
      case 8, 9 -> now.plusSeconds(random.nextInt(1, 400));
      case 10 -> now.plusMillis(random.nextLong(1, longest.toMillis()));
      default -> now.minusMillis(random.nextInt(1, 1_000));
    };
  }

  @Test
  @DisplayName("of rate limits answer as the list of all admissions does")
  final void rateLimits_inRandomHistories_answerAsTheModel() {
    Seeds.run(seeds(), 8 * seeds(), seed -> limits(new SplittableRandom(seed)));
  }

  private void limits(SplittableRandom random) {
    RateLimitStore store = fresh().rateLimits();
    List<Quota> quotas =
        List.of(
            Quota.of(random.nextInt(1, 5), Duration.ofSeconds(random.nextInt(1, 300))),
            Quota.of(random.nextInt(1, 12), Duration.ofSeconds(random.nextInt(300, 4_000))));
    Map<Subject, ModelRateLog> models = new HashMap<>();
    List<Reservation> reservations = new ArrayList<>();
    Instant now = START;
    for (int i = 0; i < STEPS; i++) {
      // Forward only: a log may be dropped at its end, and then remembers no later time.
      Instant next = later(now, random, Duration.ofHours(2));
      now = next.isBefore(now) ? now : next;
      Subject subject = new Subject("history", "s" + random.nextInt(2));
      ModelRateLog model = models.computeIfAbsent(subject, any -> new ModelRateLog());
      if (random.nextInt(5) == 0 && !reservations.isEmpty()) {
        Reservation back = reservations.get(random.nextInt(reservations.size()));
        store.refund(back);
        models.computeIfAbsent(back.subject(), any -> new ModelRateLog()).takeBack(back.stamp());
        continue;
      }
      int room = model.remaining(quotas, now);
      RateDecision decision = store.acquire(subject, quotas, now);
      if (room == 0) {
        assertThat(decision).as("step %d", i).isInstanceOf(RateDecision.Refused.class);
        assertThat(((RateDecision.Refused) decision).retryAfter().toMillis())
            .as("wait of step %d", i)
            .isEqualTo(model.waitMillis(quotas, now));
      } else {
        assertThat(decision).as("step %d", i).isInstanceOf(RateDecision.Admitted.class);
        long stamp = ((RateDecision.Admitted) decision).stamp();
        model.admitted(now, stamp);
        reservations.add(new Reservation(subject, stamp));
        assertThat(decision.standing().remaining())
            .as("remaining at step %d", i)
            .isEqualTo(model.remaining(quotas, now));
      }
    }
  }

  @Test
  @DisplayName("of sign-ins answer as the lists of all challenges, guesses and devices do")
  final void signIns_inRandomHistories_answerAsTheModel() {
    Seeds.run(seeds(), 8 * seeds(), seed -> signIns(new SplittableRandom(seed)));
  }

  private void signIns(SplittableRandom random) {
    OtpStore store = fresh().otp();
    OtpRules rules = RULES;
    IdentityHash who = Samples.identity(1);
    ModelSignIn model = new ModelSignIn(rules);
    List<LockId> locks = new ArrayList<>();
    Instant now = START;
    int opened = 0;
    int codes = 0;
    for (int i = 0; i < 2 * STEPS; i++) {
      // Forward only: what has ended may be dropped, and then is not there when time steps back.
      Instant next = later(now, random, Duration.ofHours(30));
      now = next.isBefore(now) ? now : next;
      ChallengeId challenge = Samples.challenge(Math.max(0, opened - random.nextInt(1, 5)));
      Optional<DeviceId> from =
          random.nextInt(3) == 0 ? Optional.of(device(random.nextInt(4))) : Optional.empty();
      Object expected;
      Object answer;
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> {
          ChallengeId fresh = Samples.challenge(opened++);
          LiveCode code = live(codes++, now);
          expected = model.open(fresh, code, from, now);
          answer = store.open(who, fresh, code, from, rules, now);
        }
        case 3 -> {
          LiveCode code = live(codes++, now);
          expected = model.addCode(challenge, code, from, now);
          answer = store.addCode(who, challenge, code, from, rules, now);
        }
        case 4 -> {
          expected = model.status(challenge, from, now);
          answer = store.status(who, challenge, from, rules, now);
        }
        case 5 -> {
          LockId grant =
              locks.isEmpty() || random.nextInt(4) == 0
                  ? lock(1_000 + random.nextInt(3))
                  : locks.get(locks.size() - 1 - random.nextInt(Math.min(2, locks.size())));
          Unlock.Kind kind = random.nextInt(4) == 0 ? Unlock.Kind.BUDGET : Unlock.Kind.LOCK;
          Unlock unlock = new Unlock(kind, grant, from, device(random.nextInt(4)));
          expected = model.unlock(unlock, now);
          answer = store.unlock(who, unlock, rules, now);
        }
        case 6 -> {
          // How many there were is not compared: some may have ended before.
          if (random.nextInt(8) == 0) {
            model.forgetDevices();
            store.forgetDevices(who, now);
          }
          expected = model.status(challenge, from, now);
          answer = store.status(who, challenge, from, rules, now);
        }
        default -> {
          int code = random.nextInt(4) == 0 ? Math.max(0, codes - random.nextInt(1, 5)) : 999_999;
          LockId name = lock(i);
          locks.add(name);
          Guess guess =
              new Guess(
                  challenge,
                  random.nextBoolean() ? CodeForm.SIX_DIGITS : CodeForm.EIGHT_BASE32,
                  Samples.code(code),
                  from,
                  device(random.nextInt(4)),
                  name);
          int attempts = random.nextInt(6) == 0 ? 1 : rules.maxAttempts();
          expected = model.guess(guess, attempts, now);
          answer = store.guess(who, guess, rules.shortCodeAttempts(attempts), now);
        }
      }
      assertThat(answer).as("step %d", i).isEqualTo(expected);
    }
  }

  private static LiveCode live(int number, Instant now) {
    return new LiveCode(Samples.code(number), now, now.plus(Duration.ofMinutes(5)));
  }

  private static LockId lock(int number) {
    return new LockId(Samples.challenge(number).value());
  }

  @Test
  @DisplayName("of sessions answer as the list of all sessions does")
  final void sessions_inRandomHistories_answerAsTheModel() {
    Seeds.run(seeds(), 8 * seeds(), seed -> sessions(new SplittableRandom(seed)));
  }

  private void sessions(SplittableRandom random) {
    SessionStore store = fresh().sessions();
    Map<AccountId, ModelSessions> models = new HashMap<>();
    Duration window = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(10);
    Instant now = START;
    int begun = 0;
    for (int i = 0; i < STEPS; i++) {
      now = later(now, random, Duration.ofDays(9));
      AccountId who = account(random.nextInt(2));
      ModelSessions model = models.computeIfAbsent(who, any -> new ModelSessions());
      SessionId id = session(Math.max(0, begun - 1 - random.nextInt(5)));
      String token = "token-" + random.nextInt(4);
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          Session fresh = begin(begun++, random, now);
          assertThat(store.start(who, fresh, MAX_SESSIONS, now))
              .as("step %d", i)
              .isEqualTo(model.start(fresh, MAX_SESSIONS, now));
        }
        case 2, 3, 4, 5 -> {
          Rotation rotation = rotation(id, generation(model, id, now, random), window, random);
          assertThat(store.rotate(who, rotation, now))
              .as("step %d", i)
              .isEqualTo(model.rotate(rotation, now));
        }
        case 6 -> {
          EndScope scope = scope(id, token, now, random);
          assertThat(store.end(who, scope, now)).as("step %d", i).isEqualTo(model.end(scope, now));
        }
        default ->
            assertThat(store.isLive(who, id, token, now))
                .as("step %d", i)
                .isEqualTo(model.isLive(id, token, now));
      }
      assertThat(store.list(who, now))
          .as("after step %d", i)
          .containsExactlyInAnyOrderElementsOf(model.list(now));
    }
  }

  private static long generation(
      ModelSessions model, SessionId id, Instant now, SplittableRandom random) {
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

  private static Rotation rotation(
      SessionId id, long generation, Duration window, SplittableRandom random) {
    Optional<DeviceId> device =
        random.nextInt(6) == 0 ? Optional.empty() : Optional.of(device(random.nextInt(9) / 8));
    return new Rotation(id, generation, device, "call-" + random.nextInt(6), IDLE, window);
  }

  private static EndScope scope(SessionId id, String token, Instant now, SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> new EndScope.One(id);
      case 2 -> new EndScope.Others(id);
      case 3 -> new EndScope.AllBy(id);
      case 4 -> new EndScope.All();
      default -> new EndScope.Token(token, now.plus(Duration.ofDays(400)));
    };
  }

  private static Session begin(int number, SplittableRandom random, Instant now) {
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
